import type { EventId, GroupId } from '../../kernel/brand.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { FactOf } from '../../calls/events.ts';
import type { GroupFact } from '../../calls/group_facts.ts';
import type { GroupOrderEffect, MemberOrder } from '../../groups/effects.ts';
import { machineOf } from '../../groups/kinds.ts';
import type { GroupRow, GroupStore } from '../../store/groups.ts';
import type { OutboxRow } from '../../store/journal.ts';
import type { Leg, Store } from '../../store/store.ts';
import type { Loop } from '../loop.ts';
import { findAgents, rouseQueues } from './agents.ts';
import type { GroupLoop } from './loop.ts';
import type { Opener } from './open.ts';
import { readQueue } from './queuecalls.ts';

export interface CrewParts {
  readonly calls: Loop;
  readonly loop: GroupLoop;
  readonly groups: GroupStore;
  readonly opener: Opener;
  readonly flows: Store['shelves']['flows'];
  /** Places a call that a group asks for; one that is there already stands as it does. */
  placeMember(order: MemberOrder, by: GroupRow['group']): Promise<Leg | Refusal>;
  performed(row: OutboxRow): Promise<void>;
}

type Read = Parameters<typeof readQueue>[2];
/** What the crew performs. */
type Ordered = By<'group_tell' | 'group_open' | 'member_place' | 'agents_find' | 'queues_rouse'>;
type By<Do extends GroupOrderEffect['do']> = Extract<GroupOrderEffect, { do: Do }>;

/** Nobody wants it any more: however often that is found out, it is one event. */
const UNWANTED = 'unwanted' as EventId;

/** Performs what groups order, and what calls and groups tell groups. At least once, as all. */
export class Crew {
  readonly #parts: CrewParts;

  constructor(parts: CrewParts) {
    this.#parts = parts;
  }

  perform(row: OutboxRow, order: Ordered | Read): Promise<void> {
    switch (order.do) {
      case 'group_tell':
        return this.#tell(row, order);
      case 'group_open':
        return this.#open(row, order);
      case 'member_place':
        return this.#place(row, order);
      case 'queue_read':
        return this.#readQueue(row, order);
      default:
        return this.#look(row, order);
    }
  }

  /** Tells a group; a call that tells one which is not there is told so. */
  async #tell(row: OutboxRow, { group_id, fact }: By<'group_tell'>): Promise<void> {
    const { loop, calls, performed } = this.#parts;
    const { customer_id, call_id } = row;
    const id = `x:${row.id}` as EventId;
    const result = await loop.handle({ group_id, customer_id, id, fact });
    // Where a group has told it, nobody answers to its id here.
    if (result === 'absent')
      await calls.handle({ call_id, id, fact: { type: 'group_absent', group_id } });
    await performed(row);
  }

  /**
   * Places a call for a group. The group is looked at before and afterwards: what it tells a call
   * that is not there yet is heard by nobody.
   */
  async #place(row: OutboxRow, { order }: By<'member_place'>): Promise<void> {
    const { calls, groups, placeMember, performed } = this.#parts;
    const { call_id } = order;
    const group_id = groupOf(row);
    const by = await groups.load(group_id);
    if (by === null) return performed(row);
    if (!isWanted(by, call_id))
      return this.#tellGroup(row, { type: 'member_refused', call_id, code: 'unwanted' });
    const placed = await placeMember(order, by.group);
    if ('code' in placed)
      return this.#tellGroup(row, { type: 'member_refused', call_id, code: placed.code });
    if (!isWanted(await groups.load(group_id), call_id)) {
      const fact = { type: 'hangup_asked', reason: 'normal' } as const;
      await calls.handle({ call_id, id: UNWANTED, fact });
    }
    await performed(row);
  }

  /** Opens a group for a call or for another group; they are told where it cannot be opened. */
  async #open(row: OutboxRow, { order }: By<'group_open'>): Promise<void> {
    const { loop, opener, performed } = this.#parts;
    const { group_id } = order;
    const refused = await opener.openFor(row, order);
    if (refused !== null)
      return order.master_group_id === null
        ? this.#tellCall(row, { type: 'group_ended', group_id, reason: 'failed', code: refused })
        : this.#tellGroup(row, {
            type: 'nested_ended',
            nested_id: group_id,
            reason: 'failed',
            code: refused,
          });
    // Whoever asked may have ended while it was being made: then it goes too.
    const { customer_id } = row;
    if (!(await opener.isAwaited(row, order)))
      await loop.handle({ group_id, customer_id, id: UNWANTED, fact: { type: 'master_ended' } });
    await performed(row);
  }

  /** Looks around for a queue, or for an agent. */
  async #look(row: OutboxRow, order: By<'agents_find' | 'queues_rouse'>): Promise<void> {
    if (order.do === 'agents_find') await findAgents(this.#parts, row);
    else await rouseQueues(this.#parts, row, order.tag_ids);
    await this.#parts.performed(row);
  }

  /** Tells a call what it is to know of a queue. */
  async #readQueue(row: OutboxRow, order: Read): Promise<void> {
    const reply = await readQueue(this.#parts, row, order);
    await this.#tellCall(row, { type: 'request_finished', effect_id: row.id, reply });
  }

  /** Tells the group what came of its own order; the order's row goes in the same transaction. */
  async #tellGroup(row: OutboxRow, fact: GroupFact): Promise<void> {
    const { loop, performed } = this.#parts;
    const { customer_id } = row;
    const told = { group_id: groupOf(row), customer_id, id: answerTo(row), fact, done: [row.id] };
    if ((await loop.handle(told)) === 'absent') await performed(row);
  }

  async #tellCall(row: OutboxRow, fact: FactOf): Promise<void> {
    const { calls, performed } = this.#parts;
    const told = { call_id: row.call_id, id: answerTo(row), fact, done: [row.id] };
    if ((await calls.handle(told)) === 'absent') await performed(row);
  }
}

function isWanted(row: GroupRow | null, member_id: string): boolean {
  return row !== null && machineOf(row.group).wants(row.group, member_id);
}

/** For what a group ordered, its id stands where else the call's does. */
function groupOf({ call_id }: OutboxRow): GroupId {
  return call_id as string as GroupId;
}

function answerTo({ id }: OutboxRow): EventId {
  return `r:${id.slice(id.indexOf('.') + 1)}` as EventId;
}
