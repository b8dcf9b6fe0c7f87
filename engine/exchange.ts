import type { CallId, CustomerId } from '../kernel/brand.ts';
import type { Chance, Clock } from '../kernel/clock.ts';
import { wakeAt } from '../calls/call.ts';
import type { Language } from '../flows/language.ts';
import type { CarrierKind } from '../providers/carrier.ts';
import type { Files } from '../files/files.ts';
import type { Queue } from '../queue/queue.ts';
import type { Endpoint } from '../store/rows.ts';
import type { DeliveryRow, NoticeRow } from '../store/journal.ts';
import type { Leg, Store, Unit } from '../store/store.ts';
import type { Sender } from '../webhooks/delivery.ts';
import { type Alarms, makeAlarms } from './alarms.ts';
import { type AttemptBook, makeAttemptBook } from './attempt_book.ts';
import { logMilestones } from './call_log.ts';
import { type CarrierDesk, makeCarrierDesk, openCarriers } from './carrier_desk.ts';
import { type Later, laterByTheWall } from './clock.ts';
import type { Deliverer } from './deliverer.ts';
import { Dispatcher } from './dispatch.ts';
import type { Exchange } from './engine.ts';
import { expandAgents } from './groups/expand.ts';
import { Groups } from './groups/groups.ts';
import { expireRecordings } from './groups/retention.ts';
import { openEars } from './ears.ts';
import type { Hearing } from './hearing.ts';
import { startJanitor } from './janitor.ts';
import type { ExchangeGauges } from './gauges.ts';
import { type LaunchOrder, launchRun } from './launch.ts';
import type { Log } from './log.ts';
import { Loop } from './loop.ts';
import type { Metrics } from './metrics.ts';
import { Membership } from './membership.ts';
import { makeNumberOffice } from './number_office.ts';
import type { NumberOffice } from './number_order.ts';
import { candidatesFor, placeChild, type PlacerParts } from './place.ts';
import { type Registry, makeRegistry } from './registry.ts';
import { carriersOf } from './step.ts';
import { Stream } from './stream.ts';
import { ringCall, startSweeper } from './sweeper.ts';
import type { Vault } from './vault.ts';
import { makeWishes, type Wishes } from './wishes.ts';

export interface ExchangeParts {
  readonly store: Store;
  readonly queue: Queue;
  readonly sender: Sender;
  readonly files: Files;
  readonly vault: Vault;
  readonly kinds: ReadonlyMap<string, CarrierKind>;
  readonly language: Language;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'committed' | 'turnedAway'>;
  readonly settings: {
    readonly public_url: string;
    readonly attempts_max: number;
    readonly reconcile_interval_ms: number;
    /** How long recordings are kept; 0: for ever. */
    readonly recordings_days: number;
  };
  /** Whether this process is the only one there can be (embedded default). */
  readonly alone: boolean;
  /** What heartbeats and sweeps wait by. Left out: real time. */
  readonly later?: Later;
  deliverer(registry: Registry, node: string, stream: Stream): Deliverer;
}

/** Rows of the outbox taken over at once: more than live calls can leave behind on one machine. */
const OUTBOX_MAX = 200_000;

type Committed = Pick<Unit, 'event' | 'deliveries' | 'orders'>;

/** The running exchange: everything behind the API, wired together. */
export class RunningExchange implements Exchange {
  readonly node: string;
  readonly registry: Registry;
  readonly numbers: NumberOffice;
  readonly #parts: ExchangeParts;
  readonly #placer: PlacerParts;
  readonly #loop: Loop;
  readonly #wishes: Wishes;
  readonly #desk: CarrierDesk;
  readonly #dispatcher: Dispatcher;
  readonly #deliverer: Deliverer;
  readonly #alarms: Alarms<CallId>;
  readonly #groups: Groups;
  readonly #stream: Stream;
  readonly #membership: Membership;
  readonly #attempts: AttemptBook;
  readonly #hearing: Hearing;
  #stopSweeping: readonly (() => void | Promise<void>)[] = [];

  constructor(parts: ExchangeParts) {
    const { store, clock, log, queue, chance } = parts;
    this.#parts = parts;
    this.node = chance.uuid();
    this.registry = makeRegistry(store, queue, clock);
    this.#attempts = makeAttemptBook(store.legs);
    this.#membership = this.#joined();
    const { public_url } = parts.settings;
    this.#desk = makeCarrierDesk({ ...parts, registry: this.registry, public_url });
    this.#stream = new Stream({ calls: store.calls, clock, log, several_nodes: !parts.alone });
    this.#deliverer = parts.deliverer(this.registry, this.node, this.#stream);
    this.#alarms = makeAlarms(clock, (call_id) => ringCall(this.#waker(), call_id));
    const carriers = carriersOf(parts.kinds);
    this.#loop = new Loop({
      legs: store.legs,
      clock,
      log,
      node: this.node,
      language: parts.language,
      carriers,
      endpoints: (customer_id) => this.registry.endpoints(customer_id),
      committed: (unit, fresh) => this.#committed(unit, fresh),
    });
    this.#wishes = makeWishes({ loop: this.#loop, calls: store.calls, chance, carriers });
    this.#placer = {
      ...parts,
      loop: this.#loop,
      registry: this.registry,
      flows: store.shelves.flows,
    };
    this.#groups = this.#grouping();
    this.#dispatcher = this.#dispatching();
    this.#hearing = this.#ears();
    this.numbers = makeNumberOffice({ ...parts, registry: this.registry, desk: this.#desk });
  }

  /** Takes up what this node's last life, or dead nodes, left undone. Then it is ready. */
  async start(): Promise<void> {
    await openCarriers(this.#desk, [...(await this.registry.providers()).keys()], this.#parts.log);
    await this.#membership.start();
    const { store, clock, log, settings } = this.#parts;
    const { numbers } = this;
    const also = expireRecordings(this.#groups, store.groups, settings.recordings_days);
    const janitor = startJanitor({ store, numbers, also, clock, log });
    this.#stopSweeping = [startSweeper(this.#waker()), janitor];
  }

  /** Lets what is under way end, within the time given; the rest is found at the next start. */
  async stop(within_ms: number): Promise<void> {
    this.#alarms.close();
    this.#groups.close();
    for (const stop of this.#stopSweeping) await stop();
    this.#stream.stop();
    const until = performance.now() + within_ms;
    while (this.#dispatcher.pending + this.#loop.busy > 0 && performance.now() < until)
      await new Promise((next) => setTimeout(next, 10));
    await this.#deliverer.stop();
    await this.#membership.stop();
  }

  readonly place: Exchange['place'] = (order) => this.#groups.place(order);
  readonly placeGroupcall: Exchange['placeGroupcall'] = (it) => this.#groups.placeGroupcall(it);
  readonly openGroup: Exchange['openGroup'] = (step) => this.#groups.loop.open(step);
  readonly tellGroup: Exchange['tellGroup'] = (...args) => this.#groups.tell(...args);
  readonly transfer: Exchange['transfer'] = (order) => this.#groups.transfer(order);

  launch(order: LaunchOrder): Promise<Leg | null> {
    return launchRun({ ...this.#placer, calls: this.#parts.store.calls }, order);
  }

  readonly hangUp: Exchange['hangUp'] = (...args) => this.#wishes.hangUp(...args);
  readonly stopFlow: Exchange['stopFlow'] = (...args) => this.#wishes.stopFlow(...args);
  readonly control: Exchange['control'] = (...args) => this.#wishes.control(...args);

  async hangUpAll(customer_id: CustomerId): Promise<number> {
    await this.#groups.endAll(customer_id);
    return this.#wishes.hangUpAll(customer_id);
  }

  async preview(...args: Parameters<Exchange['preview']>): ReturnType<Exchange['preview']> {
    const [customer_id, destination, actions] = args;
    const customer = await this.registry.customer(customer_id);
    if (customer === null) return { candidates: [], excluded: [] };
    const wish = { customer, destination, actions, list_unmatched: true };
    return candidatesFor(this.#placer, wish);
  }

  notice(...args: Parameters<Exchange['notice']>): ReturnType<Exchange['notice']> {
    return this.#hearing.notice(...args);
  }

  async replay(_endpoint: Endpoint, deliveries: readonly DeliveryRow[]): Promise<void> {
    await this.#deliverer.replay(deliveries);
  }

  listen(...[scope, hear]: Parameters<Exchange['listen']>): () => void {
    return this.#stream.listen(scope, hear);
  }

  changed(...[kind, id]: Parameters<Exchange['changed']>): void {
    this.registry.changed(kind, id);
  }

  watch(...[kind, hear]: Parameters<Exchange['watch']>): () => void {
    return this.registry.watch(kind, hear);
  }

  endpointChanged(endpoint_id: Endpoint['id']): void {
    this.registry.changed('endpoints', endpoint_id);
    this.#deliverer.endpointChanged(endpoint_id);
  }

  /** What /metrics and /readyz show of the engine; at rest, all that is counted is 0. */
  gauges(): ExchangeGauges {
    return {
      effects: this.#dispatcher.pending,
      alarms: this.#alarms.size() + this.#groups.size.alarms,
      legs: this.#loop.size,
      busy: this.#loop.busy + this.#groups.size.busy,
      attempts: this.#attempts.size(),
      deliveries: this.#deliverer.gauges(),
      trusted: this.#membership.isTrusted(),
    };
  }

  #committed(unit: Unit, fresh: boolean): void {
    const { call } = unit.leg;
    this.#attempts.remember(unit);
    this.#alarms.set(call.id, wakeAt(call));
    this.#parts.metrics.committed(unit);
    logMilestones(this.#parts.log, unit);
    this.#follow(unit, fresh);
  }

  /** What a commit is followed by, whether of a call or of a group. */
  #follow({ event, deliveries, orders }: Committed, fresh: boolean): void {
    this.#stream.committed(event);
    if (deliveries.length > 0) {
      const notices = new Map(event.notices.map((each): [string, NoticeRow] => [each.id, each]));
      this.#deliverer.offer(deliveries, notices, fresh);
    }
    for (const row of orders) this.#dispatcher.perform(row);
  }

  #waker(): Parameters<typeof startSweeper>[0] {
    const { store, clock, log, later = laterByTheWall } = this.#parts;
    const also = (): Promise<void> => this.#groups.sweep();
    return { loop: this.#loop, legs: store.legs, clock, log, later, also };
  }

  #grouping(): Groups {
    return new Groups({
      ...this.#parts,
      node: this.node,
      placer: this.#placer,
      desk: this.#desk,
      expand: expandAgents(this.#parts.store.groups),
      committed: (unit, fresh) => this.#follow(unit, fresh),
    });
  }

  #dispatching(): Dispatcher {
    const { store } = this.#parts;
    return new Dispatcher({
      ...this.#parts,
      loop: this.#loop,
      desk: this.#desk,
      flows: store.shelves.flows,
      crew: this.#groups.crew,
      recorder: this.#groups.recorder,
      isTrusted: () => this.#membership.isTrusted(),
      placeChild: (order, asker) => placeChild(this.#placer, order, asker),
      performed: (row) => store.legs.performed(row.call_id, [row.id]),
    });
  }

  #ears(): Hearing {
    const [loop, desk, registry, node] = [this.#loop, this.#desk, this.registry, this.node];
    const [deliverer, stream, attempts] = [this.#deliverer, this.#stream, this.#attempts];
    const own = { loop, desk, registry, node, deliverer, stream, attempts };
    return openEars({ later: laterByTheWall, ...this.#parts, ...own });
  }

  #joined(): Membership {
    const { store, clock, log, alone, later = laterByTheWall } = this.#parts;
    return new Membership({
      node: this.node,
      nodes: store.nodes,
      clock,
      log,
      later,
      alone,
      adopted: () => this.#recover(),
      returned: () => {
        this.#loop.forget();
        this.#groups.loop.forget();
        this.#recover().catch((error: unknown) => log.error({ error }, 'recovery failed'));
      },
    });
  }

  async #recover(): Promise<void> {
    const rows = await this.#parts.store.legs.outbox(this.node, OUTBOX_MAX);
    for (const row of rows) this.#dispatcher.resume(row);
    await this.#deliverer.recover(this.node);
  }
}
