import type Database from 'better-sqlite3';
import knex from 'knex';
import { SQLITE } from './dialects.ts';
import { guarded } from './sqlite_file.ts';
import type { Group } from './group.ts';
import type { Sql } from './sql.ts';
import { adHoc } from './statement.ts';
import type { Row, Shape } from './statement.ts';

/** Texts of knex vary with the number of values: past this many they are prepared anew. */
const PREPARED_MAX = 500;

/**
 * SQLite behind the store's own port. Reads run at once on a connection of this thread; everything
 * that writes goes through `group`, wherever that commits.
 */
export function sqliteSql(db: Database.Database, group: Group): Sql {
  const builder = knex({ client: 'better-sqlite3', useNullAsDefault: true });
  const prepared = new Map<string, Database.Statement>();
  const shapes = new Map<string, Shape>();
  const prepare = (sql: string): Database.Statement => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    if (prepared.size >= PREPARED_MAX) prepared.clear();
    const statement = db.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  return {
    dialect: SQLITE,
    commit: (statements) => group.add(statements),
    rows: async (sql, args) => guarded(() => prepare(sql).all(...args) as Row[]),
    from: (table) => builder(table),
    read: async (query) => {
      const { sql, bindings } = query.toSQL().toNative();
      return guarded(() => prepare(sql).all(...bindings) as Row[]);
    },
    change: async (query) => (await group.add([adHoc(query, SQLITE, shapes)])) === null,
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
