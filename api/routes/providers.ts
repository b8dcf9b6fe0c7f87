import type { ProviderId } from '../../kernel/brand.ts';
import { type Refusal, refusal } from '../../kernel/refusal.ts';
import { checkOf } from '../../kernel/schema.ts';
import { sealedFor } from '../../engine/vault.ts';
import type { CarrierKind } from '../../providers/carrier.ts';
import { PLATFORM, type Provider } from '../../store/rows.ts';
import type { Desk } from '../desk.ts';
import { given, listed, scopeOf } from '../lists.ts';
import { answer, NOT_FOUND, refuse, type Serve } from '../operation.ts';
import { termsJson, termsOf } from '../prices.ts';
import { CONFLICT, dates, datesJson, deleted, idOf, replaced, stored } from '../shelving.ts';

type Credentials = Readonly<Record<string, string>>;

export const createProvider: Serve<'createProvider'> = async (ask, desk) => {
  const { type, name, detail, enabled, config, credentials, number_terms = null } = ask.body;
  const kind = desk.carriers.get(type);
  if (kind === undefined) return refuse('invalid_request', '/type', '/type names no carrier');
  const wrong = misfit(kind, config, credentials);
  if (wrong !== null) return { refused: wrong };
  const owner = { id: idOf(ask, 'provider') as ProviderId, customer_id: PLATFORM };
  const row: Provider = {
    ...owner,
    type,
    name,
    detail,
    enabled,
    config,
    credentials_sealed: sealed(owner, credentials, desk),
    number_terms: termsOf(number_terms),
    ...dates(desk),
  };
  const outcome = await stored(desk.store.shelves.providers, row, (each) =>
    providerJson(each, desk),
  );
  desk.exchange.changed('routing', row.id);
  return outcome;
};

export const listProviders: Serve<'listProviders'> = (ask, desk) => {
  const match = given<Partial<Provider>>({ type: ask.query.type });
  return listed(
    ask.query,
    (page) => desk.store.shelves.providers.list(scopeOf(ask), match, page),
    (row) => providerJson(row, desk),
  );
};

export const getProvider: Serve<'getProvider'> = async (ask, desk) => {
  const row = await desk.store.shelves.providers.get(scopeOf(ask), ask.id);
  return row === null ? NOT_FOUND : answer(providerJson(row, desk));
};

export const replaceProvider: Serve<'replaceProvider'> = async (ask, desk) => {
  const { providers } = desk.store.shelves;
  const was = await providers.get(scopeOf(ask), ask.id);
  if (was === null) return NOT_FOUND;
  const { name, detail, enabled, config, credentials, number_terms: terms } = ask.body;
  const kind = desk.carriers.get(was.type);
  if (kind === undefined) return refuse('provider_config_invalid', null, 'no such carrier here');
  const wrong = misfit(kind, config, credentials ?? opened(was, desk));
  if (wrong !== null) return { refused: wrong };
  const credentials_sealed =
    credentials === undefined ? was.credentials_sealed : sealed(was, credentials, desk);
  const number_terms = terms === undefined ? was.number_terms : termsOf(terms);
  const next = { ...was, name, detail, enabled, config, credentials_sealed, number_terms };
  const row = await replaced(providers, next, desk);
  if (row === null) return CONFLICT;
  desk.exchange.changed('routing', row.id);
  return answer(providerJson(row, desk));
};

export const deleteProvider: Serve<'deleteProvider'> = async (ask, desk) => {
  const { providers, routes, numbers } = desk.store.shelves;
  const match = { provider_id: ask.id as ProviderId };
  const one = { size: 1, before: null };
  const used = [await routes.list('all', match, one), await numbers.list('all', match, one)];
  if (used.some(({ rows }) => rows.length > 0)) return refuse('provider_in_use');
  const row = await deleted(providers, scopeOf(ask), { id: ask.id, desk });
  if (row === null) return NOT_FOUND;
  desk.exchange.changed('routing', row.id);
  return answer(providerJson(row, desk));
};

/** What the carrier's own schemas say against a configuration. */
function misfit(kind: CarrierKind, config: object, credentials: Credentials): Refusal | null {
  const parts = [
    ['/config', checkOf(kind.config_schema)(config)],
    ['/credentials', checkOf(kind.credentials_schema)({ ...credentials })],
  ] as const;
  for (const [place, problem] of parts) {
    if (problem === null) continue;
    const param = place + problem.pointer;
    return refusal('provider_config_invalid', param, `${param} ${problem.message}`);
  }
  return null;
}

function sealed(
  row: Pick<Provider, 'id' | 'customer_id'>,
  credentials: Credentials,
  { vault }: Desk,
): string | null {
  return Object.keys(credentials).length === 0
    ? null
    : vault.seal(JSON.stringify(credentials), sealedFor(row.customer_id, row.id));
}

function opened(row: Provider, { vault }: Desk): Credentials {
  return row.credentials_sealed === null
    ? {}
    : (JSON.parse(
        vault.open(row.credentials_sealed, sealedFor(row.customer_id, row.id)),
      ) as Credentials);
}

/** Secrets short enough to be guessed from their end show nothing. */
const TAIL = 4;
const SHOWN_FROM = 3 * TAIL;

function providerJson(row: Provider, desk: Desk): object {
  const tails = Object.entries(opened(row, desk)).map(([name, secret]) => [
    name,
    secret.length < SHOWN_FROM ? '****' : secret.slice(-TAIL),
  ]);
  return {
    id: row.id,
    customer_id: row.customer_id,
    type: row.type,
    name: row.name,
    detail: row.detail,
    enabled: row.enabled,
    config: row.config,
    credentials: Object.fromEntries(tails) as object,
    number_terms: termsJson(row.number_terms),
    ...datesJson(row),
  };
}
