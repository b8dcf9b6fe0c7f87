import { openedEndpoint } from '../../api/endpoints.ts';
import { topUpEntry } from '../../billing/ledger.ts';
import type {
  AccountId,
  CustomerId,
  EndpointId,
  Instant,
  ProviderId,
  RouteId,
} from '../../kernel/brand.ts';
import type { Chance, Clock } from '../../kernel/clock.ts';
import { micros } from '../../kernel/money.ts';
import { derive } from '../../kernel/uuid.ts';
import type { Vault } from '../../engine/vault.ts';
import { sealedFor } from '../../engine/vault.ts';
import { openArrivals } from '../../store/knex/arrivals.ts';
import { openCalls } from '../../store/knex/calls.ts';
import { openDeliveries } from '../../store/knex/deliveries.ts';
import { openIdempotency } from '../../store/knex/idempotency.ts';
import { openLedger } from '../../store/knex/ledger.ts';
import { openGroups } from '../../store/knex/groups.ts';
import { openLegs } from '../../store/knex/legs.ts';
import { openNodes } from '../../store/knex/nodes.ts';
import { openNumbers } from '../../store/knex/numbers.ts';
import { openSandbox } from '../../store/knex/sandbox.ts';
import { openShelves } from '../../store/knex/shelves.ts';
import type { Databases } from '../../store/knex/sql.ts';
import { PLATFORM } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';
import type { Plan, PlannedCustomer, PlannedProvider } from './plan.ts';
import { receiverUrl } from './receivers.ts';
import { staff } from './desks.ts';
import { START } from './sim_clock.ts';

const BEGAN = START as Instant;
const dates = { tm_create: BEGAN, tm_update: BEGAN, tm_delete: null };
const nameOf = <Id extends string>(what: string): Id => derive<Id>('simulation', what, BEGAN);

/** The id of a customer of the plan. */
export function customerId(name: string): CustomerId {
  return nameOf(name);
}

/** The id of the account of a customer of the plan. */
export function accountId(name: string): AccountId {
  return nameOf(`account of ${name}`);
}

/** The databases through a store that remembers nothing of an earlier life. */
export function storeOn({ main, sandbox, sole }: Databases, clock: Clock): Store {
  return {
    legs: openLegs(main, sole),
    calls: openCalls(main),
    groups: openGroups(main),
    shelves: openShelves(main),
    deliveries: openDeliveries(main),
    ledger: openLedger(main),
    idempotency: openIdempotency(main, clock),
    nodes: openNodes(main),
    sandbox: openSandbox(sandbox),
    numbers: openNumbers(main),
    arrivals: openArrivals(main),
    ping: () => main.ping(),
    close: async () => undefined,
  };
}

interface Means {
  readonly store: Store;
  readonly vault: Vault;
  readonly chance: Chance;
  readonly clock: Clock;
}

/** Puts the plan's providers, routes, customers, money and endpoints into an empty store. */
export async function furnish(means: Means, plan: Plan): Promise<void> {
  for (const [index, each] of plan.providers.entries()) await provide(means, each, index);
  for (const customer of plan.customers) await admit(means, customer);
}

async function provide(
  { store, vault, chance }: Means,
  planned: PlannedProvider,
  index: number,
): Promise<void> {
  const { name, config, ...price } = planned;
  const id = nameOf<ProviderId>(`provider ${name}`);
  const secret = JSON.stringify({ secret: chance.hex(32) });
  await store.shelves.providers.insert({
    id,
    customer_id: PLATFORM,
    type: 'sandbox',
    name,
    detail: '',
    enabled: true,
    config: { ...config },
    credentials_sealed: vault.seal(secret, sealedFor(PLATFORM, id)),
    number_terms: null,
    ...dates,
  });
  await store.shelves.routes.insert({
    id: nameOf<RouteId>(`route ${name}`),
    customer_id: PLATFORM,
    name,
    detail: '',
    provider_id: id,
    priority: index + 1,
    target: 'all',
    price: {
      currency: 'USD',
      rate_micros_per_minute: micros(price.rate_micros_per_minute),
      connect_fee_micros: micros(price.connect_fee_micros),
      initial_s: price.initial_s,
      increment_s: price.increment_s,
    },
    ...dates,
  });
}

async function admit(means: Means, { name, money_micros, endpoints, desk }: PlannedCustomer) {
  const { shelves } = means.store;
  const owner = { id: customerId(name), customer_id: customerId(name) };
  const zero = micros(0);
  const money = { balance_micros: zero, held_micros: zero, credit_limit_micros: zero };
  const account = { id: accountId(name), customer_id: owner.id, name, detail: '', ...money };
  await shelves.accounts.insert({ ...account, currency: 'USD', ...dates });
  await shelves.customers.insert({
    ...owner,
    name,
    detail: '',
    email: '',
    phone_number: '',
    address: '',
    webhook_uri: '',
    webhook_method: '',
    webhook_endpoint_id: null,
    billing_account_id: account.id,
    ...dates,
  });
  await topUp(means, { customer: name, amount_micros: money_micros, payment_id: `first ${name}` });
  if (desk !== undefined) await staff(means.store, { name, customer_id: owner.id }, desk);
  for (const [index, temper] of endpoints.entries()) {
    const { row } = openedEndpoint(means, {
      id: nameOf<EndpointId>(`endpoint ${index} of ${name}`),
      customer_id: owner.id,
      name: temper,
      url: receiverUrl(`${name}/${index}`, temper),
      method: 'POST',
      event_types: [],
      enabled: true,
      disabled_reason: '',
      tm_failing_since: null,
    });
    await shelves.endpoints.insert(row);
  }
}

/** Pays money in, as the API does. */
export async function topUp(
  { store, clock }: Pick<Means, 'store' | 'clock'>,
  paid: { readonly customer: string; readonly amount_micros: number; readonly payment_id: string },
): Promise<void> {
  const entry = topUpEntry({
    payment_id: paid.payment_id,
    account_id: accountId(paid.customer),
    currency: 'USD',
    amount_micros: micros(paid.amount_micros),
    at: clock.now(),
    detail: '',
  });
  await store.ledger.post(entry);
}
