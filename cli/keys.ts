import type { Instant, KeyId } from '../kernel/brand.ts';
import { rfc3339 } from '../kernel/instant.ts';
import { hashOf, mintToken, tailOf } from '../api/token.ts';
import { systemChance, systemClock } from '../engine/clock.ts';
import { openStore } from '../store/knex/open.ts';
import type { AccessKey } from '../store/rows.ts';
import { PLATFORM } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { wordsOf } from './arguments.ts';
import { settings } from './settings.ts';

const clock = systemClock();

/** Admin keys from the console of the machine, for when none is left: list, create, revoke. */
export async function keysCommand([verb = 'list', ...rest]: readonly string[]): Promise<number> {
  const { database_url, data_dir } = settings();
  const store = await openStore({ database_url, data_dir, clock, exclusive: false });
  try {
    switch (verb) {
      case 'list':
        return await list(store);
      case 'create':
        return await create(store, rest);
      case 'revoke':
        return await revoke(store, rest[0] ?? '');
      default:
        process.stderr.write('usage: tandem keys list | create [--test] [NAME] | revoke ID\n');
        return 2;
    }
  } finally {
    await store.close();
  }
}

async function list(store: Store): Promise<number> {
  for (const key of await store.shelves.keys.all('all')) {
    const kind = `${key.role} ${key.live ? 'live' : 'test'}`;
    const made = rfc3339(key.tm_create);
    process.stdout.write(`${key.id}  ${kind.padEnd(13)}  …${key.tail}  ${made}  ${key.name}\n`);
  }
  return 0;
}

async function create(store: Store, args: readonly string[]): Promise<number> {
  const live = !args.includes('--test');
  const known = { flags: ['--test'], words: 1 };
  const [name = 'made on the console'] = wordsOf(args, known);
  const chance = systemChance(clock);
  const token = mintToken(chance, live);
  const now: Instant = clock.now();
  const key: AccessKey = {
    id: chance.uuid() as KeyId,
    customer_id: PLATFORM,
    name,
    detail: '',
    role: 'admin',
    live,
    scopes: [],
    hash: hashOf(token),
    tail: tailOf(token),
    tm_expire: null,
    tm_create: now,
    tm_update: now,
    tm_delete: null,
  };
  await store.shelves.keys.insert(key);
  process.stdout.write(`${token}\n`);
  return 0;
}

/** Servers keep keys for two seconds: after that the key opens nothing. */
async function revoke(store: Store, id: string): Promise<number> {
  const gone = await store.shelves.keys.remove('all', id, clock.now());
  if (gone) process.stdout.write(`revoked ${id}\n`);
  else process.stderr.write(`there is no key ${id}\n`);
  return gone ? 0 : 1;
}
