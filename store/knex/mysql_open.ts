import type { ConnectionOptions, Pool, PoolConnection, PoolOptions } from 'mysql2';
import { StoreError } from '../store.ts';
import { MYSQL } from './dialects.ts';
import { MIGRATIONS_MADE, MIGRATIONS_TABLE, MIGRATION_RECORD, dueMigrations } from './migrate.ts';
import { mysqlSql } from './mysql.ts';
import { ANSWER_MS_MAX, ask, onLink, storeError } from './mysql_link.ts';
import type { Databases } from './sql.ts';
import type { Row } from './statement.ts';

const CONNECTIONS_MAX = 12;
const MIGRATE_MS_MAX = 600_000;
const LOCK_S_MAX = 120;
/** Table, column or index is there already: an earlier run died half-way. DDL has no rollback. */
const MADE_ALREADY: ReadonlySet<number> = new Set([1050, 1060, 1061]);
const DATABASE_UNKNOWN = 1049;

/** READ COMMITTED takes the fewest locks; what must not race is one conditional statement. */
const SESSION =
  "set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', " +
  'innodb_lock_wait_timeout = 1; ' +
  'set session transaction isolation level read committed';

/** Opens a database server, its schema brought up to date first. Throws StoreError. */
export async function openMysql(url: string): Promise<Databases> {
  await migrateMysql(url);
  const pool = await openPool(url);
  const main = mysqlSql(pool);
  const sandbox = mysqlSql(pool);
  return {
    main,
    sandbox,
    sole: false,
    close: async () => {
      await main.close();
      await sandbox.close();
      await endPool(pool);
    },
  };
}

/** Brings the schema up to date, one node at a time. Answers the migrations made. */
export async function migrateMysql(url: string): Promise<string[]> {
  const pool = await openPool(url);
  try {
    await createDatabase(url, pool);
    return await onLink(pool, migrateUnderLock);
  } catch (error) {
    throw storeError(error);
  } finally {
    await endPool(pool);
  }
}

async function openPool(url: string): Promise<Pool> {
  const { createPool } = await import('mysql2');
  const pool = createPool(poolOptions(url));
  pool.on('connection', (link: PoolConnection) => {
    link.query(SESSION, (error) => {
      if (error !== null) link.destroy();
    });
  });
  return pool;
}

function poolOptions(url: string): PoolOptions & ConnectionOptions {
  return {
    uri: url,
    connectionLimit: CONNECTIONS_MAX,
    multipleStatements: true,
    supportBigNumbers: true,
    charset: 'utf8mb4_bin',
    connectTimeout: ANSWER_MS_MAX,
  };
}

function endPool(pool: Pool): Promise<void> {
  return new Promise((resolve) => pool.end(() => resolve()));
}

/** A database that does not exist yet is made, where the user may. */
async function createDatabase(url: string, pool: Pool): Promise<void> {
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  if (!/^\w+$/.test(name))
    throw new StoreError('never', 'the database URL must end with the name of a database');
  try {
    await onLink(pool, (link) => ask(link, { sql: 'select 1' }));
  } catch (error) {
    if ((error as { errno?: number }).errno !== DATABASE_UNKNOWN) throw error;
    const server = new URL(url);
    server.pathname = '/';
    const outside = await openPool(server.href);
    const sql = `create database if not exists ${name} character set utf8mb4`;
    await onLink(outside, (link) => ask(link, { sql }));
    await endPool(outside);
  }
}

async function migrateUnderLock(link: PoolConnection): Promise<string[]> {
  const lock = "concat('tandem.migrate.', database())";
  const timeout = MIGRATE_MS_MAX;
  const [got] = (await ask(link, {
    sql: `select get_lock(${lock}, ${LOCK_S_MAX}) as got`,
    timeout,
  })) as Row[];
  if (got?.['got'] !== 1) throw new StoreError('later', 'another node is still migrating');
  await ask(link, { sql: MIGRATIONS_TABLE, timeout });
  const made = ((await ask(link, { sql: MIGRATIONS_MADE })) as Row[]).map(({ name }) => `${name}`);
  const due = dueMigrations(made, ['main', 'sandbox'], MYSQL);
  for (const { name, statements } of due) {
    for (const sql of statements) await unlessMade(link, sql);
    await ask(link, { sql: MIGRATION_RECORD, values: [name] });
  }
  await ask(link, { sql: `select release_lock(${lock})` });
  return due.map(({ name }) => name);
}

async function unlessMade(link: PoolConnection, sql: string): Promise<void> {
  try {
    await ask(link, { sql, timeout: MIGRATE_MS_MAX });
  } catch (error) {
    if (!MADE_ALREADY.has(Number((error as { errno?: number }).errno))) throw error;
  }
}
