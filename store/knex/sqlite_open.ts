import type Database from 'better-sqlite3';
import { SQLITE } from './dialects.ts';
import { MIGRATIONS_MADE, MIGRATIONS_TABLE, MIGRATION_RECORD, dueMigrations } from './migrate.ts';
import type { Migration } from './migration.ts';
import type { Databases, Opening, Sql } from './sql.ts';
import { sqliteSql } from './sqlite.ts';
import { MEMORY, guarded, holdFolder, openFile, pathOf } from './sqlite_file.ts';
import type { Durability } from './sqlite_file.ts';
import { groupHere, groupInThread } from './sqlite_group.ts';

const MAIN = 'tandem.db';
/** The telephone network's memory: what it heard must not go with what we may have lost. */
const SANDBOX = 'sandbox.db';

/** Opens the files of a data folder, held for this process unless `exclusive` is false. */
export function openSqlite(opening: Opening): Databases {
  const path = pathOf(opening, MAIN);
  const held = path !== MEMORY && opening.exclusive !== false;
  const letGo = held ? holdFolder(opening.data_dir) : () => undefined;
  try {
    const main = openPart({ path, durability: 'FULL', home: 'main', thread: held });
    const log = pathOf(opening, SANDBOX);
    const sandbox = openPart({ path: log, durability: 'NORMAL', home: 'sandbox', thread: held });
    const sole = held || path === MEMORY;
    return { main, sandbox, sole, close: () => closeAll(main, sandbox, letGo) };
  } catch (error) {
    letGo();
    throw error;
  }
}

async function closeAll(main: Sql, sandbox: Sql, letGo: () => void): Promise<void> {
  await main.close();
  await sandbox.close();
  letGo();
}

interface Part {
  readonly path: string;
  readonly durability: Durability;
  readonly home: Migration['home'];
  /** Whether a thread of its own writes. Not in memory, where there is nothing to share. */
  readonly thread: boolean;
}

function openPart({ path, durability, home, thread }: Part): Sql {
  const db = openFile(path, durability, !thread && home === 'main');
  migrateFile(db, home);
  if (!thread) return sqliteSql(db, groupHere(db));
  const writer = groupInThread(path, durability);
  const sql = sqliteSql(db, writer.group);
  return {
    ...sql,
    ping: async () => {
      writer.check();
      await sql.ping();
    },
    close: async () => {
      await writer.close();
      await sql.close();
    },
  };
}

/** Brings both files up to date without holding the folder. Answers the migrations made. */
export function migrateSqlite(opening: Opening): string[] {
  const main = openFile(pathOf(opening, MAIN), 'FULL');
  const sandbox = openFile(pathOf(opening, SANDBOX), 'NORMAL');
  const made = [...migrateFile(main, 'main'), ...migrateFile(sandbox, 'sandbox')];
  main.close();
  sandbox.close();
  return made;
}

/** All or nothing: SQLite changes its schema inside a transaction, which is also the lock. */
function migrateFile(db: Database.Database, home: Migration['home']): string[] {
  const make = db.transaction((): string[] => {
    db.exec(MIGRATIONS_TABLE);
    const made = db.prepare(MIGRATIONS_MADE).pluck().all() as string[];
    const due = dueMigrations(made, [home], SQLITE);
    for (const { name, statements } of due) {
      for (const statement of statements) db.exec(statement);
      db.prepare(MIGRATION_RECORD).run(name);
    }
    return due.map(({ name }) => name);
  });
  return guarded(() => make.immediate());
}
