import type { Knex } from 'knex';
import type { Dialect } from './dialects.ts';
import type { Row, Statement, Value } from './statement.ts';

/** A query built by knex. */
export type Query = Knex.QueryBuilder;

/** One open database, either engine: all that the parts of the store are written against. */
export interface Sql {
  readonly dialect: Dialect;
  /**
   * Runs statements as one unit in a transaction shared with whatever else arrived meanwhile.
   * Resolves when it is durable: to null, or to the refusal of the statement that changed no row,
   * in which case nothing of the unit is left behind.
   */
  commit(statements: readonly Statement[]): Promise<string | null>;
  /** Reads by a statement of ours; its text is prepared once and kept. */
  rows(sql: string, args: readonly Value[]): Promise<Row[]>;
  /** Starts a query for lists and reports. */
  from(table: string): Query;
  /** Reads what a query asks. */
  read(query: Query): Promise<Row[]>;
  /** Commits one writing query. False when it met no row, or its key is taken. */
  change(query: Query): Promise<boolean>;
  /** Throws StoreError when the database does not answer soon. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** What every adapter of a store is opened with. */
export interface Opening {
  /** null: a file in data_dir · sqlite::memory: · mysql://user:password@host:port/database */
  readonly database_url: string | null;
  readonly data_dir: string;
  /** False for tools that only look, or migrate, beside a running server. True when left out. */
  readonly exclusive?: boolean;
}

/** Two databases of one store; the same one twice where the engine is a server. */
export interface Databases {
  readonly main: Sql;
  readonly sandbox: Sql;
  /** Whether nobody else can write to it while we have it open. */
  readonly sole: boolean;
  close(): Promise<void>;
}

/** The first column of the first row, as a number; 0 where there is no row. */
export function firstNumber(rows: readonly Row[]): number {
  const [row] = rows;
  return row === undefined ? 0 : Number(Object.values(row)[0] ?? 0);
}
