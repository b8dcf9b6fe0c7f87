/**
 * The whole life of a call, measured: the product and the fastest honest loop in turn, on the same
 * machine in the same minutes, since machines differ and change. See docs/performance.md.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServices } from '../../scripts/services.ts';
import { createDatabase } from './database.ts';
import { startLimit } from './limit_target.ts';
import { measureStanding, standingTable } from './live.ts';
import type { Figures, FromClient, ToClient } from './load.ts';
import { startProduct } from './product_target.ts';
import { ratioLine, tableOf } from './report.ts';
import type { Row } from './report.ts';
import { settingsOf, USAGE } from './settings.ts';
import type { Settings } from './settings.ts';
import { end, forkOwn, nextMessage } from './target.ts';
import type { Place, Target } from './target.ts';

interface Servers {
  readonly mysql_url: string | null;
  readonly redis_url: string | null;
}
const EMBEDDED: Servers = { mysql_url: null, redis_url: null };

const STARTS = { limit: startLimit, product: startProduct } as const satisfies Record<
  string,
  (place: Place, settings: Settings) => Promise<Target>
>;
type TargetName = keyof typeof STARTS;

/** Where a run takes place: what is under load, on which servers. */
interface Stage {
  readonly name: TargetName;
  readonly servers: Servers;
  readonly settings: Settings;
}

/** Does work on a fresh target and client, with a folder and a database of their own. */
async function onStage<Result>(
  { name, servers, settings }: Stage,
  work: (target: Target, client: ChildProcess) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), `tandem-bench-${name}-`));
  const clear = () => rm(folder, { recursive: true });
  const client = forkOwn('client.ts', {});
  const { port: sink_port } = await nextMessage<{ port: number }>(client);
  const mysql_url = servers.mysql_url === null ? null : await createDatabase(servers.mysql_url);
  const place = { ...servers, folder, mysql_url, sink_port };
  const target = await STARTS[name](place, settings).catch(async (error: unknown) => {
    await end(client, 'SIGTERM');
    await clear();
    throw error;
  });
  return work(target, client).finally(async () => {
    await end(client, 'SIGTERM');
    await target.stop();
    await clear();
  });
}

/** One run of whole calls. Throws when the books do not balance afterwards. */
async function wholeCalls(stage: Stage): Promise<Row> {
  return onStage(stage, async (target, client) => {
    const { in_flight, warm_ms, measure_ms } = stage.settings;
    const load = { ...target.load, in_flight, warm_ms, measure_ms };
    client.send({ do: 'measure', load } satisfies ToClient);
    const figures = figuresOf(await nextMessage<FromClient>(client));
    const faults = await target.prove(figures);
    if (figures.calls_unfinished > 0) faults.push(`${figures.calls_unfinished} calls never ended`);
    if (faults.length > 0) throw new Error(`${stage.name}'s books are wrong: ${faults.join('; ')}`);
    return { target: stage.name, storage: storageOf(stage.servers), figures };
  });
}

function figuresOf(message: FromClient): Figures {
  if (message.told === 'measured') return message.figures;
  throw new Error(`the client said ${message.told} instead of figures`);
}

function storageOf({ mysql_url, redis_url }: Servers): string {
  if (mysql_url === null) return 'SQLite';
  return redis_url === null ? 'MariaDB' : 'MariaDB + Redis';
}

async function alternate(servers: Servers, settings: Settings): Promise<void> {
  const names: TargetName[] = settings.only === null ? ['limit', 'product'] : [settings.only];
  const rows: Row[] = [];
  for (let round = 0; round < settings.rounds; round++)
    for (const name of names) rows.push(await wholeCalls({ name, servers, settings }));
  say(`${tableOf(rows)}\n\n${ratioLine(rows)}`);
}

async function stand(servers: Servers, settings: Settings): Promise<void> {
  const found = await onStage({ name: 'product', servers, settings }, (target, client) =>
    measureStanding(target, client, settings.live),
  );
  say(standingTable(storageOf(servers), found));
}

function say(text: string): void {
  process.stdout.write(`${text}\n\n`);
}

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return say(USAGE);
  const settings = settingsOf(process.argv.slice(2));
  const bench = settings.live > 0 ? stand : alternate;
  say(`Node ${process.version}, ${settings.in_flight} calls in flight`);
  await bench(EMBEDDED, settings);
  if (!settings.mariadb) return;
  const services = await startServices({ mariadb: true, redis: true, durable: true });
  if (services.mysql_url === null) return services.stop();
  await bench(services, settings).finally(() => services.stop());
}

await main();
