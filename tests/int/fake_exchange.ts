import type { CallId, CustomerId, EventId, GroupId, ProviderId } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import { type Refusal, refusal } from '../../kernel/refusal.ts';
import { derive } from '../../kernel/uuid.ts';
import { decide, type Wish } from '../../engine/control.ts';
import type {
  Asking,
  ChangeKind,
  Exchange,
  GroupcallOrder,
  Placed,
  PlaceOrder,
  RoutePreview,
} from '../../engine/engine.ts';
import { GroupLoop, type OpenResult } from '../../engine/groups/loop.ts';
import type { TransferOrder } from '../../engine/groups/transfers.ts';
import type { GroupFact } from '../../calls/group_facts.ts';
import type { Groupcall } from '../../groups/groupcall.ts';
import { openGroupcall } from '../../groups/groupcall_moves.ts';
import type { LaunchOrder } from '../../engine/launch.ts';
import type { NumberOffice } from '../../engine/number_order.ts';
import type { GroupStep } from '../../groups/effects.ts';
import type { Group, GroupKind, GroupOf } from '../../groups/kinds.ts';
import type { Transfer } from '../../groups/transfer.ts';
import type { Carrier, CarrierKind, Notice, Reading } from '../../providers/carrier.ts';
import type { Endpoint } from '../../store/rows.ts';
import type { Scope } from '../../store/page.ts';
import type { DeliveryRow, NoticeRow } from '../../store/journal.ts';
import type { Leg, Store } from '../../store/store.ts';
import { fakeTransfer } from './fake_transfer.ts';
import { deliveryOf, ended, eventOf, newLeg, unitOf } from '../conformance/store_rows.ts';
import { fakeNumbers } from './fake_numbers.ts';

const noop = (): void => undefined;

type Hear = (customer_id: CustomerId, notice: NoticeRow) => void;

/** Stores the calls it is asked for and goes no further; refuses the numbers it is told to. */
export class FakeExchange implements Exchange {
  readonly orders: PlaceOrder[] = [];
  readonly launched: LaunchOrder[] = [];
  /** What groups were told. */
  readonly told: { readonly id: string; readonly fact: GroupFact }[] = [];
  /** The deliveries of each replay that was asked for. */
  readonly replayed: (readonly DeliveryRow[])[] = [];
  readonly changes: string[] = [];
  /** Calls of customers that were to lose all they had. */
  readonly hung_up: CallId[] = [];
  readonly #watchers = new Set<{ readonly kind: ChangeKind; readonly hear: () => void }>();
  readonly wishes: Wish[] = [];
  readonly notices: Notice[] = [];
  readonly refusals = new Map<string, Refusal>();
  readonly hears = new Set<{ scope: Scope; hear: Hear }>();
  /** Thrown once, after the calls are stored: as if the answer was lost. */
  failure: Error | null = null;
  /** Awaited before anything is stored. */
  gate: Promise<void> = Promise.resolve();
  readonly numbers: NumberOffice;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #groups: GroupLoop;
  #told = 0;

  constructor(store: Store, clock: Clock) {
    this.numbers = fakeNumbers(store, clock);
    this.#store = store;
    this.#clock = clock;
    const silent = { debug: noop, info: noop, warn: noop, error: noop };
    this.#groups = new GroupLoop({
      groups: store.groups,
      clock,
      log: silent,
      node: 'n1',
      endpoints: () => Promise.resolve([]),
      performed: () => Promise.resolve(),
      committed: noop,
    });
  }

  readonly kind: CarrierKind = {
    kind: 'sandbox',
    capabilities: {
      say: true,
      play: true,
      gather: true,
      send_digits: true,
      echo: true,
      stream_echo: false,
      room: true,
      record: false,
      amd: false,
      hold: false,
      moh: false,
      silence: false,
      mute_in: false,
      mute_out: false,
      external_media: false,
      absence_certain_ms: 0,
      incoming: false,
      numbers: false,
      emergency: false,
    },
    config_schema: {
      type: 'object',
      additionalProperties: false,
      properties: { base_url: { type: 'string' } },
    },
    credentials_schema: {
      type: 'object',
      additionalProperties: false,
      properties: { secret: { type: 'string', minLength: 8 } },
    },
    open: (): Carrier => {
      throw new Error('the API opens no carrier');
    },
  };

  async place(order: PlaceOrder): Promise<Placed> {
    await this.gate;
    this.orders.push(order);
    const refused = order.destinations.flatMap(({ target }, index) => {
      const found = this.refusals.get(target);
      return found === undefined ? [] : [{ index, refusal: found }];
    });
    const taken = order.destinations.map((_each, index) => index);
    const open = taken.filter((index) => !refused.some((each) => each.index === index));
    const legs: Leg[] = [];
    for (const index of open) legs.push(await this.#leg(order, index));
    const failure = this.failure;
    this.failure = null;
    if (failure !== null) throw failure;
    return { legs, groupcalls: [], refused };
  }

  async placeGroupcall(order: GroupcallOrder): Promise<Groupcall | Refusal> {
    const { customer, seed, sandbox, ...asked } = order;
    const refused = this.refusals.get(order.destinations[0]?.target ?? '');
    if (refused !== undefined) return refused;
    const { source, destinations, ring_method, answer_method, flow_id, actions, variables } = asked;
    const { early_execution, dial_timeout_ms, max_duration_ms, test } = asked;
    const id = derive<GroupId>(seed.name, 'groupcall', seed.at);
    const what = { source, destinations, ring_method, answer_method, flow_id, actions, variables };
    const limits = { early_execution, dial_timeout_ms, max_duration_ms, test, sandbox };
    const nobody = { master_call_id: null, master_group_id: null, owner_type: '', owner_id: null };
    const rest = { parent_id: null, reference_id: null, room_id: null, hops: 0, depth: 0 };
    const head = { id, customer_id: customer.id, tm_create: this.#clock.now() };
    await this.#groups.open(openGroupcall({ ...head, ...what, ...limits, ...nobody, ...rest }));
    return (await this.#store.groups.load(id))?.group as Groupcall;
  }

  openGroup(step: GroupStep<Group>): Promise<OpenResult> {
    return this.#groups.open(step);
  }

  async transfer(order: TransferOrder): Promise<Transfer | Refusal> {
    const refused = this.refusals.get(order.transferee_addresses[0]?.target ?? '');
    if (refused !== undefined) return refused;
    const step = await fakeTransfer(this.#store, order, this.#clock.now());
    await this.#groups.open(step);
    return (await this.#store.groups.load(step.state.id))?.group as Transfer;
  }

  async tellGroup<Kind extends GroupKind>(
    scope: Scope,
    { kind, id }: { readonly kind: Kind; readonly id: string },
    fact: GroupFact,
  ): Promise<GroupOf<Kind> | null> {
    const group = await this.#store.groups.get(scope, kind, id);
    if (group === null) return null;
    this.told.push({ id, fact });
    const { id: group_id, customer_id } = group;
    const told = { group_id, customer_id, fact, id: `api:${(this.#told += 1)}` as EventId };
    await this.#groups.handle(told);
    return (await this.#store.groups.load(group_id))?.group as GroupOf<Kind>;
  }

  async #leg(order: PlaceOrder, index: number): Promise<Leg> {
    const call_id = derive<CallId>(order.seed.name, `call:${index}`, order.seed.at);
    const known = await this.#store.legs.load(call_id);
    if (known !== null) return known;
    const { id: customer_id, billing_account_id: account_id } = order.customer;
    const made = newLeg({ customer_id, account_id });
    const now = this.#clock.now();
    const times = { tm_create: now, tm_update: now };
    const { source, test, flow_id } = order;
    const destination = order.destinations[index] ?? source;
    const leg: Leg = {
      call: { ...made.call, ...times, id: call_id, source, destination, test, flow_id },
      run: { ...made.run, ...times, call_id, program: order.actions },
      version: 1,
    };
    const event = eventOf(leg);
    const deliveries = [deliveryOf(event)];
    const result = await this.#store.legs.commit(unitOf(leg, { event, deliveries }));
    if (result !== 'committed') throw new Error(`the call was not stored: ${result}`);
    return leg;
  }

  async launch(order: LaunchOrder): Promise<Leg | null> {
    this.launched.push(order);
    const { id: customer_id, billing_account_id: account_id } = order.customer;
    const made = newLeg({ customer_id, account_id });
    const { activeflow_id, flow_id, actions: program } = order;
    const destination = { ...made.call.destination, target: '' };
    const call = { ...made.call, activeflow_id, flow_id, type: 'bare', destination } as Leg['call'];
    const leg: Leg = {
      call,
      run: { ...made.run, id: activeflow_id, call_id: call.id, flow_id, program },
      version: 1,
    };
    if ((await this.#store.calls.byRun(customer_id, activeflow_id)) !== null) return null;
    const result = await this.#store.legs.commit(unitOf(leg, { event: eventOf(leg) }));
    if (result !== 'committed') throw new Error(`the run was not stored: ${result}`);
    return leg;
  }

  async hangUp(scope: Scope, call_id: CallId): Promise<Leg | null> {
    const leg = await this.#store.calls.get(scope, call_id);
    return leg === null ? null : ended(leg);
  }

  async hangUpAll(customer_id: CustomerId): Promise<number> {
    const page = { size: 100, before: null };
    const { rows } = await this.#store.calls.list(customer_id, {}, page);
    this.hung_up.push(...rows.map(({ call }) => call.id));
    return rows.length;
  }

  stopFlow(scope: Scope, activeflow_id: string): Promise<Leg | null> {
    return this.#store.calls.byRun(scope, activeflow_id);
  }

  async control({ scope, subject }: Asking, wish: Wish): Promise<Leg | Refusal | null> {
    const leg = await ('call_id' in subject
      ? this.#store.calls.get(scope, subject.call_id)
      : this.#store.calls.byRun(scope, subject.activeflow_id));
    if (leg === null) return null;
    const decided = decide(leg, wish, new Map([['sandbox', this.kind.capabilities]]));
    this.wishes.push(wish);
    return 'type' in decided ? leg : decided;
  }

  preview(): Promise<RoutePreview> {
    const { candidates } = newLeg({ customer_id: '' as never, account_id: '' as never }).call;
    const { route_id, provider_id, provider_name } = candidates[0] as (typeof candidates)[0];
    const excluded = { route_id, provider_id, provider_name, reason: 'prefix', detail: null };
    return Promise.resolve({ candidates, excluded: [excluded as never] });
  }

  notice(provider_id: ProviderId, notice: Notice): Promise<Reading['reply'] | null> {
    void provider_id;
    this.notices.push(notice);
    const ok = notice.headers['x-signature'] === 'right';
    return Promise.resolve(ok ? { status: 200, type: 'text/xml', body: '<ok/>' } : null);
  }

  replay(_endpoint: Endpoint, deliveries: readonly DeliveryRow[]): Promise<void> {
    this.replayed.push(deliveries);
    return Promise.resolve();
  }

  listen(scope: Scope, hear: Hear): () => void {
    const listener = { scope, hear };
    this.hears.add(listener);
    return () => this.hears.delete(listener);
  }

  /** Tells listeners something, as a commit would. */
  tell(customer_id: CustomerId, notice: NoticeRow): void {
    for (const { scope, hear } of this.hears)
      if (scope === 'all' || scope === customer_id) hear(customer_id, notice);
  }

  changed(kind: ChangeKind, id: string): void {
    this.changes.push(`${kind} ${id}`);
    this.news(kind);
  }

  watch(kind: ChangeKind, hear: () => void): () => void {
    const watcher = { kind, hear };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Tells watchers of a change made on another node. */
  news(kind: ChangeKind): void {
    for (const watcher of this.#watchers) if (watcher.kind === kind) watcher.hear();
  }

  endpointChanged(id: string): void {
    this.changes.push(`endpoint ${id}`);
  }
}

/** Why a number is refused, for the table of a test. */
export function noRoute(): Refusal {
  return refusal('no_route');
}
