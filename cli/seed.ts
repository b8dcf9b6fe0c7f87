import type { AccountId, Instant, KeyId, ProviderId, RouteId } from '../kernel/brand.ts';
import type { Chance } from '../kernel/clock.ts';
import { assert } from '../kernel/assert.ts';
import { type Micros, micros, microsFromDecimal } from '../kernel/money.ts';
import { derive } from '../kernel/uuid.ts';
import type { Price } from '../calls/call.ts';
import { hashOf, mintToken, tailOf } from '../api/token.ts';
import type { Vault } from '../engine/vault.ts';
import { sealedFor } from '../engine/vault.ts';
import { SANDBOX_SEEDS } from '../providers/sandbox/config.ts';
import type { AccessKey, Provider, Route } from '../store/rows.ts';
import { PLATFORM } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

export interface SeedParts {
  readonly store: Store;
  readonly vault: Vault;
  readonly chance: Chance;
  readonly now: Instant;
  /** The operator's own admin key; null: one is made. */
  readonly bootstrap_key: string | null;
}

const START = 0 as Instant;
const seedId = (name: string): string => derive('tandem', name, START);

/**
 * What a new installation begins with: the platform itself, three sandbox providers with default
 * routes, and an admin key. Answers the key to be shown when one was made; null otherwise. Running
 * it again, or on two nodes at once, changes nothing.
 */
export async function seed(parts: SeedParts): Promise<string | null> {
  const isNew = (await parts.store.shelves.customers.get('all', PLATFORM)) === null;
  // Everything has an id of its own, so a start that died half-way is made good by the next. The
  // platform itself comes last: it says that the rest is there.
  if (isNew) for (const each of SANDBOX_SEEDS) await seedProvider(parts, each);
  const new_key = await seedAdmin(parts, isNew);
  if (isNew) await seedPlatform(parts);
  return new_key;
}

async function seedAdmin(parts: SeedParts, isNew: boolean): Promise<string | null> {
  const { store, bootstrap_key } = parts;
  if (bootstrap_key !== null) {
    await seedKey(parts, bootstrap_key, seedId(`key ${hashOf(bootstrap_key)}`));
    return null;
  }
  if (!isNew) return null;
  const token = mintToken(parts.chance, true);
  const made = await seedKey(parts, token, seedId('first key'));
  const keys = await store.shelves.keys.all(PLATFORM);
  assert(keys.length > 0, 'a new installation has an admin key');
  return made ? token : null;
}

const never = (now: Instant) => ({ tm_create: now, tm_update: now, tm_delete: null });

async function seedPlatform({ store, now }: SeedParts): Promise<void> {
  const billing_account_id = seedId('platform account') as AccountId;
  await store.shelves.accounts.insert({
    id: billing_account_id,
    customer_id: PLATFORM,
    name: 'Platform',
    detail: '',
    currency: 'USD',
    balance_micros: micros(0),
    held_micros: micros(0),
    credit_limit_micros: micros(0),
    ...never(now),
  });
  await store.shelves.customers.insert({
    id: PLATFORM,
    customer_id: PLATFORM,
    name: 'Platform',
    detail: 'Owns the shared providers, the default routes and the admin keys',
    email: '',
    phone_number: '',
    address: '',
    webhook_uri: '',
    webhook_method: '',
    webhook_endpoint_id: null,
    billing_account_id,
    ...never(now),
  });
}

async function seedProvider(
  { store, vault, chance, now }: SeedParts,
  each: (typeof SANDBOX_SEEDS)[number],
): Promise<void> {
  const id = seedId(`provider ${each.name}`) as ProviderId;
  const credentials = JSON.stringify({ secret: chance.hex(32) });
  const provider: Provider = {
    id,
    customer_id: PLATFORM,
    type: 'sandbox',
    name: each.name,
    detail: each.detail,
    enabled: true,
    config: { ...each.config },
    credentials_sealed: vault.seal(credentials, sealedFor(PLATFORM, id)),
    number_terms: {
      monthly_micros: microsOf(each.number.monthly),
      price: priceOf(each, each.number),
    },
    ...never(now),
  };
  await store.shelves.providers.insert(provider);
  await store.shelves.routes.insert(routeOf(each, id, now));
}

function routeOf(
  { name, priority, price }: (typeof SANDBOX_SEEDS)[number],
  provider_id: ProviderId,
  now: Instant,
): Route {
  return {
    id: seedId(`route ${name}`) as RouteId,
    customer_id: PLATFORM,
    name: `default: ${name}`,
    detail: '',
    provider_id,
    priority,
    target: 'all',
    price: priceOf({ price }, price),
    ...never(now),
  };
}

/** By the steps of a seed's price, at a rate. */
function priceOf(
  { price: { currency, initial_s, increment_s } }: Pick<(typeof SANDBOX_SEEDS)[number], 'price'>,
  { rate }: { readonly rate: string },
): Price {
  return {
    ...{ currency, initial_s, increment_s },
    rate_micros_per_minute: microsOf(rate),
    connect_fee_micros: micros(0),
  };
}

function microsOf(decimal: string): Micros {
  const amount = microsFromDecimal(decimal);
  assert(amount !== null, 'seeded prices are decimals');
  return amount;
}

async function seedKey({ store, now }: SeedParts, token: string, id: string): Promise<boolean> {
  const key: AccessKey = {
    id: id as KeyId,
    customer_id: PLATFORM,
    name: 'bootstrap',
    detail: 'The admin key of the first start',
    role: 'admin',
    live: !token.startsWith('tdm_test_'),
    scopes: [],
    hash: hashOf(token),
    tail: tailOf(token),
    tm_expire: null,
    ...never(now),
  };
  return store.shelves.keys.insert(key);
}
