import type { Instant } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';

/**
 * How old a row kept in memory may be: keys revoked on another node stop working within this long
 * (reliability check 38 allows 5 s).
 */
export const STALE_MS = 2_000;
const KEPT_MAX = 10_000;

/** Reads through, and keeps what was read for STALE_MS. Askers at one time share one read. */
export interface Recall<Row> {
  get(name: string): Promise<Row>;
  /** Whether it has been read before, be it long ago. */
  knows(name: string): boolean;
  forget(name?: string): void;
}

export function makeRecall<Row>(clock: Clock, read: (name: string) => Promise<Row>): Recall<Row> {
  const kept = new Map<string, { readonly row: Promise<Row>; readonly at: Instant }>();
  const readAnew = (name: string): Promise<Row> => {
    if (kept.size >= KEPT_MAX) kept.clear();
    const row = read(name);
    const entry = { row, at: clock.wall() };
    kept.set(name, entry);
    // A read that failed is not kept; whoever asked for it is told by the promise itself.
    row.catch(() => kept.get(name) === entry && kept.delete(name));
    return row;
  };
  return {
    get: (name) => {
      const entry = kept.get(name);
      const fresh = entry !== undefined && clock.wall() - entry.at < STALE_MS;
      return fresh ? entry.row : readAnew(name);
    },
    knows: (name) => kept.has(name),
    forget: (name) => (name === undefined ? kept.clear() : void kept.delete(name)),
  };
}
