import type { AttemptId, CallId, EventId, ProviderId } from '../kernel/brand.ts';
import type { Chance, Clock } from '../kernel/clock.ts';
import { wakeAt } from '../calls/call.ts';
import type { Language } from '../flows/language.ts';
import type { CarrierKind, Notice, Reading } from '../providers/carrier.ts';
import type { Queue } from '../queue/queue.ts';
import type { Endpoint } from '../store/rows.ts';
import type { DeliveryRow, NoticeRow } from '../store/journal.ts';
import type { Leg, Store, Unit } from '../store/store.ts';
import type { Sender } from '../webhooks/delivery.ts';
import { type Alarms, makeAlarms } from './alarms.ts';
import { logMilestones } from './call_log.ts';
import { type CarrierDesk, makeCarrierDesk } from './carrier_desk.ts';
import type { Later } from './clock.ts';
import { laterByTheWall } from './clock.ts';
import type { Deliverer } from './deliverer.ts';
import { Dispatcher } from './dispatch.ts';
import type { Exchange, Placed, PlaceOrder } from './engine.ts';
import { startJanitor } from './janitor.ts';
import type { ExchangeGauges } from './gauges.ts';
import type { Log } from './log.ts';
import { Loop } from './loop.ts';
import type { Metrics } from './metrics.ts';
import { Membership } from './membership.ts';
import type { PlacerParts } from './place.ts';
import { candidatesFor, placeChild, placeLeg } from './place.ts';
import { type Registry, makeRegistry } from './registry.ts';
import { Stream } from './stream.ts';
import { startSweeper, wakeCall } from './sweeper.ts';
import type { Vault } from './vault.ts';
import { makeWishes, type Wishes } from './wishes.ts';

export interface ExchangeParts {
  readonly store: Store;
  readonly queue: Queue;
  readonly sender: Sender;
  readonly vault: Vault;
  readonly kinds: ReadonlyMap<string, CarrierKind>;
  readonly language: Language;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'committed'>;
  readonly settings: {
    readonly public_url: string;
    readonly attempts_max: number;
    readonly reconcile_interval_ms: number;
  };
  /** Whether this process is the only one there can be (embedded default). */
  readonly alone: boolean;
  /** What heartbeats and sweeps wait by. Left out: real time. */
  readonly later?: Later;
  deliverer(registry: Registry, node: string, stream: Stream): Deliverer;
}

/** Rows of the outbox taken over at once: more than live calls can leave behind on one machine. */
const OUTBOX_MAX = 200_000;
/** Attempts whose call is remembered; of the others the store is asked. */
const ATTEMPTS_KEPT = 50_000;

/** The running exchange: everything behind the API, wired together. */
export class RunningExchange implements Exchange {
  readonly node: string;
  readonly registry: Registry;
  readonly #parts: ExchangeParts;
  readonly #placer: PlacerParts;
  readonly #loop: Loop;
  readonly #wishes: Wishes;
  readonly #desk: CarrierDesk;
  readonly #dispatcher: Dispatcher;
  readonly #deliverer: Deliverer;
  readonly #alarms: Alarms;
  readonly #stream: Stream;
  readonly #membership: Membership;
  readonly #attempts = new Map<AttemptId, CallId>();
  #stopSweeping: readonly (() => void | Promise<void>)[] = [];

  constructor(parts: ExchangeParts) {
    const { store, clock, log, queue } = parts;
    this.#parts = parts;
    this.node = parts.chance.uuid();
    this.registry = makeRegistry(store, queue, clock);
    this.#membership = this.#joined();
    this.#desk = makeCarrierDesk({
      kinds: parts.kinds,
      registry: this.registry,
      vault: parts.vault,
      public_url: parts.settings.public_url,
    });
    this.#stream = new Stream({ calls: store.calls, clock, log, several_nodes: !parts.alone });
    this.#deliverer = parts.deliverer(this.registry, this.node, this.#stream);
    this.#alarms = makeAlarms(clock, (call_id) => this.#wake(call_id));
    this.#loop = new Loop({
      legs: store.legs,
      clock,
      log,
      node: this.node,
      language: parts.language,
      carriers: new Map([...parts.kinds].map(([name, kind]) => [name, kind.capabilities])),
      endpoints: (customer_id) => this.registry.endpoints(customer_id),
      committed: (unit, fresh) => this.#committed(unit, fresh),
    });
    this.#wishes = makeWishes({ loop: this.#loop, calls: store.calls, chance: parts.chance });
    this.#placer = {
      loop: this.#loop,
      registry: this.registry,
      flows: store.shelves.flows,
      kinds: parts.kinds,
      clock,
      settings: parts.settings,
    };
    this.#dispatcher = this.#dispatching();
  }

  /** Takes up what this node's last life, or dead nodes, left undone. Then it is ready. */
  async start(): Promise<void> {
    await this.#openCarriers();
    await this.#membership.start();
    const { store, clock, log } = this.#parts;
    const { idempotency } = store;
    this.#stopSweeping = [startSweeper(this.#waker()), startJanitor({ idempotency, clock, log })];
  }

  /** Lets what is under way end, within the time given; the rest is found at the next start. */
  async stop(within_ms: number): Promise<void> {
    this.#alarms.close();
    await Promise.all(this.#stopSweeping.map((stop) => stop()));
    this.#stream.stop();
    const until = performance.now() + within_ms;
    while (this.#dispatcher.pending + this.#loop.busy > 0 && performance.now() < until)
      await new Promise((next) => setTimeout(next, 10));
    await this.#deliverer.stop();
    await this.#membership.stop();
  }

  async place(order: PlaceOrder): Promise<Placed> {
    const results = await Promise.all(
      order.destinations.map((_each, index) => placeLeg(this.#placer, order, index)),
    );
    return {
      legs: results.filter((each): each is Leg => !('code' in each)),
      refused: results.flatMap((each, index) => ('code' in each ? [{ index, refusal: each }] : [])),
    };
  }

  hangUp(...args: Parameters<Exchange['hangUp']>): ReturnType<Exchange['hangUp']> {
    return this.#wishes.hangUp(...args);
  }

  hangUpAll(...args: Parameters<Exchange['hangUpAll']>): ReturnType<Exchange['hangUpAll']> {
    return this.#wishes.hangUpAll(...args);
  }

  stopFlow(...args: Parameters<Exchange['stopFlow']>): ReturnType<Exchange['stopFlow']> {
    return this.#wishes.stopFlow(...args);
  }

  async preview(...args: Parameters<Exchange['preview']>): ReturnType<Exchange['preview']> {
    const [customer_id, destination, actions] = args;
    const customer = await this.registry.customer(customer_id);
    if (customer === null) return { candidates: [], excluded: [] };
    const wish = { customer, destination, actions, list_unmatched: true };
    return candidatesFor(this.#placer, wish);
  }

  async notice(provider_id: ProviderId, notice: Notice): Promise<Reading['reply'] | null> {
    const { log, store } = this.#parts;
    const carrier = await this.#desk.open(provider_id);
    if (carrier === null || !carrier.isAuthentic(notice)) {
      log.warn({ provider_id, path: notice.path }, 'a notice that is not authentic was refused');
      return null;
    }
    const { told, reply } = carrier.interpret(notice);
    for (const { key, attempt_id, fact } of told) {
      const call_id =
        this.#attempts.get(attempt_id) ?? (await store.legs.callOfAttempt(attempt_id));
      if (call_id === null) log.warn({ provider_id, attempt_id }, 'a notice about no call of ours');
      else await this.#loop.handle({ call_id, id: `n:${attempt_id}:${key}` as EventId, fact });
    }
    return reply;
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
      alarms: this.#alarms.size(),
      legs: this.#loop.size,
      busy: this.#loop.busy,
      attempts: this.#attempts.size,
      deliveries: this.#deliverer.gauges(),
      trusted: this.#membership.isTrusted(),
    };
  }

  #committed(unit: Unit, fresh: boolean): void {
    const { call } = unit.leg;
    this.#remember(unit);
    this.#alarms.set(call.id, wakeAt(call));
    this.#stream.committed(unit);
    this.#parts.metrics.committed(unit);
    logMilestones(this.#parts.log, unit);
    if (unit.deliveries.length > 0) {
      const notices = new Map(
        unit.event.notices.map((each): [string, NoticeRow] => [each.id, each]),
      );
      this.#deliverer.offer(unit.deliveries, notices, fresh);
    }
    for (const row of unit.orders) this.#dispatcher.perform(row);
  }

  #remember({ leg: { call }, attempts }: Unit): void {
    for (const { attempt } of attempts) this.#attempts.set(attempt.id, call.id);
    if (call.status === 'hangup')
      for (const attempt of call.attempts) this.#attempts.delete(attempt.id);
    if (this.#attempts.size > ATTEMPTS_KEPT)
      this.#attempts.delete(this.#attempts.keys().next().value as AttemptId);
  }

  /** Carriers may have word of calls placed before the start: every account is opened at once. */
  async #openCarriers(): Promise<void> {
    for (const id of (await this.registry.providers()).keys())
      try {
        await this.#desk.open(id);
      } catch (error) {
        this.#parts.log.error({ provider_id: id, error }, 'a provider could not be opened');
      }
  }

  #waker(): Parameters<typeof startSweeper>[0] {
    const { store, clock, log, later = laterByTheWall } = this.#parts;
    return { loop: this.#loop, legs: store.legs, clock, log, later };
  }

  #wake(call_id: CallId): void {
    const failed = (error: unknown): void =>
      this.#parts.log.error({ call_id, error }, 'a timer could not be told; the sweep will');
    wakeCall(this.#waker(), call_id).catch(failed);
  }

  #dispatching(): Dispatcher {
    const { sender, store, clock, log } = this.#parts;
    return new Dispatcher({
      loop: this.#loop,
      desk: this.#desk,
      sender,
      flows: store.shelves.flows,
      clock,
      log,
      isTrusted: () => this.#membership.isTrusted(),
      placeChild: (order, asker) => placeChild(this.#placer, order, asker),
      performed: (row) => store.legs.performed(row.call_id, [row.id]),
    });
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
