import { assert } from '../kernel/assert.ts';
import type { EndpointId, Instant } from '../kernel/brand.ts';
import type { Chance, Clock } from '../kernel/clock.ts';
import type { Queue } from '../queue/queue.ts';
import type { Endpoint } from '../store/rows.ts';
import type { DeliveryRow, DeliveryTry, NoticeRow, Store } from '../store/store.ts';
import type { SendResult, Sender } from '../webhooks/delivery.ts';
import { askedDelay, isSuccess, verdictOn } from '../webhooks/timetable.ts';
import type { Verdict } from '../webhooks/timetable.ts';
import { Writer, countedTries, refusedRow, triedRow, tryOf } from './deliverer/attempt.ts';
import { Book } from './deliverer/book.ts';
import { deskOf, fromWakeKey, wakeKey } from './deliverer/desk.ts';
import { Health } from './deliverer/health.ts';
import { LIMITS, Lanes } from './deliverer/lanes.ts';
import type { Job, Lane, Limits, Line } from './deliverer/lanes.ts';
import { Reader } from './deliverer/reader.ts';
import { Sleepers } from './deliverer/sleepers.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Registry } from './registry.ts';
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
  /** Sends deliveries again, whatever became of them. Resolves once that is durable. */
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
  readonly metrics?: Pick<Metrics, 'delivered'>;
  readonly limits?: Partial<Limits>;
  /** Calls back again and again. Preset: real time, since a leaping test clock would only spin it. */
  readonly every?: (ms: number, tick: () => void) => () => void;
}

const TICK_MS = 1_000;
/** Ticks between looks at everything that is pending: for what was committed but never offered. */
const WALK_TICKS = 30;
const STOP_MS = 5_000;
/** Lines asleep for less wake by a timer of this process; for longer by the queue. */
const TIMER_MS_MAX = 5_000;
/** A receiver that asks to be left alone is, in all its calls, up to this long. */
const HOLD_MS_MAX = 60_000;
const MANUAL_MAX = 100_000;
/** The channel on which a node passes on a wake-up that was another's. */
const CHANNEL = 'delivery';

export function makeDeliverer(parts: DelivererParts): Deliverer {
  return new RunningDeliverer(parts);
}

class RunningDeliverer implements Deliverer {
  readonly #parts: DelivererParts;
  readonly #lanes: Lanes;
  readonly #writer: Writer;
  readonly #book: Book;
  readonly #reader: Reader;
  readonly #health: Health;
  readonly #sleepers = new Sleepers<Line>();
  /** Deliveries whose next try was asked for by hand. */
  readonly #manual = new Set<string>();
  readonly #cancels: (() => void)[] = [];
  readonly #slow_ms: number;
  #ticks = 0;
  #stopped = false;
  #pumping = false;
  #whenIdle: (() => void) | null = null;

  constructor(parts: DelivererParts) {
    const { store, registry, clock, log, node, config, queue } = parts;
    const limits = { ...LIMITS, ...parts.limits };
    this.#parts = parts;
    this.#slow_ms = limits.slow_ms;
    this.#lanes = new Lanes(limits);
    this.#writer = new Writer(clock);
    this.#book = new Book(store.deliveries, { log, settled: (line) => this.#settled(line) });
    this.#reader = new Reader({
      deliveries: store.deliveries,
      lanes: this.#lanes,
      node,
      log,
      now: () => clock.now(),
      sleep: (line, due) => this.#sleep(line, due),
      ready: () => this.#pump(),
      lost: (line, row) => this.#lost(line, row),
    });
    this.#health = new Health({
      store,
      registry,
      clock,
      log,
      node,
      disable_after_ms: config.webhook_disable_after_s * 1_000,
      offer: (rows, notices) => this.offer(rows, notices),
    });
    queue.work('delivery', async (key) => this.#woken(key));
    this.#cancels.push(queue.subscribe(CHANNEL, (key) => this.#heard(key)));
    this.#cancels.push(queue.subscribe('changed', (message) => this.#changed(message)));
    this.#cancels.push((parts.every ?? everyRealMs)(TICK_MS, () => this.#tick()));
  }

  offer(
    rows: readonly DeliveryRow[],
    notices: ReadonlyMap<string, NoticeRow>,
    fresh = false,
  ): void {
    if (this.#stopped) return;
    for (const row of rows) {
      const notice = notices.get(row.notice_id);
      if (notice !== undefined) this.#admit({ row, notice }, fresh);
    }
    this.#pump();
  }

  recover(): Promise<void> {
    return this.#reader.walk(null);
  }

  async replay(rows: readonly DeliveryRow[]): Promise<void> {
    const { store, clock, node } = this.#parts;
    const now = clock.now();
    const idle = rows.filter((row) => !this.#isKept(row));
    const again = idle.map((row) => ({ ...row, status: 'pending' as const, next_at: now, node }));
    await store.deliveries.settle(again);
    for (const row of again) {
      if (this.#manual.size < MANUAL_MAX) this.#manual.add(row.id);
      const lane = this.#lanes.laneOf(row.endpoint_id);
      const line = lane.lines.get(row.order_key);
      if (line === undefined) this.#reader.read(this.#lanes.open(lane, row.order_key));
      else if (line.state === 'asleep') this.#reader.read(line);
      else line.more = true;
    }
  }

  endpointChanged(endpoint_id: EndpointId): void {
    const lane = this.#lanes.all.get(endpoint_id);
    if (lane === undefined) return;
    this.#ask(lane);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#cancels) cancel();
    const late = new Promise<void>((resolve) => setTimeout(resolve, STOP_MS).unref());
    const idle = new Promise<void>((resolve) => {
      this.#whenIdle = resolve;
      if (this.#lanes.in_flight === 0) resolve();
    });
    await Promise.race([late, idle.then(() => this.#book.clear())]);
  }

  gauges(): { in_flight: number; kept: number } {
    return { in_flight: this.#lanes.in_flight, kept: this.#lanes.jobs };
  }

  #admit(job: Job, fresh: boolean): void {
    const { row } = job;
    const lane = this.#lanes.laneOf(row.endpoint_id);
    const line = lane.lines.get(row.order_key);
    if (line !== undefined) return this.#join(line, job);
    if (!this.#lanes.hasRoom(lane)) return this.#lanes.spill(lane);
    const opened = this.#lanes.open(lane, row.order_key);
    this.#lanes.push(opened, job);
    // Something earlier may wait in SQL only: for another node, or because memory was full.
    if (row.sequence > 1 && (fresh || lane.spilled)) this.#reader.read(opened);
    else this.#lanes.makeReady(opened);
  }

  #join(line: Line, job: Job): void {
    const last = line.jobs.at(-1);
    if (last?.row.id === job.row.id) return;
    // A gap may be a notice this endpoint does not want, or one that is in SQL only.
    const follows = last !== undefined && job.row.sequence === last.row.sequence + 1;
    const leave = line.more || !follows || !this.#lanes.hasRoom(line.lane);
    if (leave) line.more = true;
    else this.#lanes.push(line, job);
  }

  /** Begins as many tries as may be. Not entered twice: what ends at once comes round again. */
  #pump(): void {
    if (this.#pumping || this.#stopped) return;
    this.#pumping = true;
    const now = this.#parts.clock.wall();
    try {
      for (let line = this.#lanes.next(now); line !== null; line = this.#lanes.next(now))
        this.#begin(line, now);
    } finally {
      this.#pumping = false;
    }
    for (const lane of this.#lanes.takeUnread()) this.#ask(lane);
  }

  #begin(line: Line, now: number): void {
    const { desk } = line.lane;
    const job = line.jobs[0];
    assert(job !== undefined && desk !== null, 'only lines with deliveries of known endpoints go');
    const { endpoint, closed } = desk;
    if (endpoint === null || closed !== null) return this.#refuse(line, job, closed ?? '');
    this.#lanes.began(line, now);
    const request = this.#writer.request(desk, endpoint, job.notice);
    void this.#parts.sender.send(request).then((result) => this.#end(line, job, result));
  }

  #refuse(line: Line, { row }: Job, closed: string): void {
    this.#book.add(refusedRow(row, closed, this.#parts.clock.now()), line);
    this.#manual.delete(row.id);
    this.#onward(line);
  }

  #end(line: Line, job: Job, result: SendResult): void {
    const { clock } = this.#parts;
    const now = clock.now();
    const wall = clock.wall();
    const { lane } = line;
    const made = tryOf(result, { at: now, trigger: this.#triggerOf(job.row) });
    const verdict = this.#judge(result, job.row, made.trigger);
    this.#lanes.ended(lane, this.#paceOf(result), wall);
    const hold_ms = askedDelay(result);
    if (hold_ms !== null) lane.hold_until = wall + Math.min(hold_ms, HOLD_MS_MAX);
    this.#book.add(triedRow(job.row, made, verdict), line);
    this.#parts.metrics?.delivered(outcomeOf(verdict), made.duration_ms);
    this.#account(lane, isSuccess(result), verdict);
    if (verdict.next === 'retry') this.#sleep(line, verdict.at);
    else this.#onward(line);
    this.#pump();
    if (this.#stopped && this.#lanes.in_flight === 0) this.#whenIdle?.();
  }

  #judge(result: SendResult, row: DeliveryRow, trigger: DeliveryTry['trigger']): Verdict {
    const { clock, chance, config } = this.#parts;
    return verdictOn(result, {
      tries: countedTries(row.tries, trigger),
      schedule_s: config.webhook_schedule_s,
      now: clock.now(),
      fraction: chance.fraction(),
    });
  }

  #triggerOf(row: DeliveryRow): DeliveryTry['trigger'] {
    if (this.#manual.size > 0 && this.#manual.delete(row.id)) return 'manual';
    return row.tries.length === 0 ? 'first' : 'retry';
  }

  #paceOf(result: SendResult): 'promptly' | 'slowly' | 'never' {
    if (result.result !== 'answered') return 'never';
    return result.duration_ms <= this.#slow_ms ? 'promptly' : 'slowly';
  }

  #account(lane: Lane, succeeded: boolean, verdict: Verdict): void {
    const endpoint = lane.desk?.endpoint ?? null;
    if (endpoint === null || lane.desk === null) return;
    if (verdict.next !== 'gone') return this.#health.tried(endpoint, succeeded);
    // At once, not only when the row says so: what is next in line must not be sent any more.
    lane.desk = { ...lane.desk, closed: 'endpoint disabled' };
    this.#health.disable(endpoint, 'gone');
  }

  /** The first of a line is done with: the next one may go. */
  #onward(line: Line): void {
    this.#lanes.shift(line);
    if (line.jobs.length > 0) this.#lanes.makeReady(line);
    else if (line.more) this.#reader.read(line);
    else this.#lanes.close(line);
  }

  #sleep(line: Line, due: Instant): void {
    const { clock, queue } = this.#parts;
    this.#lanes.put(line, []);
    line.state = 'asleep';
    line.due = due;
    line.more = true;
    this.#sleepers.add(line, due);
    const ms = due - clock.now();
    if (ms <= TIMER_MS_MAX) clock.after(ms, () => this.#rouse(line));
    else queue.wake('delivery', wakeKey(line.lane.endpoint_id, line.order_key), due);
  }

  #rouse(line: Line): void {
    if (this.#stopped || line.state !== 'asleep' || line.due > this.#parts.clock.now()) return;
    this.#reader.read(line);
  }

  /** The queue wakes any one node; a line that is not ours to wake is called out to the others. */
  #woken(key: string): void {
    if (!this.#heard(key)) this.#parts.queue.publish(CHANNEL, key);
  }

  #heard(key: string): boolean {
    const { endpoint_id, order_key } = fromWakeKey(key);
    const line = this.#lanes.all.get(endpoint_id)?.lines.get(order_key);
    if (line !== undefined) this.#rouse(line);
    return line !== undefined;
  }

  #settled(line: Line): void {
    const isOpen = line.lane.lines.get(line.order_key) === line;
    if (isOpen && line.state === 'reading' && !this.#stopped) this.#reader.read(line);
  }

  #lost(line: Line, row: DeliveryRow): void {
    const { log, clock } = this.#parts;
    log.error({ delivery_id: row.id, notice_id: row.notice_id }, 'a notice to deliver is gone');
    const gone = refusedRow(row, 'the notice is gone', clock.now());
    this.#book.add({ ...gone, status: 'discarded' }, line);
  }

  #isKept(row: DeliveryRow): boolean {
    const line = this.#lanes.all.get(row.endpoint_id)?.lines.get(row.order_key);
    return line?.jobs.some((job) => job.row.id === row.id) ?? false;
  }

  #changed(message: string): void {
    const [kind, id] = message.split(' ');
    if (kind === 'endpoints' && id !== undefined) this.endpointChanged(id as EndpointId);
  }

  /** Reads the endpoint; its lane waits only the first time. */
  #ask(lane: Lane): void {
    if (lane.asking || this.#stopped) return;
    lane.asking = true;
    const { registry, log } = this.#parts;
    const { endpoint_id } = lane;
    registry
      .endpoint(endpoint_id)
      .then((endpoint) => this.#seat(lane, endpoint))
      .catch((error: unknown) => log.error({ endpoint_id, error }, 'an endpoint cannot be read'))
      .finally(() => (lane.asking = false));
  }

  #seat(lane: Lane, endpoint: Endpoint | null): void {
    const { vault, clock } = this.#parts;
    const before = lane.desk;
    lane.desk = deskOf(endpoint, before, { vault, at: clock.wall() });
    // Nothing will be sent: what sleeps is ended now, not at its next retry.
    if (lane.desk.closed !== null)
      for (const line of lane.lines.values()) if (line.state === 'asleep') this.#reader.read(line);
    this.#lanes.queue(lane);
    this.#pump();
  }

  #tick(): void {
    const { clock } = this.#parts;
    this.#ticks += 1;
    this.#book.write();
    this.#sleepers.due(clock.now(), (line) => this.#rouse(line));
    const refill = this.#lanes.tidy(clock.wall());
    if (!this.#reader.isWalking) {
      for (const lane of refill) void this.#reader.walk(lane);
      if (this.#ticks % WALK_TICKS === 0) void this.#reader.walk(null);
    }
    void this.#health.store();
    this.#pump();
  }
}

function outcomeOf(verdict: Verdict): 'delivered' | 'retried' | 'failed' {
  if (verdict.next === 'delivered') return 'delivered';
  return verdict.next === 'retry' ? 'retried' : 'failed';
}

function everyRealMs(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms).unref();
  return () => clearInterval(timer);
}
