import type { Clock } from '../../kernel/clock.ts';
import type { Store } from '../store.ts';
import { openCalls } from './calls.ts';
import { openDeliveries } from './deliveries.ts';
import { openIdempotency } from './idempotency.ts';
import { openLedger } from './ledger.ts';
import { openLegs } from './legs.ts';
import { openNodes } from './nodes.ts';
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
    deliveries: openDeliveries(main),
    ledger: openLedger(main),
    idempotency: openIdempotency(main, clock),
    nodes: openNodes(main),
    sandbox: openSandbox(sandbox),
    ping: async () => {
      await main.rows('select 1 as alive', []);
    },
    close,
  };
}

/** Brings the schema up to date; several nodes may do so at once. Answers what was made. */
export async function migrate(options: Opening): Promise<string[]> {
  return migrateSqlite(options);
}

async function openDatabases(options: StoreOptions): Promise<Databases> {
  return openSqlite(options);
}
