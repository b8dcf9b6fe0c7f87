import { assert } from '../../kernel/assert.ts';
import type { CustomerId, EffectId, EventId, GroupId, Instant } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { GroupFact } from '../../calls/group_facts.ts';
import type { GroupEvent, GroupStep } from '../../groups/effects.ts';
import { type Group, stepGroup } from '../../groups/kinds.ts';
import { opened } from '../../groups/machine.ts';
import type { GroupRow, GroupStore, GroupUnit } from '../../store/groups.ts';
import type { Endpoint } from '../../store/rows.ts';
import { makeKeyedLock } from '../keyed_lock.ts';
import type { Log } from '../log.ts';
import { groupUnitOf } from './unit.ts';

/** Something to be told to a group. `id` names it: told twice, it counts once. */
export interface GroupTold {
  readonly group_id: GroupId;
  /** Whose group it must be: another customer's is as if it were not there. */
  readonly customer_id: CustomerId;
  readonly id: EventId;
  readonly fact: GroupFact;
  /** Effects of this group that this ends: their outbox rows go in the same transaction. */
  readonly done?: readonly EffectId[];
}

/** absent: no such group, or none that knows such a fact · ignored: it changed nothing. */
export type GroupResult = 'committed' | 'duplicate' | 'ignored' | 'absent';

export interface GroupLoopParts {
  readonly groups: GroupStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly node: string;
  endpoints(customer_id: CustomerId): Promise<readonly Endpoint[]>;
  /** Takes outbox rows of a group away, where nothing else is committed. */
  performed(group_id: GroupId, ids: readonly EffectId[]): Promise<void>;
  /** Told after every commit. `fresh`: other nodes may still be delivering earlier notices. */
  committed(unit: GroupUnit, fresh: boolean): void;
}

export type OpenResult = 'committed' | 'duplicate' | 'name_taken';

/** Steps lost to other nodes before we suspect ourselves. */
const CONFLICTS_MAX = 25;
/** Groups whose last version made here is remembered. */
const FOLLOWED_MAX = 10_000;

/** The loop of groups: as that of calls, one fact of a group at a time, in one transaction. */
export class GroupLoop {
  readonly #parts: GroupLoopParts;
  readonly #lock = makeKeyedLock();
  /** The versions of groups that this node has taken every step of. */
  readonly #followed = new Map<GroupId, number>();

  constructor(parts: GroupLoopParts) {
    this.#parts = parts;
  }

  /** Takes one fact to its group, alone and in order, and commits what it changes. */
  handle(told: GroupTold): Promise<GroupResult> {
    return this.#lock.run(told.group_id, () => this.#take(told));
  }

  /**
   * Makes a new group. duplicate: it was made before, and stands as it does · name_taken: another
   * has its name, and nothing was made.
   */
  open(step: GroupStep<Group>): Promise<OpenResult> {
    return this.#lock.run(step.state.id, () => this.#open(step));
  }

  /** Groups to which something is just now happening. */
  get busy(): number {
    return this.#lock.size();
  }

  /** After other nodes may have acted in this one's place. */
  forget(): void {
    this.#followed.clear();
  }

  async #open(step: GroupStep<Group>): Promise<OpenResult> {
    const at = step.state.tm_create;
    const entry = { id: 'opened' as EventId, at, type: 'opened', fact: {} };
    const unit = await this.#unit(null, { entry, step: opened(step, at) }, []);
    const result = await this.#parts.groups.commit(unit);
    assert(result !== 'conflict', 'a new group has no version to conflict with');
    if (result === 'committed') this.#settle(unit, true);
    return result;
  }

  async #take(told: GroupTold): Promise<GroupResult> {
    for (let lost = 0; lost < CONFLICTS_MAX; lost += 1) {
      const row = await this.#parts.groups.load(told.group_id);
      if (row === null || row.group.customer_id !== told.customer_id) return 'absent';
      const result = await this.#advance(row, told);
      if (result !== 'conflict') return result;
    }
    assert(false, `group ${told.group_id} changes faster than it can be read`);
  }

  async #advance(row: GroupRow, told: GroupTold): Promise<GroupResult | 'conflict'> {
    const { groups, clock, log, performed } = this.#parts;
    const { group } = row;
    const event = eventOf(told, group, clock);
    const step = stepGroup(group, event);
    if (step === null) return 'absent';
    if (step.state === group && step.effects.length === 0) {
      log.debug({ group_id: group.id, event: event.type, status: group.status }, 'ignored');
      if (told.done !== undefined) await performed(group.id, told.done);
      return 'ignored';
    }
    const { id, subject_id: _subject, at, type, ...fact } = event;
    const unit = await this.#unit(row, { entry: { id, at, type, fact }, step }, told.done ?? []);
    const result = await groups.commit(unit);
    assert(result !== 'name_taken', 'names are claimed by new groups alone');
    if (result === 'committed') this.#settle(unit, this.#followed.get(group.id) === row.version);
    else if (result === 'duplicate' && told.done !== undefined)
      await performed(group.id, told.done);
    return result;
  }

  async #unit(
    row: GroupRow | null,
    taken: Parameters<typeof groupUnitOf>[1],
    done: readonly EffectId[],
  ): Promise<GroupUnit> {
    const { node } = this.#parts;
    const endpoints = await this.#parts.endpoints(taken.step.state.customer_id);
    return groupUnitOf(row, taken, { node, endpoints, done });
  }

  #settle(unit: GroupUnit, followed: boolean): void {
    const { id } = unit.group;
    this.#followed.delete(id);
    if (followed && unit.live) this.#followed.set(id, unit.version);
    if (this.#followed.size > FOLLOWED_MAX)
      this.#followed.delete(this.#followed.keys().next().value as GroupId);
    try {
      this.#parts.committed(unit, !followed);
    } catch (error) {
      // It is committed all the same: whatever was not begun is found by the sweeps.
      this.#parts.log.error({ group_id: id, error }, 'what follows a commit failed');
    }
  }
}

/** A group's time never goes back, whichever node's clock stamps the event. */
function eventOf(told: GroupTold, group: Group, clock: Clock): GroupEvent {
  const at = Math.max(clock.now(), group.tm_update) as Instant;
  return { ...told.fact, id: told.id, subject_id: told.group_id, at };
}
