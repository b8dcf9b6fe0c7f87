import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { micros } from '../../kernel/money.ts';
import type { AccessKey, Customer, Endpoint, Provider, Route } from '../../store/rows.ts';
import type { Page, PageQuery } from '../../store/page.ts';
import type { CallFilter, Leg, Store } from '../../store/store.ts';
import { onBench } from './store_bench.ts';
import type { MakeStore, StoreTest } from './store_bench.ts';
import {
  PRICE,
  T0,
  account,
  at,
  ended,
  eventOf,
  flow,
  id,
  moved,
  newLeg,
  owner,
  unitOf,
} from './store_rows.ts';

/** What is kept and read: shelves, lists of calls, timelines. */
export function describeKept(make: MakeStore): void {
  describe('kept rows', () => {
    it('come back as they went in, on every shelf', onBench(make, roundTrips));
    it('are inserted once, updated if unchanged, and gone once removed', onBench(make, changes));
    it('belong to one customer', onBench(make, tenants));
    it('are paged newest first, without gaps or repeats', onBench(make, paging));
    it('never lose money to an update', onBench(make, accounts));
    it('list calls by filter', onBench(make, calls));
    it('tell runs without a call from calls', onBench(make, bareRuns));
    it('tell a customer its events after a place', onBench(make, stream));
    it(
      'answer a ping',
      onBench(make, async ({ store }) => store.ping()),
    );
  });
}

const DATED = { tm_create: T0, tm_update: T0, tm_delete: null };
const TERMS = { monthly_micros: micros(1_000_000), price: PRICE };
const PAGE: PageQuery = { size: 50, before: null };

const roundTrips: StoreTest = async ({ store }) => {
  const { shelves } = store;
  const { customer_id, account_id } = owner();
  const own = { customer_id, name: 'näme', detail: 'de`t"a\'il\\' };
  const customer: Customer = {
    ...own,
    ...DATED,
    id: customer_id,
    email: 'a@example.com',
    phone_number: '',
    address: '',
    webhook_uri: '',
    webhook_method: '',
    webhook_endpoint_id: null,
    billing_account_id: account_id,
  };
  const role = { role: 'customer', live: false, scopes: ['calls:read'] } as const;
  const secret = { hash: 'ab'.repeat(32), tail: 'x9Zq', tm_expire: null };
  const key: AccessKey = { ...own, ...DATED, ...role, ...secret, id: id() };
  const config = { base_url: 'http://x', deep: { a: [1, null] } };
  const sealed = { enabled: true, config, credentials_sealed: 'v1.abc', number_terms: TERMS };
  const provider: Provider = { ...own, ...DATED, ...sealed, id: id(), type: 'sandbox' };
  const way = { provider_id: provider.id, priority: -3, target: '+1', price: PRICE };
  const route: Route = { ...own, ...DATED, ...way, id: id() };
  const endpoint: Endpoint = {
    ...DATED,
    id: id(),
    customer_id,
    name: '',
    url: 'https://example.com/hook?a=b',
    method: 'POST',
    event_types: [],
    enabled: false,
    disabled_reason: 'gone',
    secret_sealed: 's',
    old_secret_sealed: null,
    tm_old_secret_expire: null,
    tm_failing_since: at(4),
  };
  await inAndOut(shelves.customers, customer);
  await inAndOut(shelves.keys, key);
  await inAndOut(shelves.providers, provider);
  await inAndOut(shelves.routes, route);
  await inAndOut(shelves.endpoints, endpoint);
  await inAndOut(shelves.flows, flow(owner()));
  await inAndOut(shelves.accounts, account(owner(), { credit_limit_micros: micros(9e14) }));
  const byHash = await shelves.keys.list('all', { hash: key.hash, live: false }, PAGE);
  assert.deepEqual(byHash.rows, [key]);
};

async function inAndOut<Row extends { readonly id: string }>(
  shelf: {
    insert(row: Row): Promise<boolean>;
    get(scope: 'all', id: string): Promise<Row | null>;
    all(scope: 'all'): Promise<Row[]>;
  },
  row: Row,
): Promise<void> {
  assert.equal(await shelf.insert(row), true);
  assert.deepEqual(await shelf.get('all', row.id), row);
  assert.deepEqual(await shelf.all('all'), [row]);
}

const changes: StoreTest = async ({ store, reopen }) => {
  const { flows } = store.shelves;
  const row = flow(owner());
  const both = await Promise.all([flows.insert(row), flows.insert(row)]);
  assert.deepEqual(both.toSorted(), [false, true]);
  const renamed = { ...row, name: 'other', tm_update: at(5) };
  assert.equal(await flows.update(renamed, at(4)), false);
  assert.equal(await flows.update(renamed, row.tm_update), true);
  assert.equal(await flows.update({ ...renamed, name: 'late' }, row.tm_update), false);
  assert.deepEqual(await flows.get('all', row.id), renamed);
  assert.equal(await flows.remove('all', id(), at(6)), false);
  assert.equal(await flows.remove('all', row.id, at(6)), true);
  assert.equal(await flows.remove('all', row.id, at(6)), false);
  const after = (await reopen()).shelves.flows;
  assert.equal(await after.get('all', row.id), null);
  assert.deepEqual(await after.all('all'), []);
  assert.equal(await after.update(renamed, at(6)), false);
  assert.equal(await after.insert(row), false);
};

const tenants: StoreTest = async ({ store }) => {
  const { flows } = store.shelves;
  const [mine, theirs] = [owner(), owner()];
  const row = flow(mine);
  await flows.insert(row);
  assert.equal(await flows.get(theirs.customer_id, row.id), null);
  assert.deepEqual(await flows.all(theirs.customer_id), []);
  assert.deepEqual((await flows.list(theirs.customer_id, {}, PAGE)).rows, []);
  const { customer_id } = mine;
  assert.deepEqual((await flows.list(theirs.customer_id, { customer_id }, PAGE)).rows, []);
  assert.equal(await flows.remove(theirs.customer_id, row.id, at(1)), false);
  const stolen = { ...row, customer_id: theirs.customer_id, name: 'stolen' };
  assert.equal(await flows.update(stolen, row.tm_update), false);
  assert.deepEqual(await flows.get(mine.customer_id, row.id), row);
  const leg = newLeg(mine);
  await store.legs.commit(unitOf(leg));
  assert.equal(await store.calls.get(theirs.customer_id, leg.call.id), null);
  assert.equal(await store.calls.byRun(theirs.customer_id, leg.run.id), null);
  assert.deepEqual((await store.calls.list(theirs.customer_id, {}, PAGE)).rows, []);
  assert.deepEqual(await store.calls.get(mine.customer_id, leg.call.id), leg);
  assert.deepEqual(await store.calls.byRun('all', leg.run.id), leg);
};

async function pages<Row>(read: (page: PageQuery) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  let before: PageQuery['before'] = null;
  do {
    const page = await read({ size: 3, before });
    assert.ok(page.rows.length <= 3);
    rows.push(...page.rows);
    before = page.next;
  } while (before !== null);
  return rows;
}

const paging: StoreTest = async ({ store }) => {
  const whose = owner();
  const rows = Array.from({ length: 9 }, (_, n) => flow(whose, { tm_create: at(n >> 2) }));
  for (const row of rows) await store.shelves.flows.insert(row);
  const newest = rows.toSorted((a, b) => b.tm_create - a.tm_create || (b.id > a.id ? 1 : -1));
  const shown = await pages((page) => store.shelves.flows.list(whose.customer_id, {}, page));
  assert.deepEqual(shown, newest);
  assert.deepEqual(await store.shelves.flows.all(whose.customer_id), newest.toReversed());
  const legs = [1, 2, 3, 4].map((ms) => newLeg(whose, ms));
  for (const leg of legs) await store.legs.commit(unitOf(leg));
  const listed = await pages((page) => store.calls.list(whose.customer_id, {}, page));
  assert.deepEqual(listed, legs.toReversed());
};

const accounts: StoreTest = async ({ store }) => {
  const whose = owner();
  const row = account(whose, { balance_micros: micros(100) });
  await store.shelves.accounts.insert(row);
  const hold = { account_id: whose.account_id, amount: micros(40) };
  await store.legs.commit(unitOf(newLeg(whose), { hold }));
  const renamed = { ...row, name: 'renamed', tm_update: at(1), credit_limit_micros: micros(7) };
  assert.equal(await store.shelves.accounts.update(renamed, row.tm_update), true);
  const now = await store.shelves.accounts.get('all', row.id);
  assert.deepEqual(now, { ...renamed, held_micros: 40 });
};

const calls: StoreTest = async ({ store }) => {
  const whose = owner();
  const [old, young] = [newLeg(whose, 1), newLeg(whose, 2)];
  const child = { ...young, call: { ...young.call, master_call_id: old.call.id } };
  for (const leg of [old, child]) await store.legs.commit(unitOf(leg));
  const over = ended(old);
  await store.legs.commit(unitOf(over));
  const list = async (filter: CallFilter) =>
    (await store.calls.list('all', filter, PAGE)).rows.map((leg) => leg.call.id);
  assert.deepEqual(await list({ status: 'hangup' }), [old.call.id]);
  assert.deepEqual(await list({ master_call_id: old.call.id }), [child.call.id]);
  assert.deepEqual(await list({ direction: 'incoming' }), []);
  assert.deepEqual(await list({ created_after: at(2) }), [child.call.id]);
  assert.deepEqual(await list({ created_before: at(2) }), [old.call.id]);
  assert.equal((await list({ destination: old.call.destination.target })).length, 2);
  assert.deepEqual(await list({ source: 'nobody' }), []);
  assert.deepEqual(await store.calls.get('all', old.call.id), over);
};

/** What runs without a call is found by its run alone. */
const bareRuns: StoreTest = async ({ store }) => {
  const whose = owner();
  const made = newLeg(whose, 1);
  const destination = { ...made.call.destination, target: '' };
  const bare: Leg = { ...made, call: { ...made.call, type: 'bare', destination } };
  await store.legs.commit(unitOf(bare));
  await store.legs.commit(unitOf(newLeg(whose, 2)));
  const list = (filter: CallFilter) => store.calls.list(whose.customer_id, filter, PAGE);
  assert.equal((await list({})).rows.length, 2);
  assert.equal((await list({ has_leg: true })).rows.length, 1);
  assert.equal(await store.calls.get('all', bare.call.id), null);
  assert.equal(await store.calls.get(whose.customer_id, bare.call.id), null);
  assert.deepEqual(await store.calls.byRun(whose.customer_id, bare.run.id), bare);
};

const stream: StoreTest = async ({ store }) => {
  const whose = owner();
  const leg = newLeg(whose);
  const first = eventOf(leg);
  const next = moved(leg, {});
  const second = eventOf(next, { at: first.at, id: `${first.id}x` as never });
  const third = eventOf(moved(next, {}), { at: at(9) });
  await store.legs.commit(unitOf(leg, { event: first }));
  await store.legs.commit(unitOf(next, { event: second }));
  await store.legs.commit(unitOf(moved(next, {}), { event: third }));
  await store.legs.commit(unitOf(newLeg(owner())));
  const after = (event: typeof first, scope: Parameters<Store['calls']['get']>[0]) =>
    store.calls.eventsAfter(scope, event, 9);
  assert.deepEqual(await after(first, whose.customer_id), [second, third]);
  assert.deepEqual(await after(second, whose.customer_id), [third]);
  assert.deepEqual(await after(third, whose.customer_id), []);
  assert.deepEqual(await store.calls.timeline(leg.call.id), [first, second, third]);
  const start = { at: 0 as typeof T0, subject_id: '', id: '' };
  assert.equal((await store.calls.eventsAfter('all', start, 2)).length, 2);
};
