import type { EndpointId } from '../kernel/brand.ts';
import type { Chance, Clock } from '../kernel/clock.ts';
import type { Queue } from '../queue/queue.ts';
import type { DeliveryRow, NoticeRow } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import type { Sender } from '../webhooks/delivery.ts';
import type { Verdict } from '../webhooks/timetable.ts';
import { laterByTheWall, type Later } from './clock.ts';
import { refusedRow } from './deliverer/attempt.ts';
import { Book } from './deliverer/book.ts';
import { seat } from './deliverer/desk.ts';
import { Health } from './deliverer/health.ts';
import { Intake } from './deliverer/intake.ts';
import { Lanes, type Lane, type Line } from './deliverer/lanes.ts';
import { LIMITS, type Limits } from './deliverer/limits.ts';
import { Reader } from './deliverer/reader.ts';
import { Sleepers } from './deliverer/sleepers.ts';
import { Trials } from './deliverer/trials.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Registry } from './registry.ts';
import type { Stream } from './stream.ts';
import type { Vault } from './vault.ts';

/** What becomes of notices once they are stored: every endpoint gets its own, in order per call. */
export interface Deliverer {
  /**
   * Sends deliveries that were just committed. `fresh`: other nodes may still be delivering earlier
   * notices of the same order key, so SQL is asked first.
   */
  offer(
    rows: readonly DeliveryRow[],
    notices: ReadonlyMap<string, NoticeRow>,
    fresh?: boolean,
  ): void;
  /** Takes up everything pending that belongs to this node: at start, or after an adoption. */
  recover(node: string): Promise<void>;
  /**
   * Sends deliveries again, whatever became of them; those of one order key given together go in
   * order. Resolves once that is durable.
   */
  replay(rows: readonly DeliveryRow[]): Promise<void>;
  /** An endpoint was changed, switched on or off, or deleted. */
  endpointChanged(endpoint_id: EndpointId): void;
  /** Begins nothing more; resolves when what was under way has ended and is stored, or in 5 s. */
  stop(): Promise<void>;
  /** What is in memory, for /metrics. */
  gauges(): { readonly in_flight: number; readonly kept: number };
}

export interface DelivererParts {
  readonly store: Pick<Store, 'deliveries'> & {
    readonly shelves: Pick<Store['shelves'], 'endpoints'>;
  };
  readonly sender: Sender;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly chance: Pick<Chance, 'fraction'>;
  readonly vault: Vault;
  readonly log: Log;
  readonly registry: Pick<Registry, 'endpoint' | 'endpoints' | 'changed'>;
  readonly node: string;
  readonly config: {
    readonly webhook_schedule_s: readonly number[];
    readonly webhook_disable_after_s: number;
  };
  /** Those who listen hear what the deliverer itself tells a customer. Left out: nobody does. */
  readonly stream?: Pick<Stream, 'tell'>;
  readonly metrics?: Pick<Metrics, 'delivered'>;
  readonly limits?: Partial<Limits>;
  /** What sweeps wait by. Left out: real time, since a leaping test clock would only spin them. */
  readonly later?: Later;
}

const TICK_MS = 1_000;
/** Ticks between looks at everything that is pending: for what was committed but never offered. */
const WALK_TICKS = 30;
const STOP_MS = 5_000;
/** Rows of a replay written in one transaction: calls must not wait for ten thousand of them. */
const REPLAY_ROWS = 500;

export function makeDeliverer(parts: DelivererParts): Deliverer {
  return new RunningDeliverer(parts);
}

class RunningDeliverer implements Deliverer {
  readonly #parts: DelivererParts;
  readonly #later: Later;
  readonly #lanes: Lanes;
  readonly #book: Book;
  readonly #reader: Reader;
  readonly #intake: Intake;
  readonly #health: Health;
  readonly #trials: Trials;
  readonly #sleepers: Sleepers;
  readonly #unsubscribe: () => void;
  #ticks = 0;
  #stopped = false;
  #pumping = false;
  #whenIdle: () => void = () => undefined;

  constructor(parts: DelivererParts) {
    const { store, log, queue, later = laterByTheWall } = parts;
    this.#parts = parts;
    this.#later = later;
    this.#lanes = new Lanes({ ...LIMITS, ...parts.limits });
    this.#book = new Book(store.deliveries, { log, settled: (line) => this.#settled(line) });
    this.#health = this.#makeHealth();
    this.#trials = this.#makeTrials();
    this.#reader = this.#makeReader();
    const read = (line: Line): void => this.#reader.read(line);
    this.#intake = new Intake(this.#lanes, read);
    this.#sleepers = new Sleepers({ ...parts, lanes: this.#lanes, woken: read });
    this.#unsubscribe = queue.subscribe('changed', (message) => this.#changed(message));
    this.#tickLater();
  }

  offer(
    rows: readonly DeliveryRow[],
    notices: ReadonlyMap<string, NoticeRow>,
    fresh = false,
  ): void {
    if (this.#stopped) return;
    for (const row of rows) {
      const notice = notices.get(row.notice_id);
      if (notice !== undefined) this.#intake.admit({ row, notice }, fresh);
    }
    this.#pump();
  }

  recover(): Promise<void> {
    return this.#reader.walk();
  }

  async replay(rows: readonly DeliveryRow[]): Promise<void> {
    const { store, clock, node } = this.#parts;
    const now = clock.now();
    const idle = rows.filter((row) => !this.#lanes.holds(row));
    const again = idle.map((row) => ({ ...row, status: 'pending' as const, next_at: now, node }));
    for (let first = 0; first < again.length; first += REPLAY_ROWS)
      await store.deliveries.take(again.slice(first, first + REPLAY_ROWS));
    for (const row of again) {
      this.#trials.markManual(row);
      const lane = this.#lanes.laneOf(row.endpoint_id);
      const line = lane.lines.get(row.order_key);
      if (line === undefined) this.#reader.read(this.#lanes.open(lane, row.order_key));
      else if (line.state === 'asleep' || line.state === 'ended') this.#reader.read(line);
      else line.more = true;
    }
  }

  endpointChanged(endpoint_id: EndpointId): void {
    const lane = this.#lanes.all.get(endpoint_id);
    if (lane !== undefined) void this.#ask(lane);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#sleepers.stop();
    this.#unsubscribe();
    const late = new Promise<void>((resolve) => this.#later(STOP_MS, resolve));
    const idle = new Promise<void>((resolve) => {
      this.#whenIdle = resolve;
      if (this.#lanes.in_flight === 0) resolve();
    });
    await Promise.race([late, idle.then(() => this.#book.clear())]);
  }

  gauges(): { in_flight: number; kept: number } {
    return { in_flight: this.#lanes.in_flight, kept: this.#lanes.jobs };
  }

  #makeHealth(): Health {
    const { config } = this.#parts;
    return new Health({
      ...this.#parts,
      disable_after_ms: config.webhook_disable_after_s * 1_000,
      offer: (rows, notices) => this.offer(rows, notices),
    });
  }

  #makeTrials(): Trials {
    const { config, metrics = null, limits } = this.#parts;
    return new Trials({
      ...this.#parts,
      schedule_s: config.webhook_schedule_s,
      metrics,
      lanes: this.#lanes,
      book: this.#book,
      health: this.#health,
      slow_ms: limits?.slow_ms ?? LIMITS.slow_ms,
      tried: (line, verdict) => this.#tried(line, verdict),
    });
  }

  #makeReader(): Reader {
    const { store, clock } = this.#parts;
    return new Reader({
      ...this.#parts,
      deliveries: store.deliveries,
      lanes: this.#lanes,
      now: () => clock.now(),
      sleep: (line, due) => this.#sleepers.add(line, due),
      ready: () => this.#pump(),
      lost: (line, row) => this.#lost(line, row),
    });
  }

  /** Begins as many tries as may be. Not entered twice: what ends at once comes round again. */
  #pump(): void {
    if (this.#pumping || this.#stopped) return;
    this.#pumping = true;
    const now = this.#parts.clock.wall();
    try {
      for (let line = this.#lanes.next(now); line !== null; line = this.#lanes.next(now))
        this.#trials.begin(line, now);
    } finally {
      this.#pumping = false;
    }
    for (const lane of this.#lanes.takeUnread()) void this.#ask(lane);
  }

  /** The first of a line was tried: it sleeps, or is done with and the next one may go. */
  #tried(line: Line, verdict: Verdict): void {
    if (verdict.next === 'retry') this.#sleepers.add(line, verdict.at);
    else this.#onward(line);
    this.#pump();
    if (this.#stopped && this.#lanes.in_flight === 0) this.#whenIdle();
  }

  #onward(line: Line): void {
    this.#lanes.shift(line);
    if (line.jobs.length > 0) this.#lanes.makeReady(line);
    else if (line.more) this.#reader.read(line);
    else line.state = 'ended';
    this.#refill(line.lane);
  }

  /** SQL knows everything that became of a line: now it may be read, or forgotten. */
  #settled(line: Line): void {
    const { state, lane } = line;
    if (this.#stopped || lane.lines.get(line.order_key) !== line) return;
    if (state === 'reading' || (state === 'ended' && line.more)) this.#reader.read(line);
    else if (state === 'ended') this.#lanes.close(line);
    this.#refill(lane);
  }

  #refill(lane: Lane): void {
    if (this.#lanes.wantsRefill(lane)) this.#reader.refill(lane);
  }

  #lost(line: Line, row: DeliveryRow): void {
    const { log, clock } = this.#parts;
    log.error({ delivery_id: row.id, notice_id: row.notice_id }, 'a notice to deliver is gone');
    const gone = refusedRow(row, 'the notice is gone', clock.now());
    this.#book.add({ ...gone, status: 'discarded' }, line);
  }

  #changed(message: string): void {
    const [kind, id] = message.split(' ');
    if (kind === 'endpoints' && id !== undefined) this.endpointChanged(id as EndpointId);
  }

  /** Reads the endpoint again; its lane waits only the first time. */
  async #ask(lane: Lane): Promise<void> {
    if (this.#stopped || !(await seat(lane, this.#parts))) return;
    // Nothing will be sent: what sleeps is ended now, not at its next retry.
    if (lane.desk?.closed != null)
      for (const line of lane.lines.values()) if (line.state === 'asleep') this.#reader.read(line);
    this.#lanes.queue(lane);
    this.#pump();
  }

  #tickLater(): void {
    this.#later(TICK_MS, () => {
      if (this.#stopped) return;
      this.#tick();
      this.#tickLater();
    });
  }

  #tick(): void {
    const { clock } = this.#parts;
    this.#ticks += 1;
    this.#book.write();
    this.#sleepers.look();
    const refill = this.#lanes.tidy(clock.wall());
    for (const lane of refill) this.#reader.refill(lane);
    if (this.#ticks % WALK_TICKS === 0 && !this.#reader.isWalking) void this.#reader.walk();
    void this.#health.store();
    this.#pump();
  }
}
