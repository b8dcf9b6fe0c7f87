/**
 * What the store costs: whole calls of five units, with their orders, deliveries, money and the
 * sandbox's log, so many live at a time. Takes `sqlite|mysql|none [calls] [live] [customers]`;
 * mysql needs TEST_MYSQL. Prints calls and units per second, and this process's time for each.
 */
import { createConnection } from 'mysql2/promise';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topUpEntry } from '../../billing/ledger.ts';
import { micros } from '../../kernel/money.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Instant } from '../../kernel/brand.ts';
import { openStore } from '../../store/knex/open.ts';
import type { Store } from '../../store/store.ts';
import { T0, account, owner } from '../../tests/conformance/store_rows.ts';
import type { Owner } from '../../tests/conformance/store_rows.ts';
import { UNITS_PER_CALL, liveCall } from './call_life.ts';

const [engine = 'sqlite', calls = '10000', live = '256', customers = '64'] = process.argv.slice(2);
const now = (): Instant => Date.now() as Instant;
const clock: Clock = { now, wall: now, after: () => () => undefined };

async function fund(store: Store): Promise<Owner> {
  const whose = owner();
  await store.shelves.accounts.insert(account(whose));
  const money = { account_id: whose.account_id, currency: 'USD', amount_micros: micros(1e15) };
  await store.ledger.post(
    topUpEntry({ ...money, payment_id: whose.account_id, at: T0, detail: '' }),
  );
  return whose;
}

/** Keeps nothing: what remains is what making the rows costs. */
function unkept(kept: Store): Store {
  const done = (): Promise<void> => new Promise(setImmediate);
  const { legs, deliveries, sandbox } = kept;
  return {
    ...kept,
    legs: { ...legs, commit: () => done().then(() => 'committed'), performed: done },
    deliveries: { ...deliveries, settle: done },
    sandbox: { ...sandbox, dial: (leg) => done().then(() => leg), save: done },
  };
}

async function run(store: Store, count: number): Promise<void> {
  const owners = await Promise.all(Array.from({ length: Number(customers) }, () => fund(store)));
  let left = count;
  const lane = async (first: number): Promise<void> => {
    for (let n = first; left-- > 0; n += 1) {
      const whose = owners[n % owners.length];
      if (whose !== undefined) await liveCall(store, whose);
    }
  };
  await Promise.all(Array.from({ length: Number(live) }, (_, n) => lane(n)));
}

async function measure(store: Store): Promise<void> {
  await run(store, Math.ceil(Number(calls) / 10));
  const cpu = process.cpuUsage();
  const thread = process.threadCpuUsage();
  const start = performance.now();
  await run(store, Number(calls));
  const { user, system } = process.cpuUsage(cpu);
  const own = process.threadCpuUsage(thread);
  const seconds = (performance.now() - start) / 1000;
  const per_call = (user + system) / Number(calls);
  const rate = Number(calls) / seconds;
  const found = await store.ledger.proof();
  console.log(
    `${engine}: ${rate.toFixed(0)} calls/s, ${(rate * UNITS_PER_CALL).toFixed(0)} units/s, ` +
      `${per_call.toFixed(0)} µs CPU a call, ${(per_call / UNITS_PER_CALL).toFixed(0)} a unit ` +
      `(system ${(system / Number(calls)).toFixed(0)}, ` +
      `this thread ${((own.user + own.system) / Number(calls)).toFixed(0)}), ` +
      `RSS ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB, ` +
      `books ${found.length === 0 ? 'balance' : found.join()}`,
  );
}

const data_dir = await mkdtemp(join(tmpdir(), 'tandem-bench-'));
const name = `tandem_bench_${process.pid}`;
const database_url = engine === 'mysql' ? `${process.env['TEST_MYSQL']}${name}` : null;
const store = await openStore({ database_url, data_dir, clock });
await measure(engine === 'none' ? unkept(store) : store);
await store.close();
await rm(data_dir, { recursive: true });
if (database_url !== null) {
  const link = await createConnection({ uri: database_url });
  await link.query(`drop database ${name}`);
  await link.end();
}
