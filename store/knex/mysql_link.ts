import type { Pool, PoolConnection, QueryError, ResultSetHeader } from 'mysql2';
import { BrokenInvariant } from '../../kernel/assert.ts';
import { StoreError } from '../store.ts';
import type { Row, Value } from './statement.ts';

/** Longer than this, and the database counts as away: callers can answer 503 and come again. */
export const ANSWER_MS_MAX = 1800;
/** Lists and proofs read more than a call does. */
export const REPORT_MS_MAX = 30_000;

/** The key is taken already. */
const TAKEN = 1062;
/** Deadlock, lock wait, and how TiDB says the same. The whole transaction may be said again. */
const AGAIN: ReadonlySet<number> = new Set([1213, 1205, 9007, 8002, 8028]);
/** Shutting down, too many connections, read-only, killed: passes without our doing. */
const PASSING: ReadonlySet<number> = new Set([1040, 1053, 1203, 1290, 1317, 1836, 1927, 3024]);

export function isTaken(error: unknown): boolean {
  return numberOf(error) === TAKEN;
}

export function mayBeSaidAgain(error: unknown): boolean {
  return AGAIN.has(numberOf(error));
}

/** Whether the connection itself is gone: then nothing is known of what was under way. */
export function isLost(error: unknown): boolean {
  const { code = '', fatal } = error as Partial<QueryError>;
  return fatal === true || /^(PROTOCOL_|ECONN|ETIMEDOUT|EPIPE|EHOST|ENET|ENOTFOUND)/.test(code);
}

export function storeError(error: unknown): unknown {
  if (error instanceof StoreError || error instanceof BrokenInvariant) return error;
  const passes = isLost(error) || mayBeSaidAgain(error) || PASSING.has(numberOf(error));
  const message = error instanceof Error ? error.message : String(error);
  return new StoreError(passes ? 'later' : 'never', message, error);
}

function numberOf(error: unknown): number {
  return error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
}

/** What a statement, or each of several, came to. */
export type Outcome = ResultSetHeader | Row[];

export interface Asked {
  readonly sql: string;
  readonly values?: readonly Value[];
  readonly timeout?: number;
}

/** One question on one connection. A question that is not answered in time ends the connection. */
export function ask(
  link: PoolConnection,
  { sql, values = [], timeout = ANSWER_MS_MAX }: Asked,
): Promise<Outcome | Outcome[]> {
  return new Promise((resolve, reject) => {
    link.query({ sql, timeout, values: [...values] }, (error, result) => {
      if (error === null) return resolve(result as Outcome | Outcome[]);
      if (isLost(error)) link.destroy();
      reject(error);
    });
  });
}

/** Does work on a connection of its own, and gives it back. */
export async function onLink<Result>(
  pool: Pool,
  work: (link: PoolConnection) => Promise<Result>,
): Promise<Result> {
  const link = await new Promise<PoolConnection>((resolve, reject) => {
    pool.getConnection((error, opened) => (error === null ? resolve(opened) : reject(error)));
  });
  try {
    return await work(link);
  } finally {
    link.release();
  }
}

export function changedRows(outcome: Outcome | Outcome[] | undefined): number {
  return outcome !== undefined && 'affectedRows' in outcome ? outcome.affectedRows : 0;
}
