import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import type { CustomerId } from '../../kernel/brand.ts';
import { type ApiBench, openBench, type Reply } from './api_bench.ts';

const ORDER = {
  source: { type: 'tel', target: '+15005550010' },
  destinations: [{ type: 'tel', target: '+15005550006' }],
  actions: [{ type: 'hangup' }],
};

describe('customers', () => {
  let bench: ApiBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());

  const admin = (method: string, path: string, body?: unknown): Promise<Reply> =>
    bench.send(method, path, { body });

  it('take their live calls, their keys and their accounts along', async () => {
    const { id, key, account_id } = await bench.customer('Leaving');
    const placed = await bench.send('POST', '/v1/calls', { key, body: ORDER });
    const [call] = placed.body['calls'] as { id: string }[];
    assert.equal((await admin('DELETE', `/v1/customers/${id}`)).status, 200);
    assert.deepEqual(bench.exchange.hung_up, [call?.id]);
    assert.equal((await bench.send('GET', '/v1/calls', { key })).status, 401);
    const [account] = await bench.store.shelves.accounts.all(id as CustomerId);
    assert.equal(account, undefined, `${account_id} holds nothing for new calls`);
    assert.equal((await admin('DELETE', `/v1/customers/${id}`)).status, 404);
  });

  it('that are gone can be read, and written to no more', async () => {
    const { id, account_id } = await bench.customer('Gone');
    const path = `/v1/billing_accounts/${account_id}`;
    const payment = { payment_id: 'p1', amount: '5' };
    assert.equal((await admin('POST', `${path}/topup`, payment)).status, 200);
    await admin('DELETE', `/v1/customers/${id}`);
    const late = await admin('POST', `${path}/topup`, { payment_id: 'p2', amount: '5' });
    assert.deepEqual([late.status, errorOf(late).code], [409, 'customer_deleted']);
    assert.equal((await admin('GET', path)).body['balance'], '5.00');
    assert.equal((await admin('GET', `${path}/postings`)).status, 200);
    assert.equal((await admin('GET', `/v1/calls?customer_id=${id}`)).status, 200);
    const flow = { name: 'late', actions: [{ type: 'hangup' }] };
    for (const [at, body] of [
      ['calls', ORDER],
      ['flows', flow],
      ['accesskeys', { name: 'k' }],
    ]) {
      const reply = await admin('POST', `/v1/${String(at)}?customer_id=${id}`, body);
      assert.deepEqual([reply.status, errorOf(reply).param], [404, 'customer_id'], String(at));
    }
  });

  it('each name their payments as they like', async () => {
    const [one, other] = [await bench.customer('One'), await bench.customer('Other')];
    const pay = (account_id: string, amount: string): Promise<Reply> =>
      admin('POST', `/v1/billing_accounts/${account_id}/topup`, { payment_id: 'same', amount });
    assert.equal((await pay(one.account_id, '1')).body['balance'], '1.00');
    assert.equal((await pay(other.account_id, '2')).body['balance'], '2.00');
    assert.equal((await pay(one.account_id, '1')).body['balance'], '1.00');
    assert.equal(errorOf(await pay(one.account_id, '2')).code, 'payment_mismatch');
  });

  it('have no webhook_uri any more once its endpoint is deleted', async () => {
    const made = await admin('POST', '/v1/customers', {
      name: 'Hooked',
      webhook_uri: 'https://example.com/1',
    });
    const path = `/v1/customers/${String(made.body['id'])}`;
    const endpoint = `/v1/webhook_endpoints/${String(made.body['webhook_endpoint_id'])}`;
    assert.equal((await admin('DELETE', endpoint)).status, 200);
    const now = (await admin('GET', path)).body;
    assert.deepEqual(
      [now['webhook_uri'], now['webhook_method'], now['webhook_endpoint_id']],
      ['', '', '00000000-0000-0000-0000-000000000000'],
    );
    const again = await admin('PUT', path, {
      name: 'Hooked',
      webhook_uri: 'https://example.com/1',
    });
    assert.match(String(again.body['webhook_secret']), /^whsec_/);
  });

  it('keep their webhook_uri when another endpoint is deleted', async () => {
    const made = await admin('POST', '/v1/customers', {
      name: 'Hooked twice',
      webhook_uri: 'https://example.com/1',
    });
    const id = String(made.body['id']);
    const body = { url: 'https://example.com/2' };
    const second = await admin('POST', `/v1/webhook_endpoints?customer_id=${id}`, body);
    await admin('DELETE', `/v1/webhook_endpoints/${String(second.body['id'])}`);
    const now = (await admin('GET', `/v1/customers/${id}`)).body;
    assert.equal(now['webhook_uri'], 'https://example.com/1');
  });
});

describe('who asks', () => {
  let bench: ApiBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());

  it('shows one key, not two', async () => {
    const [one, other] = [await bench.customer('One'), await bench.customer('Other')];
    const path = `/v1/calls?accesskey=${one.key}&accesskey=${other.key}`;
    const reply = await bench.send('GET', path, { key: null });
    assert.deepEqual([reply.status, errorOf(reply).param], [400, 'accesskey']);
    assert.equal(reply.text.includes(one.key), false);
  });

  it('sends one object, and is told so in the same words everywhere', async () => {
    const paths = ['calls', 'flows', 'customers', 'accesskeys'];
    for (const path of paths)
      for (const body of ['[]', '"text"', 'null', '5', 'true']) {
        const reply = await bench.send('POST', `/v1/${path}`, { body });
        const { code, message } = errorOf(reply);
        assert.deepEqual(
          [reply.status, code, message],
          [400, 'invalid_request', 'the body must be a JSON object'],
          `${path} ${body}`,
        );
      }
    const nobody = '/v1/calls/019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d10/hangup';
    const reply = await bench.send('POST', nobody, { body: '[]' });
    assert.equal(errorOf(reply).message, 'the body must be a JSON object');
  });

  it('hears nothing more from the moment another node tells that the key is gone', async (t) => {
    // No heartbeat comes: only the news can end the stream.
    t.mock.timers.enable({ apis: ['setInterval'] });
    const { id, key } = await bench.customer('Revoked');
    const headers = { authorization: `Bearer ${key}` };
    const asked = get(`${bench.url}/v1/events`, { headers });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const ended = once(response.resume(), 'end');
    const { keys } = bench.store.shelves;
    for (const row of await keys.all(id as CustomerId))
      await keys.remove(row.customer_id, row.id, row.tm_create);
    bench.exchange.news('keys');
    await ended;
  });
});

function errorOf({ body }: Reply): { code: string; param: string; message: string } {
  return body['error'] as ReturnType<typeof errorOf>;
}
