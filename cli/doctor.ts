import { SETTINGS } from '../config.ts';
import type { Config } from '../config.ts';
import { systemClock } from '../engine/clock.ts';
import { makeVault, sealedFor } from '../engine/vault.ts';
import { openStore } from '../store/knex/open.ts';
import type { Store } from '../store/store.ts';
import { openBullQueue } from '../queue/bull/queue.ts';
import { wordsOf } from './arguments.ts';
import { readyDataDir } from './data_dir.ts';
import { masterKey } from './master_key.ts';
import { settings } from './settings.ts';

/** One thing looked at: null when it is well, else what to do about it. */
type Check = readonly [name: string, look: () => Promise<string | null>];

/** Looks at everything an operator can get wrong. Exit code 1 when something is to be mended. */
export async function doctorCommand(args: readonly string[]): Promise<number> {
  wordsOf(args, { flags: [], words: 0 });
  const config = settings();
  say('ok', 'settings', `${Object.keys(SETTINGS).length} settings are valid`);
  readyDataDir(config.data_dir);
  const mend = (await mendCount([['queue', () => queueWord(config)]])) + (await storeMends(config));
  return mend === 0 ? 0 : 1;
}

async function storeMends(config: Config): Promise<number> {
  const { database_url, data_dir } = config;
  let store: Store;
  try {
    store = await openStore({ database_url, data_dir, clock: systemClock(), exclusive: false });
  } catch (error) {
    const where = database_url === null ? `DATA_DIR ${data_dir}` : 'DATABASE_URL';
    say('MEND', 'database', `${where}: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  return mendCount(checksOf(config, store)).finally(() => store.close());
}

async function mendCount(checks: readonly Check[]): Promise<number> {
  let mend = 0;
  for (const [name, look] of checks) {
    const wrong = await look();
    say(wrong === null ? 'ok' : 'MEND', name, wrong ?? '');
    mend += Number(wrong !== null);
  }
  return mend;
}

/** How long Redis may take to answer before it counts as away. */
const REDIS_MS = 2_000;

async function queueWord({ redis_url }: Config): Promise<string | null> {
  if (redis_url === null) return null;
  const queue = openBullQueue(redis_url, systemClock(), () => undefined);
  const until = Date.now() + REDIS_MS;
  while (!queue.isReady() && Date.now() < until) await new Promise((next) => setTimeout(next, 50));
  const ready = queue.isReady();
  await queue.close();
  return ready ? null : 'REDIS_URL: Redis does not answer there';
}

function say(word: string, name: string, text: string): void {
  process.stdout.write(`${word.padEnd(5)} ${name}${text === '' ? '' : `: ${text}`}\n`);
}

function checksOf(config: Config, store: Store): Check[] {
  return [
    ['database answers', async () => (await store.ping(), null)],
    ['books balance', async () => listed(await store.ledger.proof())],
    ['secrets open with the master key', async () => sealedOk(config, store)],
    ['an admin key exists', async () => adminKey(store)],
    ['a route exists', async () => anyRoute(store)],
    ['public URL', async () => publicUrl(config)],
  ];
}

function listed(wrong: readonly string[]): string | null {
  return wrong.length === 0 ? null : wrong.join('; ');
}

async function sealedOk(config: Config, store: Store): Promise<string | null> {
  const vault = makeVault(masterKey(config));
  for (const row of await store.shelves.providers.all('all')) {
    if (row.credentials_sealed === null) continue;
    try {
      vault.open(row.credentials_sealed, sealedFor(row.customer_id, row.id));
    } catch (error) {
      return `provider ${row.name}: ${String(error)}: is TANDEM_MASTER_KEY the one of before?`;
    }
  }
  return null;
}

async function adminKey(store: Store): Promise<string | null> {
  const keys = await store.shelves.keys.all('all');
  const some = keys.some((key) => key.role === 'admin');
  return some ? null : 'none: make one with `tandem keys create`';
}

async function anyRoute(store: Store): Promise<string | null> {
  const routes = await store.shelves.routes.all('all');
  return routes.length > 0 ? null : 'none: no call can be placed; POST /v1/routes';
}

async function publicUrl({ public_url }: Config): Promise<string | null> {
  const { hostname, protocol } = new URL(public_url);
  if (hostname === 'localhost' || hostname === '127.0.0.1') return null;
  return protocol === 'https:' ? null : `${public_url} is not https: carriers send secrets to it`;
}
