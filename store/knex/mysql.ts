import knex from 'knex';
import type { Pool, PoolConnection } from 'mysql2';
import { MYSQL } from './dialects.ts';
import { openGroup } from './group.ts';
import type { Item } from './group.ts';
import { batchOf } from './mysql_batch.ts';
import {
  REPORT_MS_MAX,
  ask,
  changedRows,
  isLost,
  isTaken,
  mayBeSaidAgain,
  onLink,
  storeError,
} from './mysql_link.ts';
import { SHAPES_IN_ORDER } from './shapes.ts';
import type { Sql } from './sql.ts';
import { adHoc, sqlOf } from './statement.ts';
import type { Row, Shape, Statement, Value } from './statement.ts';

/** Batches in flight at once, each on a connection of its own: while one waits for the disk … */
const LANES = 4;
/** … and from this many waiting units on, another is worth its round trips. */
const WORTH_A_LANE = 8;
const UNITS_PER_COMMIT_MAX = 100;
/** Deadlocks are few under a fixed order; this many in a row mean something else is wrong. */
const TRIES_MAX = 20;

/** MySQL or MariaDB behind the store's own port; several may share one pool of connections. */
export function mysqlSql(pool: Pool): Sql {
  const builder = knex({ client: 'mysql2' });
  const shapes = new Map<string, Shape>();
  const group = openGroup((items) => flush(pool, items), {
    lanes: LANES,
    worth: WORTH_A_LANE,
    most: UNITS_PER_COMMIT_MAX,
  });
  const query = (sql: string, values: readonly Value[]): Promise<unknown> =>
    guarded(() => onLink(pool, (link) => ask(link, { sql, values, timeout: REPORT_MS_MAX })));
  return {
    dialect: MYSQL,
    commit: (statements) => group.add(statements),
    rows: async (sql, args) => (await query(sql, args)) as Row[],
    from: (table) => builder(table),
    read: async (built) => {
      const { sql, bindings } = built.toSQL().toNative();
      return (await query(sql, bindings as Value[])) as Row[];
    },
    change: async (built) => (await group.add([adHoc(built, MYSQL, shapes)])) === null,
    ping: async () => {
      await guarded(() => onLink(pool, (link) => ask(link, { sql: 'select 1' })));
    },
    close: async () => {
      await group.idle();
      await builder.destroy();
    },
  };
}

async function guarded<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw storeError(error);
  }
}

/** Commits items together where it can, and answers each of them whatever happens. */
async function flush(pool: Pool, items: readonly Item[]): Promise<void> {
  try {
    await onLink(pool, (link) => commitAll(link, items));
  } catch (error) {
    // those that have been answered already do not hear this
    for (const item of items) item.fail(storeError(error));
  }
}

/**
 * All at once as if nothing were refused; where something was, by halves, down to the one unit that
 * is then run statement by statement. The others commit as if it had never been among them.
 */
async function commitAll(link: PoolConnection, items: readonly Item[]): Promise<void> {
  if (await persisting(link, () => together(link, items))) {
    for (const item of items) item.settle(null);
    return;
  }
  const [only] = items;
  if (items.length > 1) {
    const half = items.length >> 1;
    await commitAll(link, items.slice(0, half));
    await commitAll(link, items.slice(half));
  } else if (only !== undefined) await alone(link, only);
}

async function alone(link: PoolConnection, item: Item): Promise<void> {
  try {
    item.settle(await persisting(link, () => oneByOne(link, item.statements)));
  } catch (error) {
    if (isLost(error)) throw error;
    item.fail(storeError(error));
  }
}

/** Says a transaction again when the engine chose it as the victim of a deadlock. */
async function persisting<Result>(
  link: PoolConnection,
  transaction: () => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (isLost(error)) throw error;
      await ask(link, { sql: 'rollback' });
      if (tries >= TRIES_MAX || !mayBeSaidAgain(error)) throw error;
    }
  }
}

/** One round trip for everything, one to commit. False: something was refused, nothing is left. */
async function together(link: PoolConnection, items: readonly Item[]): Promise<boolean> {
  const units = items.map(({ statements }) => statements);
  const { sql, values, expected } = batchOf(units, SHAPES_IN_ORDER);
  try {
    const outcomes = await ask(link, { sql: `start transaction;${sql}`, values });
    const [, ...done] = Array.isArray(outcomes) ? outcomes : [outcomes];
    const refused = expected.some(
      (rows, place) => rows !== null && changedRows(done[place] as never) !== rows,
    );
    await ask(link, { sql: refused ? 'rollback' : 'commit' });
    return !refused;
  } catch (error) {
    if (isLost(error) || mayBeSaidAgain(error)) throw error;
    await ask(link, { sql: 'rollback' });
    return false;
  }
}

async function oneByOne(
  link: PoolConnection,
  statements: readonly Statement[],
): Promise<string | null> {
  await ask(link, { sql: 'start transaction' });
  for (let place = 0; place < statements.length; place += 1) {
    const statement = statements[place] as Statement;
    if ((await execute(link, statement)) > 0 || statement.otherwise === null) continue;
    if ('skip' in statement.otherwise) place += statement.otherwise.skip;
    else {
      await ask(link, { sql: 'rollback' });
      return statement.otherwise.refuse;
    }
  }
  await ask(link, { sql: 'commit' });
  return null;
}

async function execute(link: PoolConnection, { shape, args }: Statement): Promise<number> {
  try {
    return changedRows(await ask(link, { sql: sqlOf(shape, MYSQL), values: args }));
  } catch (error) {
    if (isTaken(error)) return 0;
    throw error;
  }
}
