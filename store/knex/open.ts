import type { Clock } from '../../kernel/clock.ts';
import { StoreError } from '../store.ts';
import type { Store } from '../store.ts';
import { openArrivals } from './arrivals.ts';
import { openCalls } from './calls.ts';
import { openDeliveries } from './deliveries.ts';
import { openGroups } from './groups.ts';
import { openIdempotency } from './idempotency.ts';
import { openLedger } from './ledger.ts';
import { openLegs } from './legs.ts';
import { migrateMysql, openMysql } from './mysql_open.ts';
import { openNodes } from './nodes.ts';
import { openNumbers } from './numbers.ts';
import { openSandbox } from './sandbox.ts';
import { openShelves } from './shelves.ts';
import type { Databases, Opening } from './sql.ts';
import { migrateSqlite, openSqlite } from './sqlite_open.ts';

export interface StoreOptions extends Opening {
  readonly clock: Clock;
}

/**
 * Opens everything kept, with its schema brought up to date first. Throws StoreError when the
 * database cannot be had, or when another process is serving from the same folder.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { clock } = options;
  const { main, sandbox, sole, close } = await openDatabases(options);
  return {
    legs: openLegs(main, sole),
    calls: openCalls(main),
    shelves: openShelves(main),
    groups: openGroups(main),
    deliveries: openDeliveries(main),
    ledger: openLedger(main),
    idempotency: openIdempotency(main, clock),
    nodes: openNodes(main),
    sandbox: openSandbox(sandbox),
    numbers: openNumbers(main),
    arrivals: openArrivals(main),
    ping: () => main.ping(),
    close,
  };
}

/** Brings the schema up to date; several nodes may do so at once. Answers what was made. */
export async function migrate(options: Opening): Promise<string[]> {
  return isMysql(options) ? migrateMysql(options.database_url) : migrateSqlite(options);
}

async function openDatabases(options: Opening): Promise<Databases> {
  return isMysql(options) ? openMysql(options.database_url) : openSqlite(options);
}

function isMysql(options: Opening): options is Opening & { readonly database_url: string } {
  const { database_url } = options;
  if (database_url === null || database_url === 'sqlite::memory:') return false;
  if (/^(mysql|mariadb):\/\//.test(database_url)) return true;
  throw new StoreError('never', 'the database URL must begin with mysql:// (unset: SQLite)');
}
