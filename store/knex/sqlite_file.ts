import Database from 'better-sqlite3';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { BrokenInvariant } from '../../kernel/assert.ts';
import { StoreError } from '../store.ts';
import type { Opening } from './sql.ts';

/** better-sqlite3 13 is built for Node-API 10; under an older one it ends the process. */
const NODE_API_MIN = 10;
/** Notices are some 2 kB each: on the default of 4,096 two of them spill over. */
const PAGE_BYTES = 8192;
/** WAL pages between checkpoints: the default of 1,000 stalls commits four times as often. */
const CHECKPOINT_PAGES = 4000;
/** Pages a connection that writes keeps; one that only reads leaves them to the system's cache. */
const WRITER_CACHE_KIB = 65_536;
const READER_CACHE_KIB = 8_192;
export const MEMORY = ':memory:';

export type Durability = 'FULL' | 'NORMAL';

/**
 * Opens a database file; `:memory:` keeps it in this thread alone. `writes`: whether much is
 * written through it. Throws StoreError.
 */
export function openFile(path: string, durability: Durability, writes = true): Database.Database {
  if (Number(process.versions['napi'] ?? 0) < NODE_API_MIN)
    throw new StoreError('never', `SQLite needs Node-API ${NODE_API_MIN}: Node 22.14 or later`);
  if (path !== MEMORY && !existsSync(path)) makePrivate(path);
  const db = new Database(path, { timeout: 5000 });
  // it takes effect in a new file only
  db.pragma(`page_size = ${PAGE_BYTES}`);
  db.pragma('journal_mode = wal');
  db.pragma(`synchronous = ${durability}`);
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  db.pragma(`cache_size = -${writes ? WRITER_CACHE_KIB : READER_CACHE_KIB}`);
  db.pragma('temp_store = memory');
  return db;
}

/** Its owner's alone from the first byte on; SQLite gives the log beside it the same rights. */
function makePrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
}

/**
 * Holds the data folder for this process: an open transaction on a small database beside the data.
 * The operating system lets go of it when the process dies, however it dies.
 */
export function holdFolder(data_dir: string): () => void {
  const path = join(data_dir, 'tandem.lock');
  if (!existsSync(path)) makePrivate(path);
  const lock = new Database(path, { timeout: 0 });
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
  if (opening.database_url === 'sqlite::memory:') return MEMORY;
  if (!existsSync(opening.data_dir)) mkdirSync(opening.data_dir, { recursive: true });
  return join(opening.data_dir, file);
}

/** Full disks, locks and I/O errors may pass; anything else fails however often it is said. */
const PASSING = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|NOMEM|READONLY)/;

/** What SQLite throws, in the port's words. */
export function storeError(error: unknown): unknown {
  if (error instanceof StoreError || error instanceof BrokenInvariant) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  return new StoreError(PASSING.test(code) ? 'later' : 'never', message, error);
}

/** Runs work on the database; what it throws comes out as a StoreError. */
export function guarded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw storeError(error);
  }
}
