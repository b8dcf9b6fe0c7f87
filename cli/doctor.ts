import { SETTINGS } from '../config.ts';
import type { Config } from '../config.ts';
import { systemClock } from '../engine/clock.ts';
import { makeVault, sealedFor } from '../engine/vault.ts';
import { openStore } from '../store/knex/open.ts';
import type { Store } from '../store/store.ts';
import { masterKey } from './master_key.ts';
import { settings } from './settings.ts';

/** One thing looked at: null when it is well, else what to do about it. */
type Check = readonly [name: string, look: () => Promise<string | null>];

/** Looks at everything an operator can get wrong. Exit code 1 when something is to be mended. */
export async function doctorCommand(): Promise<number> {
  const config = settings();
  say('ok', 'settings', `${Object.keys(SETTINGS).length} settings are valid`);
  const { database_url, data_dir } = config;
  const clock = systemClock();
  const store = await openStore({ database_url, data_dir, clock, exclusive: false });
  try {
    let mend = 0;
    for (const [name, look] of checksOf(config, store)) {
      const wrong = await look();
      say(wrong === null ? 'ok' : 'MEND', name, wrong ?? '');
      mend += Number(wrong !== null);
    }
    return mend === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
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
