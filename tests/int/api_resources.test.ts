import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CustomerId, EndpointId } from '../../kernel/brand.ts';
import { sealedFor, makeVault } from '../../engine/vault.ts';
import { deliveryOf, eventOf, newLeg, owner } from '../conformance/store_rows.ts';
import { type ApiBench, openBench, type Reply } from './api_bench.ts';

const HANGUP = [{ type: 'hangup' }];

describe('resources', () => {
  let bench: ApiBench;
  let key: string;
  let customer: { id: string; key: string; account_id: string };
  before(async () => {
    bench = await openBench();
    customer = await bench.customer('Example');
    key = customer.key;
  });
  after(() => bench.close());
  const as = (who: string) => (method: string, path: string, body?: unknown) =>
    bench.send(method, path, { key: who, body });
  const own = (method: string, path: string, body?: unknown) => as(key)(method, path, body);
  const admin = (method: string, path: string, body?: unknown) =>
    as(bench.admin)(method, path, body);

  it('flows are stored with ids, replaced whole and deleted', async () => {
    const made = await own('POST', '/v1/flows', {
      name: 'Menu',
      actions: [{ id: 'top', type: 'talk', option: { text: 'hi' } }, { type: 'hangup' }],
    });
    assert.equal(made.status, 201);
    const [first, second] = made.body['actions'] as { id: string }[];
    assert.equal(first?.id, 'top');
    assert.match(second?.id ?? '', /^[0-9a-f-]{36}$/);
    const path = `/v1/flows/${id(made)}`;
    const put = await own('PUT', path, {
      name: 'Menu 2',
      actions: HANGUP,
      on_complete_flow_id: id(made),
    });
    assert.deepEqual(
      [put.body['name'], put.body['detail'], put.body['on_complete_flow_id']],
      ['Menu 2', '', id(made)],
    );
    const { warnings, ...kept } = put.body;
    assert.deepEqual([(await own('GET', path)).body, warnings], [kept, []]);
    const gone = await own('DELETE', path);
    assert.notEqual(gone.body['tm_delete'], null);
    assert.equal((await own('GET', path)).status, 404);
    assert.equal((await own('DELETE', path)).status, 404);
  });

  it('flows that two people change at once are changed once', async () => {
    const made = await own('POST', '/v1/flows', { name: 'a', actions: HANGUP });
    const path = `/v1/flows/${id(made)}`;
    const both = await Promise.all(
      ['b', 'c'].map((name) => own('PUT', path, { name, actions: HANGUP })),
    );
    const statuses = both.map(({ status }) => status).toSorted();
    assert.equal(['200,200', '200,409'].includes(statuses.join()), true, statuses.join());
  });

  it('webhook endpoints show their secret once and keep it sealed', async () => {
    const made = await own('POST', '/v1/webhook_endpoints', { url: 'https://example.com/hook' });
    const secret = String(made.body['secret']);
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    const path = `/v1/webhook_endpoints/${id(made)}`;
    assert.equal((await own('GET', path)).text.includes(secret), false);
    const row = await bench.store.shelves.endpoints.get('all', id(made));
    const vault = makeVault(Buffer.alloc(32, 1));
    assert.equal(vault.open(row?.secret_sealed ?? '', sealedFor(customer.id, id(made))), secret);
    assert.equal(bench.exchange.changes.includes(`endpoint ${id(made)}`), true);
  });

  it('webhook endpoints get a new secret and keep the old one for a while', async () => {
    const made = await own('POST', '/v1/webhook_endpoints', { url: 'https://example.com/hook' });
    const path = `/v1/webhook_endpoints/${id(made)}/rotate_secret`;
    const rotated = await own('POST', path, { overlap_s: 60 });
    assert.notEqual(rotated.body['secret'], made.body['secret']);
    assert.notEqual(rotated.body['tm_old_secret_expire'], null);
    const byDefault = await own('POST', path);
    const until = Date.parse(String(byDefault.body['tm_old_secret_expire'])) - Date.now();
    assert.equal(until > 86_000_000 && until <= 86_400_000, true, 'a day');
    const atOnce = await own('POST', path, { overlap_s: 0 });
    assert.equal(atOnce.body['tm_old_secret_expire'], null);
    const row = await bench.store.shelves.endpoints.get('all', id(made));
    assert.equal(row?.old_secret_sealed, null);
  });

  it('webhook endpoints are at most 25', async () => {
    const { key: greedy } = await bench.customer('Greedy');
    const add = () => as(greedy)('POST', '/v1/webhook_endpoints', { url: 'https://example.com' });
    for (let count = 0; count < 25; count += 1) assert.equal((await add()).status, 201);
    assert.equal((await add()).status, 409);
  });

  it('webhook endpoints may not lie on this machine', async () => {
    const url = 'http://127.0.0.1/hook';
    for (const reply of [
      await own('POST', '/v1/webhook_endpoints', { url }),
      await own('PUT', '/v1/customer', { name: 'x', webhook_uri: url }),
    ]) {
      const error = reply.body['error'] as { code: string };
      assert.deepEqual([reply.status, error.code], [422, 'url_refused']);
    }
  });

  it('deliveries are listed, shown with their body, and sent again', async () => {
    const endpoint = await own('POST', '/v1/webhook_endpoints', {
      url: 'https://example.com/hook',
    });
    const order = {
      source: { type: 'tel', target: '+15005550010' },
      destinations: [{ type: 'tel', target: '+15005550006' }],
      actions: HANGUP,
    };
    await own('POST', '/v1/calls', order);
    const list = await own('GET', '/v1/webhook_deliveries?status=pending&event_type=call_updated');
    const [row] = list.body['result'] as { id: string; event_id: string }[];
    const shown = await own('GET', `/v1/webhook_deliveries/${row?.id}`);
    assert.equal((shown.body['body'] as { id: string }).id, row?.event_id);
    // The delivery of the bench belongs to an endpoint that was never made.
    const orphan = await own('POST', `/v1/webhook_deliveries/${row?.id}/replay`);
    assert.equal(orphan.status, 409);
    const range = { created_after: '2026-01-01T00:00:00Z' };
    const path = `/v1/webhook_endpoints/${id(endpoint)}/replay`;
    assert.deepEqual((await own('POST', path, range)).body, { count: 0, complete: true });
    const backwards = { ...range, created_before: '2025-01-01T00:00:00Z' };
    const refused = await own('POST', path, backwards);
    assert.equal(refused.status, 400);
    assert.equal((refused.body['error'] as { param: string }).param, '/created_before');
  });

  it('a span of deliveries is sent again as one, however many pages it has', async () => {
    const made = await own('POST', '/v1/webhook_endpoints', { url: 'https://example.com/many' });
    const endpoint_id = id(made) as EndpointId;
    const whose = { ...owner(), customer_id: customer.id as CustomerId };
    const event = eventOf(newLeg(whose));
    const rows = Array.from({ length: 250 }, (_, n) =>
      deliveryOf(event, { endpoint_id, sequence: n + 1 }),
    );
    await bench.store.deliveries.insert(rows, event);
    const range = { created_after: '2020-01-01T00:00:00Z' };
    const answer = await own('POST', `/v1/webhook_endpoints/${endpoint_id}/replay`, range);
    assert.deepEqual(answer.body, { count: 250, complete: true });
    const [all, ...others] = bench.exchange.replayed.filter((each) => each.length > 0);
    assert.deepEqual([all?.length, others], [250, []]);
  });

  it('a customer’s webhook_uri makes, changes and removes its first endpoint', async () => {
    const make = { name: 'Hooked', webhook_uri: 'https://example.com/1', webhook_method: 'PUT' };
    const made = await admin('POST', '/v1/customers', make);
    assert.match(String(made.body['webhook_secret']), /^whsec_/);
    const path = `/v1/customers/${id(made)}`;
    const endpoint = `/v1/webhook_endpoints/${String(made.body['webhook_endpoint_id'])}`;
    assert.equal((await admin('GET', endpoint)).body['method'], 'PUT');
    const moved = await admin('PUT', path, { ...make, webhook_uri: 'https://example.com/2' });
    assert.equal(moved.body['webhook_secret'], undefined);
    assert.equal((await admin('GET', endpoint)).body['url'], 'https://example.com/2');
    const bare = await admin('PUT', path, { name: 'Hooked' });
    assert.deepEqual([bare.body['webhook_uri'], bare.body['webhook_method']], ['', '']);
    assert.equal((await admin('GET', endpoint)).status, 404);
    const again = await admin('PUT', path, make);
    assert.match(String(again.body['webhook_secret']), /^whsec_/);
  });

  it('customers see and change themselves', async () => {
    const put = await own('PUT', '/v1/customer', { name: 'Example & Co', email: 'a@example.com' });
    assert.deepEqual([put.body['id'], put.body['name']], [customer.id, 'Example & Co']);
    assert.equal((await own('GET', '/v1/customer')).body['email'], 'a@example.com');
  });

  it('payments are posted once, whatever their key', async () => {
    const path = `/v1/billing_accounts/${customer.account_id}/topup`;
    const payment = { payment_id: 'pay-1', amount: '12.5', detail: 'card' };
    const first = await admin('POST', path, payment);
    assert.deepEqual([first.body['balance'], first.body['available']], ['12.50', '12.50']);
    assert.equal((await admin('POST', path, payment)).body['balance'], '12.50');
    const other = await admin('POST', path, { ...payment, amount: '13' });
    const error = other.body['error'] as { code: string };
    assert.deepEqual([other.status, error.code], [409, 'payment_mismatch']);
    const postings = await own('GET', `/v1/billing_accounts/${customer.account_id}/postings`);
    assert.equal(postings.text.includes(`topup:${customer.account_id}:pay-1`), true);
    assert.equal((await own('POST', path, payment)).status, 403);
    for (const amount of ['0', '0.00', '-1', '1e3', '1.1234567'])
      assert.equal((await admin('POST', path, { ...payment, amount })).status, 400, amount);
  });

  it('providers keep their credentials to themselves', async () => {
    const credentials = { secret: 'sesame-open-1234' };
    const body = { type: 'sandbox', name: 'mine', config: {}, credentials };
    const made = await admin('POST', '/v1/providers', body);
    assert.deepEqual(made.body['credentials'], { secret: '1234' });
    const row = await bench.store.shelves.providers.get('all', id(made));
    assert.equal(JSON.stringify(row).includes('sesame'), false);
    const path = `/v1/providers/${id(made)}`;
    const put = await admin('PUT', path, { name: 'mine', enabled: false });
    assert.deepEqual(put.body['credentials'], { secret: '1234' }, 'left out, they stay');
    const cleared = await admin('PUT', path, { name: 'mine', credentials: {} });
    assert.deepEqual(cleared.body['credentials'], {});
    const wrong = await admin('POST', '/v1/providers', { ...body, config: { base: 1 } });
    const error = wrong.body['error'] as { code: string; param: string };
    assert.deepEqual(
      [wrong.status, error.code, error.param],
      [422, 'provider_config_invalid', '/config/base'],
    );
    const short = await admin('POST', '/v1/providers', { ...body, credentials: { secret: 'x' } });
    assert.equal((short.body['error'] as { param: string }).param, '/credentials/secret');
    assert.equal(
      (await admin('POST', '/v1/providers', { ...body, type: 'carrier_pigeon' })).status,
      400,
    );
  });

  it('routes name providers that stay while they do', async () => {
    const provider = await admin('POST', '/v1/providers', { type: 'sandbox', name: 'routed' });
    const body = {
      name: 'Germany',
      provider_id: id(provider),
      target: '+49',
      price: { rate_per_minute: '0.012' },
    };
    const made = await admin('POST', '/v1/routes', body);
    assert.deepEqual(made.body['price'], {
      currency: 'USD',
      rate_per_minute: '0.012',
      connect_fee: '0.00',
      initial_s: 60,
      increment_s: 60,
    });
    const path = `/v1/routes/${id(made)}`;
    const put = await admin('PUT', path, { ...body, priority: 3, target: 'all' });
    assert.deepEqual([put.body['priority'], put.body['target']], [3, 'all']);
    const list = await admin('GET', `/v1/routes?provider_id=${id(provider)}`);
    assert.equal((list.body['result'] as unknown[]).length, 1);
    assert.equal((await admin('DELETE', `/v1/providers/${id(provider)}`)).status, 409);
    assert.equal((await admin('DELETE', path)).status, 200);
    assert.equal((await admin('DELETE', `/v1/providers/${id(provider)}`)).status, 200);
    const missing = await admin('POST', '/v1/routes', body);
    assert.equal((missing.body['error'] as { param: string }).param, '/provider_id');
    assert.equal((await admin('POST', '/v1/routes', { ...body, target: '49' })).status, 400);
  });

  it('routes are previewed by customers', async () => {
    const destination = { type: 'tel', target: '+4930123456' };
    const { body } = await own('POST', '/v1/routes/preview', { destination, actions: HANGUP });
    const candidates = body['candidates'] as { number: number }[];
    assert.deepEqual(
      candidates.map(({ number }) => number),
      [1, 2, 3],
    );
  });

  it('the sandbox’s memory is open to test keys, its clock only where that is set', async () => {
    assert.equal((await own('GET', '/v1/test/sandbox/dials')).status, 200);
    const locked = await own('POST', '/v1/test/clock/advance', { seconds: 1 });
    assert.equal((locked.body['error'] as { code: string }).code, 'clock_locked');
    const moved: number[] = [];
    const free = await openBench({}, { advance: async (ms) => void moved.push(ms) });
    const reply = await free.send('POST', '/v1/test/clock/advance', { body: { seconds: 1.5 } });
    assert.equal(reply.status, 200);
    assert.deepEqual(moved, [1_500]);
    await free.close();
  });
});

function id({ body }: Reply): string {
  return String(body['id']);
}
