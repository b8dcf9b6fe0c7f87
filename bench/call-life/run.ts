/**
 * The whole life of a call, measured: the product and the fastest honest loop in turn, on the same
 * machine in the same minutes, since machines differ and change. See docs/performance.md.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServices } from '../../scripts/services.ts';
import { createDatabase } from './database.ts';
import { startLimit } from './limit_target.ts';
import type { Figures, FromClient, ToClient } from './load.ts';
import { ratioLine, tableOf } from './report.ts';
import type { Row } from './report.ts';
import { settingsOf } from './settings.ts';
import type { Settings } from './settings.ts';
import { end, forkOwn, nextMessage } from './target.ts';
import type { Place, Target } from './target.ts';

interface Servers {
  readonly mysql_url: string | null;
  readonly redis_url: string | null;
}
const EMBEDDED: Servers = { mysql_url: null, redis_url: null };

const STARTS: Readonly<Record<string, (place: Place, settings: Settings) => Promise<Target>>> = {
  limit: startLimit,
};

/** One run on a fresh folder and database. Throws when the books do not balance afterwards. */
async function runOne(name: string, servers: Servers, settings: Settings): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), `tandem-bench-${name}-`));
  const client = forkOwn('client.ts', {});
  const { port: sink_port } = await nextMessage<{ port: number }>(client);
  const mysql_url = servers.mysql_url === null ? null : await createDatabase(servers.mysql_url);
  const start = STARTS[name];
  if (start === undefined) throw new Error(`there is no target ${name}`);
  const target = await start({ ...servers, folder, mysql_url, sink_port }, settings);
  const { in_flight, warm_ms, measure_ms } = settings;
  const load = { ...target.load, in_flight, warm_ms, measure_ms };
  client.send({ do: 'measure', load } satisfies ToClient);
  const figures = figuresOf(await nextMessage<FromClient>(client));
  const faults = await target.prove(figures);
  await target.stop();
  await end(client, 'SIGTERM');
  await rm(folder, { recursive: true });
  if (faults.length > 0) throw new Error(`the books of ${name} do not balance: ${faults.join('; ')}`);
  return { target: name, storage: mysql_url === null ? 'SQLite' : 'MariaDB', figures };
}

function figuresOf(message: FromClient): Figures {
  if (message.told === 'measured') return message.figures;
  throw new Error(`the client said ${message.told} instead of figures`);
}

async function runAll(servers: Servers, settings: Settings): Promise<Row[]> {
  const names = settings.only === null ? Object.keys(STARTS) : [settings.only];
  const rows: Row[] = [];
  for (let round = 0; round < settings.rounds; round++)
    for (const name of names) rows.push(await runOne(name, servers, settings));
  return rows;
}

async function main(): Promise<void> {
  const settings = settingsOf(process.argv.slice(2));
  const rows = await runAll(EMBEDDED, settings);
  if (settings.mariadb) {
    const services = await startServices({ mariadb: true, redis: true, durable: true });
    rows.push(...(await runAll(services, settings).finally(() => services.stop())));
  }
  process.stdout.write(`Node ${process.version}, ${settings.in_flight} calls in flight\n\n`);
  process.stdout.write(`${tableOf(rows)}\n\n`);
  for (const storage of ['SQLite', 'MariaDB'])
    process.stdout.write(`${ratioLine(rows, storage)}\n`);
}

await main();
