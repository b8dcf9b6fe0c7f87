import type { EndpointId, Instant } from '../../kernel/brand.ts';
import { after } from '../../kernel/instant.ts';
import type { DeliveryRow, DeliveryStore, NoticeRow, PendingPart } from '../../store/store.ts';
import type { Log } from '../log.ts';
import type { Job, Lane, Lanes, Line } from './lanes.ts';

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

type Place = Extract<PendingPart, { after: unknown }>['after'];

/** Fetches from SQL what is not, or no longer, in memory. */
export class Reader {
  readonly #parts: ReaderParts;
  readonly #waiting = new Set<Line>();
  #reading = 0;
  #walks = 0;
  #walk: Promise<void> = Promise.resolve();

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

  /** Finds lines of ours that are not in memory: of one endpoint, or of all. One walk at a time. */
  walk(lane: Lane | null): Promise<void> {
    this.#walks += 1;
    this.#walk = this.#walk
      .then(() => this.#walkOn(lane))
      .catch((error: unknown) =>
        this.#parts.log.error({ error }, 'pending deliveries could not be read'),
      )
      .finally(() => (this.#walks -= 1));
    return this.#walk;
  }

  #pump(): void {
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
    else lanes.close(line);
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

  async #walkOn(only: Lane | null): Promise<void> {
    const { deliveries, node } = this.#parts;
    let place: Place | null = only === null ? null : startOf(only.endpoint_id);
    const walk = only === null ? 0 : (only.walks += 1);
    for (;;) {
      const part = place === null ? undefined : { after: place };
      const rows = await deliveries.pending(node, WALK_ROWS, part);
      const first = rows[0];
      if (first !== undefined && place !== null && !isBehind(first, place)) return;
      const mine =
        only === null ? rows : rows.filter((row) => row.endpoint_id === only.endpoint_id);
      for (const row of mine) this.#notice(row);
      const last = mine.at(-1);
      if (last === undefined || mine.length < WALK_ROWS) break;
      if (only !== null && !this.#parts.lanes.hasRoom(only)) return;
      place = this.#placeAfter(last);
    }
    // Only what was left out before this walk began has surely been seen by it.
    if (only !== null && only.spilled_in < walk) only.spilled = false;
  }

  /** Goes on behind a row, or behind its whole endpoint when no more of that can be kept. */
  #placeAfter(row: DeliveryRow): Place {
    const { lanes } = this.#parts;
    const { endpoint_id, order_key, sequence } = row;
    if (lanes.hasRoom(lanes.laneOf(endpoint_id))) return { endpoint_id, order_key, sequence };
    return { endpoint_id, order_key: '\uffff', sequence: Number.MAX_SAFE_INTEGER };
  }

  #notice(row: DeliveryRow): void {
    const { lanes } = this.#parts;
    const lane = lanes.laneOf(row.endpoint_id);
    const line = lane.lines.get(row.order_key);
    if (line !== undefined) {
      if (!line.jobs.some((job) => job.row.id === row.id)) line.more = true;
    } else if (lanes.hasRoom(lane)) this.read(lanes.open(lane, row.order_key));
    else lanes.spill(lane);
  }
}

function startOf(endpoint_id: EndpointId): Place {
  return { endpoint_id, order_key: '', sequence: -1 };
}

function isBehind(row: DeliveryRow, place: Place): boolean {
  if (row.endpoint_id !== place.endpoint_id) return row.endpoint_id > place.endpoint_id;
  if (row.order_key !== place.order_key) return row.order_key > place.order_key;
  return row.sequence > place.sequence;
}

function waitOf(line: Line): number {
  line.waits += 1;
  return Math.min(WAIT_MS * 2 ** (line.waits - 1), WAIT_MS_MAX);
}
