import type { CustomerId, EventId, GroupId, Instant } from '../../kernel/brand.ts';
import type { Chance } from '../../kernel/clock.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { GroupFact } from '../../calls/group_facts.ts';
import type { Language } from '../../flows/language.ts';
import { wakeAt } from '../../groups/group.ts';
import type { Groupcall } from '../../groups/groupcall.ts';
import { type GroupKind, type GroupOf, machineOf } from '../../groups/kinds.ts';
import type { Transfer } from '../../groups/transfer.ts';
import type { GroupUnit } from '../../store/groups.ts';
import type { OutboxRow } from '../../store/journal.ts';
import type { Scope } from '../../store/page.ts';
import type { Store } from '../../store/store.ts';
import { type Alarms, makeAlarms } from '../alarms.ts';
import type { GroupcallOrder, Placed, PlaceOrder } from '../engine.ts';
import type { Files } from '../../files/files.ts';
import type { CarrierDesk } from '../carrier_desk.ts';
import type { Log } from '../log.ts';
import { placeMember, type PlacerParts } from '../place.ts';
import type { ExpandAddress } from './addresses.ts';
import { Crew } from './crew.ts';
import { GroupLoop } from './loop.ts';
import { Recorder } from './recorder.ts';
import { Opener } from './open.ts';
import { transfer, type TransferOrder } from './transfers.ts';
import { placeAll, placeGroupcall, type WishParts } from './wish.ts';

export interface GroupsParts {
  readonly store: Pick<Store, 'groups' | 'legs' | 'shelves'>;
  /** Places calls, with all that is needed for it. */
  readonly placer: PlacerParts;
  readonly chance: Chance;
  readonly log: Log;
  readonly node: string;
  readonly expand: ExpandAddress;
  readonly desk: Pick<CarrierDesk, 'open'>;
  /** Where recordings lie. */
  readonly files: Files;
  readonly language: Language;
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
  readonly recorder: Recorder;
  readonly #parts: GroupsParts;
  readonly #alarms: Alarms<GroupId>;

  constructor(parts: GroupsParts) {
    const { store, log, node, placer, expand } = parts;
    const { loop: calls, registry, clock } = placer;
    const { groups, legs, shelves } = store;
    const performed = (row: OutboxRow): Promise<void> => legs.performed(row.call_id, [row.id]);
    this.#parts = parts;
    this.#alarms = makeAlarms(clock, (id) => this.#ring(id));
    this.loop = new GroupLoop({
      groups,
      clock,
      log,
      node,
      endpoints: (customer_id) => registry.endpoints(customer_id),
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
      flows: shelves.flows,
      placeMember: (order, by) => placeMember(placer, order, by),
      performed,
    });
    this.recorder = new Recorder({ ...parts, calls, clock, loop: this.loop, groups, performed });
  }

  /** Alarms that are set, and groups to which something is just now happening. */
  get size(): { readonly alarms: number; readonly busy: number } {
    return { alarms: this.#alarms.size(), busy: this.loop.busy };
  }

  /** Places an order, one call or groupcall per destination. */
  place(order: PlaceOrder): Promise<Placed> {
    return placeAll(this.#wishParts(), order);
  }

  /** Opens a groupcall, unless none of its destinations can be reached. */
  placeGroupcall(order: GroupcallOrder): Promise<Groupcall | Refusal> {
    return placeGroupcall(this.#wishParts(), order);
  }

  /** Begins a transfer; refuses it where the call does not talk with exactly one other. */
  transfer(order: TransferOrder): Promise<Transfer | Refusal> {
    const { store, placer, language } = this.#parts;
    const { loop: calls, clock } = placer;
    return transfer({ calls, loop: this.loop, groups: store.groups, clock, language }, order);
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

  /** Ends every group of a customer: what they would still ring is not rung. */
  async endAll(customer_id: CustomerId): Promise<void> {
    const { store, chance } = this.#parts;
    for (const group_id of await store.groups.live(customer_id)) {
      const group = (await store.groups.load(group_id))?.group;
      if (group === undefined) continue;
      const id = `api:${chance.uuid()}` as EventId;
      const { ended_by: fact } = machineOf(group);
      await this.loop.handle({ group_id, customer_id, id, fact });
    }
  }

  /** Fires every timer of a group that is due. One that has been set anew since is left alone. */
  async wake(group_id: GroupId): Promise<void> {
    const row = await this.#parts.store.groups.load(group_id);
    if (row === null) return;
    const { timers, customer_id } = row.group;
    const now = this.#parts.placer.clock.now();
    for (const [timer, due] of Object.entries<Instant>(timers)) {
      if (due > now) continue;
      const id = `t:${timer}:${due}` as EventId;
      const fact = { type: 'timer_fired', timer, due } as const;
      await this.loop.handle({ group_id, customer_id, id, fact });
    }
  }

  /** Finds groups whose moment has passed unnoticed: after a crash, or when their node is gone. */
  async sweep(): Promise<void> {
    const { store, placer } = this.#parts;
    for (const id of await store.groups.overdue(placer.clock.now(), BATCH)) await this.wake(id);
  }

  /** No alarm rings any more. */
  close(): void {
    this.#alarms.close();
  }

  #wishParts(): WishParts {
    const { placer, store } = this.#parts;
    return { placer, opener: this.opener, groups: store.groups };
  }

  #ring(group_id: GroupId): void {
    const failed = (error: unknown): void =>
      this.#parts.log.error({ group_id, error }, 'a timer could not be told; the sweep will');
    this.wake(group_id).catch(failed);
  }
}
