import type { EndpointId, Instant } from '../../kernel/brand.ts';
import { after } from '../../kernel/instant.ts';
import type { DeliveryRow, NoticeRow } from '../../store/journal.ts';
import type { DeliveryStore } from '../../store/store.ts';
import type { Log } from '../log.ts';
import type { Job, Lane, Lanes, Line, Place } from './lanes.ts';

/** Rows of one line read at once: more than a call tells in all but the longest flows. */
const LINE_ROWS = 100;
const WALK_ROWS = 200;
/** Lines read at once: enough to keep a database busy, too few to keep others from it. */
const READING_MAX = 16;
/** How soon another node's progress is looked at again; doubled each time up to the second. */
const WAIT_MS = 100;
const WAIT_MS_MAX = 5_000;
/** How soon a read that failed is tried again. */
const AGAIN_MS = 1_000;

export interface ReaderParts {
  readonly deliveries: Pick<DeliveryStore, 'pending' | 'notices'>;
  readonly lanes: Lanes;
  readonly node: string;
  readonly log: Log;
  now(): Instant;
  /** Puts a line to sleep until an instant, forgetting what is kept of it. */
  sleep(line: Line, due: Instant): void;
  /** A line became ready. */
  ready(): void;
  /** A delivery whose notice is nowhere to be found. */
  lost(line: Line, row: DeliveryRow): void;
}

/** Fetches from SQL what is not, or no longer, in memory. */
export class Reader {
  readonly #parts: ReaderParts;
  readonly #waiting = new Set<Line>();
  #reading = 0;
  #walks = 0;
  #walk: Promise<void> = Promise.resolve();
  #refill: Promise<void> = Promise.resolve();
  #whenRead: (() => void)[] = [];

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /** Reads a line as soon as what is known of it is in SQL, and decides how it goes on. */
  read(line: Line): void {
    line.state = 'reading';
    if (line.unsettled === 0) this.#waiting.add(line);
    this.#pump();
  }

  get isWalking(): boolean {
    return this.#walks > 0;
  }

  /** Finds all lines of ours that are not in memory. One walk at a time. */
  walk(): Promise<void> {
    this.#walks += 1;
    this.#walk = this.#walk
      .then(() => this.#walkOn())
      .catch((error: unknown) =>
        this.#parts.log.error({ error }, 'pending deliveries could not be read'),
      )
      .finally(() => (this.#walks -= 1));
    return this.#walk;
  }

  /** Reads a lane on that has room again, a page a turn: lanes that overflowed take turns. */
  refill(lane: Lane): void {
    lane.refill = 'on';
    this.#refill = this.#refill
      .then(() => this.#refillOn(lane))
      .catch((error: unknown) => {
        const { endpoint_id } = lane;
        this.#parts.log.error({ endpoint_id, error }, 'an endpoint could not be read on');
        lane.refill = 'failed';
      });
  }

  async #refillOn(lane: Lane): Promise<void> {
    const { lanes } = this.#parts;
    const isThrough = await this.#readPage(lane);
    // No more than a few lines ahead of what is in memory: only then it is known what has room.
    if (this.#waiting.size > READING_MAX)
      await new Promise<void>((resolve) => this.#whenRead.push(resolve));
    lane.refill = 'no';
    if (isThrough ? lanes.wantsRefill(lane) : lanes.hasRoom(lane)) this.refill(lane);
  }

  /** Answers whether it was the last page of this walk through the lane. */
  async #readPage(lane: Lane): Promise<boolean> {
    const { deliveries, node } = this.#parts;
    const { endpoint_id } = lane;
    if (lane.place === null) lane.walks += 1;
    lane.place ??= startOf(endpoint_id);
    const rows = await deliveries.pending(node, WALK_ROWS, { after: lane.place });
    const mine = rows.filter((row) => row.endpoint_id === endpoint_id);
    for (const row of mine) {
      if (!this.#notice(row)) return false;
      lane.place = row;
    }
    if (mine.length === WALK_ROWS) return false;
    lane.place = null;
    // Only what was left out before this walk began has surely been seen by it.
    if (lane.spilled_in < lane.walks) lane.spilled = false;
    return true;
  }

  #pump(): void {
    this.#tellRead();
    for (const line of this.#waiting) {
      if (this.#reading >= READING_MAX) return;
      this.#waiting.delete(line);
      this.#reading += 1;
      void this.#readNow(line).finally(() => {
        this.#reading -= 1;
        this.#pump();
      });
    }
  }

  #tellRead(): void {
    if (this.#waiting.size > READING_MAX) return;
    for (const resolve of this.#whenRead.splice(0)) resolve();
  }

  async #readNow(line: Line): Promise<void> {
    const { deliveries, node, log, now, sleep } = this.#parts;
    const { endpoint_id } = line.lane;
    const { order_key } = line;
    // Set again by whatever is left in SQL from now on: it may be too late for this read.
    line.more = false;
    try {
      const part = { line: { endpoint_id, order_key } };
      const found = await deliveries.pending(node, LINE_ROWS, part);
      const rows = found.filter(
        (row) => row.endpoint_id === endpoint_id && row.order_key === order_key,
      );
      const notices = await deliveries.notices(rows);
      this.#arrange(line, rows, notices);
    } catch (error) {
      log.error({ endpoint_id, error }, 'deliveries could not be read; they will be');
      sleep(line, after(now(), AGAIN_MS));
    }
  }

  #arrange(
    line: Line,
    rows: readonly DeliveryRow[],
    notices: ReadonlyMap<string, NoticeRow>,
  ): void {
    const { lanes, node, now, sleep, ready } = this.#parts;
    const foreign = rows.findIndex((row) => row.node !== node);
    const ours = foreign === -1 ? rows : rows.slice(0, foreign);
    const isWhole = foreign === -1 && rows.length < LINE_ROWS;
    // What was offered while we read may be younger than what we read.
    const late = isWhole
      ? line.jobs.filter(({ row }) => !rows.some(({ id }) => id === row.id))
      : [];
    const jobs = [...this.#jobsOf(line, ours, notices), ...late];
    const haveOwn = line.jobs.length > 0 || rows.some((row) => row.node === node);
    line.more ||= !isWhole;
    lanes.put(line, jobs);
    const head = jobs[0];
    const due = line.lane.desk?.closed == null ? (head?.row.next_at ?? null) : null;
    if (due !== null && due > now()) sleep(line, due);
    else if (head !== undefined) this.#go(line, ready);
    else if (foreign === 0 && haveOwn) sleep(line, after(now(), waitOf(line)));
    else if (foreign === -1 && line.more) this.read(line);
    else this.#close(line);
  }

  #close(line: Line): void {
    const { lanes } = this.#parts;
    lanes.close(line);
    if (lanes.wantsRefill(line.lane)) this.refill(line.lane);
  }

  #go(line: Line, ready: () => void): void {
    this.#parts.lanes.makeReady(line);
    ready();
  }

  #jobsOf(
    line: Line,
    rows: readonly DeliveryRow[],
    notices: ReadonlyMap<string, NoticeRow>,
  ): Job[] {
    return rows.flatMap((row) => {
      const notice = notices.get(row.notice_id);
      if (notice === undefined) this.#parts.lost(line, row);
      return notice === undefined ? [] : [{ row, notice }];
    });
  }

  async #walkOn(): Promise<void> {
    const { deliveries, node, lanes } = this.#parts;
    let place: Place | null = null;
    for (;;) {
      const part: { after: Place } | undefined = place === null ? undefined : { after: place };
      const rows: DeliveryRow[] = await deliveries.pending(node, WALK_ROWS, part);
      for (const row of rows) if (!this.#notice(row)) lanes.spill(lanes.laneOf(row.endpoint_id));
      const last = rows.at(-1);
      if (last === undefined || rows.length < WALK_ROWS) return;
      place = this.#placeAfter(last);
    }
  }

  /** Goes on behind a row, or behind its whole endpoint when no more of that can be kept. */
  #placeAfter(row: DeliveryRow): Place {
    const { lanes } = this.#parts;
    const { endpoint_id, order_key, sequence } = row;
    if (lanes.hasRoom(lanes.laneOf(endpoint_id))) return { endpoint_id, order_key, sequence };
    return { endpoint_id, order_key: '\uffff', sequence: Number.MAX_SAFE_INTEGER };
  }

  /** Sees to it that a row found in SQL will be sent; false when there is no room for it. */
  #notice(row: DeliveryRow): boolean {
    const { lanes } = this.#parts;
    const lane = lanes.laneOf(row.endpoint_id);
    const line = lane.lines.get(row.order_key);
    if (line !== undefined) {
      if (!line.jobs.some((job) => job.row.id === row.id)) line.more = true;
      return true;
    }
    if (!lanes.hasRoom(lane)) return false;
    this.read(lanes.open(lane, row.order_key));
    return true;
  }
}

function startOf(endpoint_id: EndpointId): Place {
  return { endpoint_id, order_key: '', sequence: -1 };
}

function waitOf(line: Line): number {
  line.waits += 1;
  return Math.min(WAIT_MS * 2 ** (line.waits - 1), WAIT_MS_MAX);
}
