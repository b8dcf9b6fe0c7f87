import type { EndpointId, Instant } from '../../kernel/brand.ts';
import type { DeliveryRow, NoticeRow } from '../../store/journal.ts';
import type { Desk } from './desk.ts';
import { Fifo } from './fifo.ts';
import { type Limits, mostUnderWay } from './limits.ts';

/** A delivery to be tried, and what it says. */
export interface Job {
  readonly row: DeliveryRow;
  readonly notice: NoticeRow;
}

/**
 * The open deliveries of one order key to one endpoint, in order; only the first is ever under way.
 * ready: it may go · flying: it is under way · asleep: it waits in SQL until `due`, and nothing of
 * it is kept here · reading: being read from SQL, where the truth is · ended: all of it was sent,
 * but SQL does not know yet, so that whoever reads now would send it again.
 */
export interface Line {
  readonly lane: Lane;
  readonly order_key: string;
  state: 'ready' | 'flying' | 'asleep' | 'reading' | 'ended';
  jobs: Job[];
  /** Whether SQL holds more of it than is kept here. */
  more: boolean;
  /** Instants of clock.now(). Means something only while it is asleep. */
  due: Instant;
  /** Results of its tries that are not in SQL yet: until they are, it must not be read. */
  unsettled: number;
  /** How often another node was found to be ahead of us. */
  waits: number;
}

/** Everything open for one endpoint. */
export interface Lane {
  readonly endpoint_id: EndpointId;
  readonly lines: Map<string, Line>;
  readonly ready: Fifo<Line>;
  /** Deliveries kept here. */
  jobs: number;
  in_flight: number;
  pool: Pool;
  /** Whether it stands in its pool's ring already. */
  queued: boolean;
  /** The endpoint as we know it; null until it has been read. */
  desk: Desk | null;
  asking: boolean;
  /** No try before this instant of clock.wall(): the receiver asked to be left alone. */
  hold_until: number;
  /** When a try last ended, or the first of those under way began (clock.wall()). */
  moved_at: number;
  /** Whether the last try ended without an answer; how many in a row were answered promptly. */
  mute: boolean;
  prompt_count: number;
  /** Whether lines were left in SQL for want of room, and during which walk the last one was. */
  spilled: boolean;
  spilled_in: number;
  /** Walks begun through what SQL holds of it, and how far the one under way has come. */
  walks: number;
  place: Place | null;
  refill: 'no' | 'on' | 'failed';
}

/** Up to where a lane has been read from SQL. */
export interface Place {
  readonly endpoint_id: string;
  readonly order_key: string;
  readonly sequence: number;
}

/** Lanes take turns in a pool; what is slow has one of its own, and so cannot hold up the rest. */
interface Pool {
  in_flight: number;
  readonly ring: Fifo<Lane>;
}

/** Even when memory is full, an endpoint may have this many: others must not starve it. */
const KEPT_ALWAYS = 100;
/** An endpoint that has had nothing to do for so long is forgotten, keys and all. */
const IDLE_MS = 60_000;
/** How old what is known of an endpoint may be before it is read again, should news be lost. */
const STALE_MS = 2_000;

/** Who is next. Holds no promises and does nothing but count and choose. */
export class Lanes {
  readonly all = new Map<EndpointId, Lane>();
  readonly #limits: Limits;
  readonly #prompt: Pool = { in_flight: 0, ring: new Fifo() };
  readonly #slow: Pool = { in_flight: 0, ring: new Fifo() };
  /** Lanes whose endpoint has to be read, for the first time or again. */
  #unread = new Set<Lane>();
  #jobs = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get in_flight(): number {
    return this.#prompt.in_flight + this.#slow.in_flight;
  }

  get jobs(): number {
    return this.#jobs;
  }

  laneOf(endpoint_id: EndpointId): Lane {
    const known = this.all.get(endpoint_id);
    if (known !== undefined) return known;
    const lane: Lane = {
      endpoint_id,
      lines: new Map(),
      ready: new Fifo(),
      jobs: 0,
      in_flight: 0,
      pool: this.#prompt,
      queued: false,
      desk: null,
      asking: false,
      hold_until: 0,
      moved_at: 0,
      mute: false,
      prompt_count: 0,
      spilled: false,
      spilled_in: 0,
      walks: 0,
      place: null,
      refill: 'no',
    };
    this.all.set(endpoint_id, lane);
    return lane;
  }

  holds({ endpoint_id, order_key, id }: DeliveryRow): boolean {
    const line = this.all.get(endpoint_id)?.lines.get(order_key);
    return line?.jobs.some((job) => job.row.id === id) ?? false;
  }

  hasRoom(lane: Lane): boolean {
    const kept = lane.jobs + lane.lines.size;
    if (kept >= this.#limits.kept_per_endpoint) return false;
    return this.#jobs < this.#limits.kept || kept < KEPT_ALWAYS;
  }

  /** Whether a new line may be kept. While SQL holds older ones, most of the room is theirs. */
  mayAdmit(lane: Lane): boolean {
    return this.hasRoom(lane) && !(lane.spilled && this.#isFuller(lane, 1 / 4));
  }

  /** Whether a lane should be read on from SQL: it left lines there, and is half empty again. */
  wantsRefill(lane: Lane): boolean {
    const isDue = lane.spilled && lane.refill === 'no';
    return isDue && !this.#isFuller(lane, 1 / 2) && this.hasRoom(lane);
  }

  #isFuller(lane: Lane, share: number): boolean {
    return lane.jobs + lane.lines.size >= share * this.#limits.kept_per_endpoint;
  }

  /** Notes that something of this endpoint stays in SQL until there is room. */
  spill(lane: Lane): void {
    lane.spilled = true;
    lane.spilled_in = lane.walks;
  }

  /** A new line, being read unless it is opened with what to send. */
  open(lane: Lane, order_key: string): Line {
    const line: Line = {
      lane,
      order_key,
      state: 'reading',
      jobs: [],
      more: false,
      due: 0 as Instant,
      unsettled: 0,
      waits: 0,
    };
    lane.lines.set(order_key, line);
    return line;
  }

  push(line: Line, job: Job): void {
    line.jobs.push(job);
    line.lane.jobs += 1;
    this.#jobs += 1;
  }

  /** Replaces what is kept of a line. */
  put(line: Line, jobs: Job[]): void {
    const change = jobs.length - line.jobs.length;
    line.jobs = jobs;
    line.lane.jobs += change;
    this.#jobs += change;
  }

  makeReady(line: Line): void {
    line.state = 'ready';
    line.waits = 0;
    line.lane.ready.push(line);
    this.queue(line.lane);
  }

  /** Takes the first delivery of a line off it. */
  shift(line: Line): void {
    line.jobs.shift();
    line.lane.jobs -= 1;
    this.#jobs -= 1;
  }

  close(line: Line): void {
    this.put(line, []);
    line.lane.lines.delete(line.order_key);
  }

  /** Puts a lane into its pool's ring, if it has anything to go. */
  queue(lane: Lane): void {
    if (lane.queued || lane.ready.size === 0) return;
    lane.queued = true;
    lane.pool.ring.push(lane);
  }

  /** The line whose first delivery goes next; prompt endpoints before slow ones. Null: none may. */
  next(now: number): Line | null {
    return this.#nextOf(this.#prompt, now) ?? this.#nextOf(this.#slow, now);
  }

  #nextOf(pool: Pool, now: number): Line | null {
    while (pool.in_flight < this.#limits.in_flight) {
      const lane = pool.ring.shift();
      if (lane === undefined) return null;
      lane.queued = false;
      const line = lane.pool === pool && this.#mayGo(lane, now) ? lane.ready.shift() : undefined;
      // Back to the end of the ring: every endpoint has one turn before any has another.
      if (line !== undefined || lane.pool !== pool) this.queue(lane);
      if (line !== undefined) return line;
    }
    return null;
  }

  #mayGo(lane: Lane, now: number): boolean {
    if (lane.desk === null || now - lane.desk.read_at > STALE_MS) this.#unread.add(lane);
    return (
      lane.in_flight < mostUnderWay(lane, this.#limits) &&
      lane.desk !== null &&
      now >= lane.hold_until
    );
  }

  /** Lanes whose endpoint has to be read before, or while, they are sent to. */
  takeUnread(): Iterable<Lane> {
    if (this.#unread.size === 0) return [];
    const lanes = this.#unread;
    this.#unread = new Set();
    return lanes;
  }

  began(line: Line, now: number): void {
    const { lane } = line;
    line.state = 'flying';
    if (lane.in_flight === 0) lane.moved_at = now;
    lane.in_flight += 1;
    lane.pool.in_flight += 1;
  }

  /** A try ended. `answered`: within what is prompt, after a while, or not at all. */
  ended(lane: Lane, answered: 'promptly' | 'slowly' | 'never', now: number): void {
    lane.in_flight -= 1;
    lane.pool.in_flight -= 1;
    lane.moved_at = now;
    lane.mute = answered === 'never';
    lane.prompt_count = answered === 'promptly' ? lane.prompt_count + 1 : 0;
    this.#move(lane, answered === 'promptly' ? this.#prompt : this.#slow);
    this.queue(lane);
  }

  /**
   * Once a tick: sets aside endpoints from which nothing has come for a while, lets go what was
   * held, forgets the idle. Answers those that are to be read on: where that failed, or where the
   * room that was missing was everybody's.
   */
  tidy(now: number): Lane[] {
    const refill: Lane[] = [];
    for (const lane of this.all.values()) {
      const waited_ms = now - lane.moved_at;
      if (lane.in_flight > 0 && waited_ms > this.#limits.slow_ms) this.#move(lane, this.#slow);
      this.queue(lane);
      if (lane.refill === 'failed') lane.refill = 'no';
      if (this.wantsRefill(lane)) refill.push(lane);
      const idle = lane.lines.size === 0 && !lane.spilled && !lane.asking;
      if (idle && waited_ms > IDLE_MS) this.all.delete(lane.endpoint_id);
    }
    return refill;
  }

  #move(lane: Lane, pool: Pool): void {
    if (lane.pool === pool) return;
    lane.pool.in_flight -= lane.in_flight;
    pool.in_flight += lane.in_flight;
    lane.pool = pool;
  }
}
