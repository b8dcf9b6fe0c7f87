import type { CustomerId, Instant } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import type { CallReader, EventRow, NoticeRow, Scope, Unit } from '../store/store.ts';
import type { Log } from './log.ts';

type Hear = (customer_id: CustomerId, notice: NoticeRow) => void;

/** Everything told to customers, as it commits, for those who listen. */
export interface Stream {
  listen(scope: Scope, hear: Hear): () => void;
  /** This node committed something. */
  committed(unit: Unit): void;
  stop(): void;
}

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

export function makeStream(parts: StreamParts): Stream {
  const listeners = new Set<{ readonly scope: Scope; readonly hear: Hear }>();
  const told = new Map<string, Instant>();
  let stopped = false;
  let since = 0 as Instant;

  const tell = (customer_id: CustomerId, notice: NoticeRow): void => {
    if (told.has(notice.id)) return;
    if (parts.several_nodes) told.set(notice.id, notice.at);
    for (const { scope, hear } of listeners)
      if (scope === 'all' || scope === customer_id) hear(customer_id, notice);
  };
  const look = async (): Promise<void> => {
    const after = { at: since, subject_id: '', id: '' };
    const rows = await parts.calls.eventsAfter('all', after, PAGE);
    for (const row of rows) for (const notice of row.notices) tell(row.customer_id, notice);
    since = nextPlace(rows, since, parts.clock.now());
    for (const [id, at] of told) if (at < since) told.delete(id);
  };
  const watch = (): void => {
    if (stopped || !parts.several_nodes || listeners.size === 0) return;
    look()
      .catch((error: unknown) => parts.log.warn({ error }, 'the stream could not look'))
      .finally(() => parts.clock.after(LOOK_MS, watch));
  };

  return {
    committed: (unit) => {
      if (listeners.size === 0) return;
      for (const notice of unit.event.notices) tell(unit.event.customer_id, notice);
    },
    listen: (scope, hear) => {
      const listener = { scope, hear };
      listeners.add(listener);
      if (listeners.size === 1) {
        since = (parts.clock.now() - OVERLAP_MS) as Instant;
        watch();
      }
      return () => listeners.delete(listener);
    },
    stop: () => {
      stopped = true;
      listeners.clear();
    },
  };
}

/** A full page is read on from its end; otherwise the overlap is read again. */
function nextPlace(rows: readonly EventRow[], since: Instant, now: Instant): Instant {
  const last = rows.at(-1);
  const young = (now - OVERLAP_MS) as Instant;
  if (rows.length < PAGE || last === undefined) return Math.max(since, young) as Instant;
  return last.at > since ? last.at : young;
}
