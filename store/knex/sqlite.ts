import Database from 'better-sqlite3';
import knex from 'knex';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { BrokenInvariant } from '../../kernel/assert.ts';
import { StoreError } from '../store.ts';
import { SQLITE } from './dialects.ts';
import { openGroup } from './group.ts';
import type { Group, Item } from './group.ts';
import type { Opening, Query, Sql } from './sql.ts';
import { sqlOf } from './statement.ts';
import type { Row, Shape, Statement } from './statement.ts';

/** better-sqlite3 13 is built for Node-API 10; under an older one it ends the process. */
const NODE_API_MIN = 10;
/** Texts of knex vary with the number of values: past this many they are prepared anew. */
const PREPARED_MAX = 500;
/** WAL pages between checkpoints: the default of 1,000 stalls commits four times as often. */
const CHECKPOINT_PAGES = 4000;
const UNITS_PER_COMMIT_MAX = 2000;

export type Durability = 'FULL' | 'NORMAL';

/** Opens a database file; `:memory:` keeps it in this process alone. Throws StoreError. */
export function openFile(path: string, durability: Durability): Database.Database {
  if (Number(process.versions['napi'] ?? 0) < NODE_API_MIN)
    throw new StoreError('never', `SQLite needs Node-API ${NODE_API_MIN}: Node 22.14 or later`);
  const db = new Database(path, { timeout: 5000 });
  db.pragma('journal_mode = wal');
  db.pragma(`synchronous = ${durability}`);
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  db.pragma('cache_size = -65536');
  db.pragma('temp_store = memory');
  return db;
}

/**
 * Holds the data folder for this process: an open transaction on a small database beside the data.
 * The operating system lets go of it when the process dies, however it dies.
 */
export function holdFolder(data_dir: string): () => void {
  const lock = new Database(join(data_dir, 'tandem.lock'), { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    throw new StoreError('never', `another Tandem is already serving from ${data_dir}`, error);
  }
  return () => lock.close();
}

/** Where a file of the store lies; null url = a file in the data folder. */
export function pathOf(opening: Opening, file: string): string {
  if (opening.database_url === 'sqlite::memory:') return ':memory:';
  if (!existsSync(opening.data_dir)) mkdirSync(opening.data_dir, { recursive: true });
  return join(opening.data_dir, file);
}

/** SQLite behind the store's own port: synchronous inside, grouped outside. */
export function sqliteSql(db: Database.Database): Sql {
  const builder = knex({ client: 'better-sqlite3', useNullAsDefault: true });
  const prepared = new Map<string, Database.Statement>();
  const prepare = (sql: string): Database.Statement => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    if (prepared.size >= PREPARED_MAX) prepared.clear();
    const statement = db.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  const group = groupOf(db);
  return {
    dialect: SQLITE,
    commit: (statements) => group.add(statements),
    rows: async (sql, args) => guarded(() => prepare(sql).all(...args) as Row[]),
    from: (table) => builder(table),
    read: async (query) => guarded(() => run(prepare, query, 'all') as Row[]),
    change: async (query) => guarded(() => run(prepare, query, 'run') as number),
    ping: async () => {
      guarded(() => prepare('select 1').get());
    },
    close: async () => {
      await group.idle();
      await builder.destroy();
      db.close();
    },
  };
}

function run(
  prepare: (sql: string) => Database.Statement,
  query: Query,
  way: 'all' | 'run',
): unknown {
  const { sql, bindings } = query.toSQL().toNative();
  const statement = prepare(sql);
  if (way === 'all') return statement.all(...bindings);
  try {
    return statement.run(...bindings).changes;
  } catch (error) {
    if (isTaken(error)) return 0;
    throw error;
  }
}

/**
 * The grouped path. A batch is first run as if nothing were refused; a refusal by a unit's first
 * statement leaves nothing to undo. Only where something has to be undone is the batch run again,
 * each unit behind a savepoint of its own.
 */
function groupOf(db: Database.Database): Group {
  const statements = new Map<Shape, Database.Statement>();
  const begin = db.prepare('begin immediate');
  const commit = db.prepare('commit');
  const execute = (statement: Statement): number => {
    let ready = statements.get(statement.shape);
    if (ready === undefined) {
      ready = db.prepare(sqlOf(statement.shape, SQLITE));
      statements.set(statement.shape, ready);
    }
    return ready.run(statement.args).changes;
  };
  const attempt = (items: readonly Item[], careful: boolean): Answer[] => {
    begin.run();
    const answers: Answer[] = [];
    for (const item of items)
      answers.push(careful ? isolated(db, item, execute) : runUnit(item.statements, execute));
    commit.run();
    return answers;
  };
  const flush = (items: Item[]): void => {
    try {
      answerAll(items, attempt(items, false));
    } catch {
      // whatever it was, it comes again below, and then only to the unit that caused it
      rollBack(db);
      again(items);
    }
  };
  const again = (items: Item[]): void => {
    try {
      answerAll(items, attempt(items, true));
    } catch (error) {
      rollBack(db);
      for (const item of items) item.fail(storeError(error));
    }
  };
  return openGroup(flush, { lanes: 1, worth: 1, most: UNITS_PER_COMMIT_MAX });
}

type Answer = { readonly refusal: string | null } | { readonly error: unknown };
const DONE: Answer = { refusal: null };

/** A refusal after something was already written: the transaction has to be begun again. */
class Undo extends Error {}

function runUnit(
  statements: readonly Statement[],
  execute: (statement: Statement) => number,
): Answer {
  for (let place = 0; place < statements.length; place += 1) {
    const statement = statements[place] as Statement;
    const changed = execute(statement);
    if (changed > 0 || statement.otherwise === null) continue;
    if ('skip' in statement.otherwise) place += statement.otherwise.skip;
    else if (place === 0) return { refusal: statement.otherwise.refuse };
    else throw new Undo(statement.otherwise.refuse);
  }
  return DONE;
}

function isolated(
  db: Database.Database,
  item: Item,
  execute: (statement: Statement) => number,
): Answer {
  db.exec('savepoint unit');
  try {
    return runUnit(item.statements, execute);
  } catch (error) {
    db.exec('rollback to unit');
    return error instanceof Undo ? { refusal: error.message } : { error };
  } finally {
    db.exec('release unit');
  }
}

function answerAll(items: readonly Item[], answers: readonly Answer[]): void {
  for (const [place, item] of items.entries()) {
    const answer = answers[place] ?? DONE;
    if ('error' in answer) item.fail(storeError(answer.error));
    else item.settle(answer.refusal);
  }
}

function rollBack(db: Database.Database): void {
  if (db.inTransaction) db.exec('rollback');
}

/** Runs work on the database; what it throws comes out as a StoreError. */
export function guarded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw storeError(error);
  }
}

function isTaken(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || code === 'SQLITE_CONSTRAINT_UNIQUE';
}

/** Full disks, locks and I/O errors may pass; anything else fails again however often it is said. */
const PASSING = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|NOMEM|READONLY)/;

function storeError(error: unknown): unknown {
  if (error instanceof StoreError || error instanceof BrokenInvariant) return error;
  const retry = PASSING.test(codeOf(error)) ? 'later' : 'never';
  return new StoreError(retry, error instanceof Error ? error.message : String(error), error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
