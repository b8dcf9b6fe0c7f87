import type { CustomerId, Instant } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Scope } from '../store/page.ts';
import type { EventRow, NoticeRow } from '../store/journal.ts';
import type { CallReader } from '../store/store.ts';
import type { Log } from './log.ts';

type Hear = (customer_id: CustomerId, notice: NoticeRow) => void;

export interface StreamParts {
  readonly calls: CallReader;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether other nodes commit too: then their events are read from the store. */
  readonly several_nodes: boolean;
}

/** How often other nodes' events are looked for while someone listens. */
const LOOK_MS = 500;
/** A commit may become visible this long after its instant: what is younger is read again. */
const OVERLAP_MS = 5_000;
const PAGE = 500;

/** Everything told to customers, as it commits, for those who listen. */
export class Stream {
  readonly #parts: StreamParts;
  readonly #listeners = new Set<{ readonly scope: Scope; readonly hear: Hear }>();
  readonly #told = new Map<string, Instant>();
  #stopped = false;
  #since = 0 as Instant;

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  listen(scope: Scope, hear: Hear): () => void {
    const listener = { scope, hear };
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) {
      this.#since = (this.#parts.clock.now() - OVERLAP_MS) as Instant;
      this.#watch();
    }
    return () => this.#listeners.delete(listener);
  }

  /** This node committed something. */
  committed({ customer_id, notices }: EventRow): void {
    if (this.#listeners.size === 0) return;
    for (const notice of notices) this.tell(customer_id, notice);
  }

  /** This node stored a notice. Nobody hears one twice. */
  tell(customer_id: CustomerId, notice: NoticeRow): void {
    if (this.#listeners.size === 0 || this.#told.has(notice.id)) return;
    if (this.#parts.several_nodes) this.#told.set(notice.id, notice.at);
    for (const { scope, hear } of this.#listeners)
      if (scope === 'all' || scope === customer_id) hear(customer_id, notice);
  }

  stop(): void {
    this.#stopped = true;
    this.#listeners.clear();
  }

  async #look(): Promise<void> {
    const { calls, clock } = this.#parts;
    const after = { at: this.#since, subject_id: '', id: '' };
    const rows = await calls.eventsAfter('all', after, PAGE);
    for (const row of rows) for (const notice of row.notices) this.tell(row.customer_id, notice);
    this.#since = nextPlace(rows, this.#since, clock.now());
    for (const [id, at] of this.#told) if (at < this.#since) this.#told.delete(id);
  }

  #watch(): void {
    const { several_nodes, log, clock } = this.#parts;
    if (this.#stopped || !several_nodes || this.#listeners.size === 0) return;
    this.#look()
      .catch((error: unknown) => log.warn({ error }, 'the stream could not look'))
      .finally(() => clock.after(LOOK_MS, () => this.#watch()));
  }
}

/** A full page is read on from its end; otherwise the overlap is read again. */
function nextPlace(rows: readonly EventRow[], since: Instant, now: Instant): Instant {
  const last = rows.at(-1);
  const young = (now - OVERLAP_MS) as Instant;
  if (rows.length < PAGE || last === undefined) return Math.max(since, young) as Instant;
  return last.at > since ? last.at : young;
}
