import type { AccountId, CustomerId, EndpointId } from '../../kernel/brand.ts';
import { NULL_ID } from '../../kernel/brand.ts';
import { micros } from '../../kernel/money.ts';
import type { Account, Customer, Endpoint } from '../../store/rows.ts';
import { PLATFORM } from '../../store/rows.ts';
import type { Desk } from '../desk.ts';
import { openedEndpoint } from '../endpoints.ts';
import { listed } from '../lists.ts';
import { answer, type Ask, type BodyOf, NOT_FOUND, refuse, type Serve } from '../operation.ts';
import type { Outcome } from '../operation.ts';
import { CONFLICT, dates, datesJson, deleted, idOf, replaced } from '../shelving.ts';

type Body = BodyOf<'replaceCustomer'>;

export const createCustomer: Serve<'createCustomer'> = async (ask, desk) => {
  const { currency, ...body } = ask.body;
  const why = uriRefusal(body, desk);
  if (why !== null) return why;
  const id = idOf(ask, 'customer') as CustomerId;
  const account = accountFor(id, ask, desk);
  const { customers, accounts } = desk.store.shelves;
  const bare: Customer = {
    id,
    customer_id: id,
    ...written(body),
    webhook_uri: '',
    webhook_method: '',
    webhook_endpoint_id: null,
    billing_account_id: account.id,
    ...dates(desk),
  };
  await accounts.insert({ ...account, currency });
  if (!(await customers.insert(bare))) return CONFLICT;
  return withWebhook(ask, { was: bare, body, status: 201 }, desk);
};

function accountFor(customer_id: CustomerId, ask: Ask<'createCustomer'>, desk: Desk): Account {
  return {
    id: idOf(ask, 'account') as AccountId,
    customer_id,
    name: ask.body.name,
    detail: '',
    currency: ask.body.currency,
    balance_micros: micros(0),
    held_micros: micros(0),
    credit_limit_micros: micros(0),
    ...dates(desk),
  };
}

export const listCustomers: Serve<'listCustomers'> = (ask, { store }) =>
  listed(ask.query, (page) => store.shelves.customers.list('all', {}, page), customerJson);

export const getCustomer: Serve<'getCustomer'> = (ask, desk) => show(ask.id, desk);

export const getOwnCustomer: Serve<'getOwnCustomer'> = (ask, desk) => show(ask.customer_id, desk);

export const replaceCustomer: Serve<'replaceCustomer'> = (ask, desk) =>
  replace(ask.id, ask as unknown as Ask<'createCustomer'>, desk);

export const replaceOwnCustomer: Serve<'replaceOwnCustomer'> = (ask, desk) =>
  replace(ask.customer_id, ask as unknown as Ask<'createCustomer'>, desk);

/** The customer itself goes last: a deletion that was cut short can be asked for again. */
export const deleteCustomer: Serve<'deleteCustomer'> = async (ask, desk) => {
  const { customers } = desk.store.shelves;
  if (ask.id === PLATFORM) return refuse('conflict', null, 'the platform itself cannot be deleted');
  const was = await customers.get('all', ask.id);
  if (was === null) return NOT_FOUND;
  await close(was, desk);
  const row = await deleted(customers, 'all', { id: was.id, desk });
  if (row === null) return NOT_FOUND;
  desk.customersChanged(row.id);
  return answer(customerJson(row));
};

/**
 * Ends all that a customer has going on. Accounts come before calls: an account that is gone holds
 * no money, so that no call can be placed any more by the time those that live are hung up.
 */
async function close({ id: customer_id }: Customer, desk: Desk): Promise<void> {
  const { keys, endpoints, accounts } = desk.store.shelves;
  for (const { id } of await keys.all(customer_id)) await deleted(keys, customer_id, { id, desk });
  desk.keyring.forget();
  desk.exchange.changed('keys', customer_id);
  for (const { id } of await accounts.all(customer_id))
    await deleted(accounts, customer_id, { id, desk });
  await desk.exchange.hangUpAll(customer_id);
  await desk.exchange.numbers.releaseAll(customer_id);
  for (const { id } of await endpoints.all(customer_id)) {
    await deleted(endpoints, customer_id, { id, desk });
    desk.exchange.endpointChanged(id);
  }
}

async function show(id: string, { store }: Desk): Promise<Outcome> {
  const row = await store.shelves.customers.get('all', id);
  return row === null ? NOT_FOUND : answer(customerJson(row));
}

async function replace(id: string, ask: Ask<'createCustomer'>, desk: Desk): Promise<Outcome> {
  const was = await desk.store.shelves.customers.get('all', id);
  if (was === null) return NOT_FOUND;
  const why = uriRefusal(ask.body, desk);
  return why ?? withWebhook(ask, { was, body: ask.body, status: 200 }, desk);
}

function uriRefusal({ webhook_uri }: Body, { sender }: Desk): Outcome | null {
  const why = webhook_uri === '' ? null : sender.refusal(webhook_uri);
  return why === null ? null : refuse('url_refused', '/webhook_uri', `/webhook_uri ${why}`);
}

interface Change {
  readonly was: Customer;
  readonly body: Body;
  readonly status: number;
}

/** Stores a customer and brings the endpoint that webhook_uri stands for in line with it. */
async function withWebhook(
  ask: Ask<'createCustomer'>,
  { was, body, status }: Change,
  desk: Desk,
): Promise<Outcome> {
  const made = await endpointFor(ask, was, desk);
  if (made === null) return CONFLICT;
  const next: Customer = {
    ...was,
    ...written(body),
    webhook_uri: body.webhook_uri,
    webhook_method: body.webhook_uri === '' ? '' : methodOf(body),
    webhook_endpoint_id: made.id,
  };
  const row = await replaced(desk.store.shelves.customers, next, desk);
  if (row === null) return CONFLICT;
  desk.customersChanged(row.id);
  const once = made.secret === null ? {} : { webhook_secret: made.secret };
  return answer({ ...customerJson(row), ...once }, status);
}

interface Made {
  readonly id: EndpointId | null;
  /** Only when it was made just now. */
  readonly secret: string | null;
}

async function endpointFor(
  ask: Ask<'createCustomer'>,
  was: Customer,
  desk: Desk,
): Promise<Made | null> {
  const { body } = ask;
  const { endpoints } = desk.store.shelves;
  const known =
    was.webhook_endpoint_id === null ? null : await endpoints.get(was.id, was.webhook_endpoint_id);
  if (known === null) return body.webhook_uri === '' ? NONE : make(ask, was, desk);
  if (body.webhook_uri === '') {
    await deleted(endpoints, was.id, { id: known.id, desk });
    desk.exchange.endpointChanged(known.id);
    return NONE;
  }
  const [url, method] = [body.webhook_uri, methodOf(body)];
  if (known.url === url && known.method === method) return { id: known.id, secret: null };
  const row = await replaced(endpoints, { ...known, url, method }, desk);
  desk.exchange.endpointChanged(known.id);
  return row === null ? null : { id: row.id, secret: null };
}

const NONE: Made = { id: null, secret: null };

async function make(ask: Ask<'createCustomer'>, { id }: Customer, desk: Desk): Promise<Made> {
  const { row, secret } = openedEndpoint(desk, {
    id: idOf(ask, 'endpoint') as EndpointId,
    customer_id: id,
    name: 'webhook_uri',
    url: ask.body.webhook_uri,
    method: methodOf(ask.body),
    event_types: [],
    enabled: true,
    disabled_reason: '',
    tm_failing_since: null,
  });
  await desk.store.shelves.endpoints.insert(row);
  desk.exchange.endpointChanged(row.id);
  return { id: row.id, secret };
}

function methodOf({ webhook_method }: Body): Endpoint['method'] {
  return webhook_method === '' ? 'POST' : webhook_method;
}

function written(
  body: Body,
): Pick<Customer, 'name' | 'detail' | 'email' | 'phone_number' | 'address'> {
  const { name, detail, email, phone_number, address } = body;
  return { name, detail, email, phone_number, address };
}

function customerJson(row: Customer): object {
  return {
    id: row.id,
    name: row.name,
    detail: row.detail,
    email: row.email,
    phone_number: row.phone_number,
    address: row.address,
    webhook_method: row.webhook_method,
    webhook_uri: row.webhook_uri,
    webhook_endpoint_id: row.webhook_endpoint_id ?? NULL_ID,
    billing_account_id: row.billing_account_id,
    ...datesJson(row),
  };
}
