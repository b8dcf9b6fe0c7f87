import type { CustomerId, EventId, GroupId, Instant } from '../../kernel/brand.ts';
import type { Chance, Clock } from '../../kernel/clock.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { GroupFact } from '../../calls/group_facts.ts';
import type { MemberOrder } from '../../groups/effects.ts';
import { wakeAt } from '../../groups/group.ts';
import type { Group, GroupKind, GroupOf } from '../../groups/kinds.ts';
import type { GroupUnit } from '../../store/groups.ts';
import type { Scope } from '../../store/page.ts';
import type { Endpoint } from '../../store/rows.ts';
import type { Leg, Store } from '../../store/store.ts';
import { type Alarms, makeAlarms } from '../alarms.ts';
import type { Log } from '../log.ts';
import type { Loop } from '../loop.ts';
import type { ExpandAddress } from './addresses.ts';
import { Crew } from './crew.ts';
import { GroupLoop } from './loop.ts';
import { Opener } from './open.ts';

export interface GroupsParts {
  readonly store: Pick<Store, 'groups' | 'legs' | 'shelves'>;
  readonly calls: Loop;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly node: string;
  readonly expand: ExpandAddress;
  endpoints(customer_id: CustomerId): Promise<readonly Endpoint[]>;
  placeMember(order: MemberOrder, by: Group): Promise<Leg | Refusal>;
  /** Told after every commit, to tell the world and to perform what was ordered. */
  committed(unit: GroupUnit, fresh: boolean): void;
}

/** Groups of calls how many at a time are looked for whose alarm was lost. */
const BATCH = 500;

/** All there is of groups in a running exchange, wired together. */
export class Groups {
  readonly loop: GroupLoop;
  readonly opener: Opener;
  readonly crew: Crew;
  readonly #parts: GroupsParts;
  readonly #alarms: Alarms<GroupId>;

  constructor(parts: GroupsParts) {
    const { store, clock, log, node, calls, endpoints, expand, placeMember } = parts;
    const { groups, legs, shelves } = store;
    this.#parts = parts;
    this.#alarms = makeAlarms(clock, (id) => this.#ring(id));
    this.loop = new GroupLoop({
      groups,
      clock,
      log,
      node,
      endpoints,
      performed: (id, ids) => legs.performed(id, ids),
      committed: (unit, fresh) => {
        this.#alarms.set(unit.group.id, unit.live ? wakeAt(unit.group) : null);
        parts.committed(unit, fresh);
      },
    });
    this.opener = new Opener({
      calls,
      loop: this.loop,
      groups,
      flows: shelves.flows,
      clock,
      expand,
    });
    this.crew = new Crew({
      calls,
      loop: this.loop,
      groups,
      opener: this.opener,
      placeMember,
      performed: (row) => legs.performed(row.call_id, [row.id]),
    });
  }

  /** Alarms that are set, and groups to which something is just now happening. */
  get size(): { readonly alarms: number; readonly busy: number } {
    return { alarms: this.#alarms.size(), busy: this.loop.busy };
  }

  /** Tells a group of one kind something from outside; null where the scope has no such group. */
  async tell<Kind extends GroupKind>(
    scope: Scope,
    { kind, id }: { readonly kind: Kind; readonly id: string },
    fact: GroupFact,
  ): Promise<GroupOf<Kind> | null> {
    const { store, chance } = this.#parts;
    const known = await store.groups.get(scope, kind, id);
    if (known === null) return null;
    const { id: group_id, customer_id } = known;
    const event_id = `api:${chance.uuid()}` as EventId;
    await this.loop.handle({ group_id, customer_id, id: event_id, fact });
    // It is of this kind, as it was before.
    return ((await store.groups.load(group_id))?.group ?? null) as GroupOf<Kind> | null;
  }

  /** Fires every timer of a group that is due. One that has been set anew since is left alone. */
  async wake(group_id: GroupId): Promise<void> {
    const row = await this.#parts.store.groups.load(group_id);
    if (row === null) return;
    const { timers, customer_id } = row.group;
    const now = this.#parts.clock.now();
    for (const [timer, due] of Object.entries<Instant>(timers)) {
      if (due > now) continue;
      const id = `t:${timer}:${due}` as EventId;
      const fact = { type: 'timer_fired', timer, due } as const;
      await this.loop.handle({ group_id, customer_id, id, fact });
    }
  }

  /** Finds groups whose moment has passed unnoticed: after a crash, or when their node is gone. */
  async sweep(): Promise<void> {
    const { store, clock } = this.#parts;
    for (const id of await store.groups.overdue(clock.now(), BATCH)) await this.wake(id);
  }

  /** No alarm rings any more. */
  close(): void {
    this.#alarms.close();
  }

  #ring(group_id: GroupId): void {
    const failed = (error: unknown): void =>
      this.#parts.log.error({ group_id, error }, 'a timer could not be told; the sweep will');
    this.wake(group_id).catch(failed);
  }
}
