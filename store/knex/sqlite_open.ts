import type Database from 'better-sqlite3';
import { SQLITE } from './dialects.ts';
import { MIGRATIONS_MADE, MIGRATIONS_TABLE, MIGRATION_RECORD, dueMigrations } from './migrate.ts';
import type { Migration } from './migration.ts';
import type { Databases, Opening, Sql } from './sql.ts';
import { guarded, holdFolder, openFile, pathOf, sqliteSql } from './sqlite.ts';
import type { Durability } from './sqlite.ts';

const MAIN = 'tandem.db';
/** The telephone network's memory: what it heard must not go with what we may have lost. */
const SANDBOX = 'sandbox.db';

/** Opens the files of a data folder, held for this process unless `exclusive` is false. */
export function openSqlite(opening: Opening): Databases {
  const path = pathOf(opening, MAIN);
  const held = path !== ':memory:' && opening.exclusive !== false;
  const letGo = held ? holdFolder(opening.data_dir) : () => undefined;
  try {
    const main = sqliteSql(openMigrated(path, 'FULL', 'main'));
    const sandbox = sqliteSql(openMigrated(pathOf(opening, SANDBOX), 'NORMAL', 'sandbox'));
    const sole = held || path === ':memory:';
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

/** Brings both files up to date without holding the folder. Answers the migrations made. */
export function migrateSqlite(opening: Opening): string[] {
  const main = openFile(pathOf(opening, MAIN), 'FULL');
  const sandbox = openFile(pathOf(opening, SANDBOX), 'NORMAL');
  const made = [...migrateFile(main, 'main'), ...migrateFile(sandbox, 'sandbox')];
  main.close();
  sandbox.close();
  return made;
}

function openMigrated(
  path: string,
  durability: Durability,
  home: Migration['home'],
): Database.Database {
  const db = openFile(path, durability);
  migrateFile(db, home);
  return db;
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
