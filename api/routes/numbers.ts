import type { FlowId, NumberId, ProviderId } from '../../kernel/brand.ts';
import { NULL_ID } from '../../kernel/brand.ts';
import { rfc3339 } from '../../kernel/instant.ts';
import { decimalOf, type Micros, microsFromDecimal } from '../../kernel/money.ts';
import { type Refusal, refusal } from '../../kernel/refusal.ts';
import { publicPrice } from '../../calls/public.ts';
import type { NumberTerms, OwnNumber } from '../../store/numbers.ts';
import type { Provider } from '../../store/rows.ts';
import type { Desk } from '../desk.ts';
import { given, instantOf, listed, listedWhole, scopeOf } from '../lists.ts';
import { answer, type Ask, NOT_FOUND, type Outcome, refuse, type Serve } from '../operation.ts';
import { priceOf } from '../prices.ts';
import { CONFLICT, datesJson, idOf, replaced } from '../shelving.ts';

type Providers = ReadonlyMap<string, Provider>;
/** What a number runs, as it is asked for: left out it stays, the null id takes it away. */
interface Wished {
  readonly call_flow_id?: string;
  readonly message_flow_id?: string;
}

export const createNumber: Serve<'createNumber'> = async (ask, desk) => {
  const { number, name, detail, provider_id = null } = ask.body;
  const assigned = assignedIn(ask);
  if (assigned !== null && 'code' in assigned) return { refused: assigned };
  const customer = await desk.customer(ask.customer_id);
  if (customer === null) return refuse('not_found', 'customer_id');
  const flows = await flowsOf(ask.body, NO_FLOWS, { desk, customer_id: ask.customer_id });
  if ('code' in flows) return { refused: flows };
  const got = await desk.exchange.numbers.buy({
    id: idOf(ask, 'number') as NumberId,
    ...{ customer, number },
    written: { name, detail, ...flows },
    provider_id: provider_id as ProviderId | null,
    assigned,
  });
  if ('code' in got) return got.code === 'service_unavailable' ? LATER : { refused: got };
  return answer(numberJson(got, await providersOf(desk)), 201);
};

const LATER: Outcome = { refused: refusal('service_unavailable'), retry_after_s: 60 };
const NO_FLOWS = { call_flow_id: null, message_flow_id: null };

/** What an administrator says a number costs that the provider's account has already. */
function assignedIn({ body, key }: Ask<'createNumber'>): NumberTerms | Refusal | null {
  const { assign, provider_id } = body;
  if (assign === undefined) return null;
  if (key.role !== 'admin') return refusal('role_missing', '/assign');
  if (provider_id === undefined)
    return refusal('invalid_request', '/provider_id', '/provider_id is missing');
  // The contract's pattern is that of kernel/money.ts.
  const monthly_micros = microsFromDecimal(assign.monthly) as Micros;
  return { monthly_micros, price: priceOf(assign.price) };
}

/** The flows a number is to run, or which of them is not there. */
async function flowsOf(
  wished: Wished,
  was: Pick<OwnNumber, 'call_flow_id' | 'message_flow_id'>,
  { desk, customer_id }: { readonly desk: Desk; readonly customer_id: OwnNumber['customer_id'] },
): Promise<Pick<OwnNumber, 'call_flow_id' | 'message_flow_id'> | Refusal> {
  const found = { ...was };
  for (const name of ['call_flow_id', 'message_flow_id'] as const) {
    const id = wished[name];
    if (id === undefined) continue;
    const none = id === NULL_ID;
    if (!none && (await desk.store.shelves.flows.get(customer_id, id)) === null)
      return refusal('flow_not_found', `/${name}`);
    found[name] = none ? null : (id as FlowId);
  }
  return found;
}

export const listNumbers: Serve<'listNumbers'> = async (ask, desk) => {
  const { numbers } = desk.store.shelves;
  const match = given<Partial<OwnNumber>>({ status: 'active', number: ask.query.number });
  const providers = await providersOf(desk);
  return listed(
    ask.query,
    (page) => numbers.list(scopeOf(ask), match, page),
    (row) => numberJson(row, providers),
  );
};

export const getNumber: Serve<'getNumber'> = async (ask, desk) => {
  const row = await activeOne(ask, desk);
  return row === null ? NOT_FOUND : answer(numberJson(row, await providersOf(desk)));
};

export const replaceNumber: Serve<'replaceNumber'> = async (ask, desk) => {
  const { name, detail } = ask.body;
  return change(ask, desk, { name, detail });
};

export const replaceNumberFlows: Serve<'replaceNumberFlows'> = (ask, desk) => change(ask, desk, {});

async function change(
  ask: Ask<'replaceNumber'> | Ask<'replaceNumberFlows'>,
  desk: Desk,
  written: Partial<OwnNumber>,
): Promise<Outcome> {
  const was = await activeOne(ask, desk);
  if (was === null) return NOT_FOUND;
  const flows = await flowsOf(ask.body, was, { desk, customer_id: was.customer_id });
  if ('code' in flows) return { refused: flows };
  const row = await replaced(desk.store.shelves.numbers, { ...was, ...written, ...flows }, desk);
  return row === null ? CONFLICT : answer(numberJson(row, await providersOf(desk)));
}

export const deleteNumber: Serve<'deleteNumber'> = async (ask, desk) => {
  const was = await activeOne(ask, desk);
  if (was === null) return NOT_FOUND;
  const row = await desk.exchange.numbers.release(was);
  return row === null ? CONFLICT : answer(numberJson(row, await providersOf(desk)));
};

/** A number that is wholly there: those bought or given back by half are nobody's to see. */
async function activeOne(
  ask: Pick<Ask<'getNumber'>, 'id' | 'key' | 'customer_id' | 'query'>,
  { store }: Desk,
): Promise<OwnNumber | null> {
  const row = await store.shelves.numbers.get(scopeOf(ask as Ask<'getNumber'>), ask.id);
  return row?.status === 'active' ? row : null;
}

export const renewNumbers: Serve<'renewNumbers'> = async (ask, desk) => {
  const now = desk.clock.now();
  const { tm_renew } = ask.body as { readonly tm_renew?: string };
  const until = tm_renew === undefined ? now : instantOf(tm_renew);
  if (until > now) return refuse('invalid_request', '/tm_renew', '/tm_renew has not come yet');
  const renewed = await desk.exchange.numbers.renew(until);
  const providers = await providersOf(desk);
  return listedWhole(renewed.map((row) => numberJson(row, providers)));
};

const OFFERED = 20;

export const listAvailableNumbers: Serve<'listAvailableNumbers'> = async (ask, desk) => {
  const { country_code, page_size = OFFERED } = ask.query;
  const customer = await desk.customer(ask.customer_id);
  if (customer === null) return refuse('not_found', 'customer_id');
  const offers = await desk.exchange.numbers.offers(customer, country_code, page_size);
  return listedWhole(
    offers.map(({ offer, provider, terms }) => ({
      ...offer,
      provider: sourceJson(provider),
      ...costJson(terms),
    })),
  );
};

async function providersOf({ store }: Desk): Promise<Providers> {
  const all = await store.shelves.providers.all('all');
  return new Map(all.map((provider) => [provider.id, provider]));
}

function sourceJson({ id, name, type }: Pick<Provider, 'id' | 'name' | 'type'>): object {
  return { id, name, type };
}

function costJson({ monthly_micros, price }: NumberTerms): object {
  return { monthly: decimalOf(monthly_micros), price: publicPrice(price) };
}

function numberJson(row: OwnNumber, providers: Providers): object {
  const { provider_id } = row;
  return {
    id: row.id,
    customer_id: row.customer_id,
    number: row.number,
    name: row.name,
    detail: row.detail,
    status: row.status === 'active' ? 'active' : 'deleted',
    call_flow_id: row.call_flow_id ?? NULL_ID,
    message_flow_id: row.message_flow_id ?? NULL_ID,
    t38_enabled: row.t38_enabled,
    emergency_enabled: row.emergency_enabled,
    provider: sourceJson(providers.get(provider_id) ?? { id: provider_id, name: '', type: '' }),
    assigned: row.own,
    ...costJson(row),
    tm_purchase: rfc3339(row.tm_purchase),
    tm_renew: rfc3339(row.tm_renew),
    ...datesJson(row),
  };
}
