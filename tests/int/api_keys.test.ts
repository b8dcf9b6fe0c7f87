import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { OPERATIONS } from '../../api/contract.ts';
import { isPlausible, mintToken } from '../../api/token.ts';
import { systemChance, systemClock } from '../../engine/clock.ts';
import type { CustomerId, Instant } from '../../kernel/brand.ts';
import { type ApiBench, openBench, type Reply } from './api_bench.ts';

describe('a token', () => {
  const chance = systemChance(systemClock());
  it('bears a prefix, 160 bits and a checksum', () => {
    const token = mintToken(chance, false);
    assert.match(token, /^tdm_test_[0-9A-Za-z]{33}$/);
    assert.match(mintToken(chance, true), /^tdm_live_/);
    assert.equal(isPlausible(token), true);
  });
  it('is told from a mistyped one without asking anybody', () => {
    const token = mintToken(chance, true);
    const other = token.at(-1) === 'a' ? 'b' : 'a';
    assert.equal(isPlausible(token.slice(0, -1) + other), false);
    assert.equal(isPlausible(token.replace('live', 'test')), false);
    assert.equal(isPlausible(`${token}0`), false);
  });
});

describe('access keys', () => {
  let bench: ApiBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());

  it('are asked for by every operation that is not open', async () => {
    for (const { open, method, path } of OPERATIONS.filter((each) => !each.open)) {
      assert.equal(open, false);
      const url = path.replaceAll(/\{\w+\}/g, '019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d10');
      for (const key of [null, 'tdm_live_wrong', 'nonsense']) {
        const reply = await bench.send(method.toUpperCase(), url, { key });
        assert.deepEqual([reply.status, code(reply)], [401, 'unauthenticated'], `${method} ${url}`);
      }
    }
  });

  it('are taken from the query as VoIPBIN sends them, and stay out of the log', async () => {
    const { key } = await bench.customer('Query');
    bench.logged.length = 0;
    const reply = await bench.send('GET', `/v1/calls?accesskey=${key}&page_size=1`, { key: null });
    assert.equal(reply.status, 200);
    const old = await bench.send('GET', `/v1.0/calls?accesskey=${key}`, { key: null });
    assert.equal(old.status, 200);
    assert.equal(JSON.stringify(bench.logged).includes(key), false);
  });

  it('are made, shown once, and revoked', async () => {
    const { key } = await bench.customer('Maker');
    const body = { name: 'Server', scopes: ['calls:read'], expire: 3600 };
    const made = await bench.send('POST', '/v1/accesskeys', { key, body });
    assert.equal(made.status, 201);
    const token = made.body['token'] as string;
    assert.equal(token.endsWith(made.body['tail'] as string), true);
    assert.equal(made.body['role'], 'customer');
    assert.equal(made.body['live'], false);
    const path = `/v1/accesskeys/${String(made.body['id'])}`;
    assert.equal((await bench.send('GET', path, { key })).body['token'], undefined);
    assert.equal((await bench.send('GET', '/v1/calls', { key: token })).status, 200);
    assert.equal((await bench.send('DELETE', path, { key })).status, 200);
    assert.equal((await bench.send('GET', '/v1/calls', { key: token })).status, 401);
    const rows = await bench.store.shelves.keys.all('all');
    assert.equal(JSON.stringify(rows).includes(token), false, 'no copy at rest');
  });

  it('do only what their scopes say', async () => {
    const { id } = await bench.customer('Scoped');
    const key = await bench.key({
      customer_id: id as CustomerId,
      role: 'customer',
      scopes: ['calls:read'],
    });
    assert.equal((await bench.send('GET', '/v1/calls', { key })).status, 200);
    const reply = await bench.send('POST', '/v1/flows', { key, body: {} });
    assert.deepEqual([reply.status, code(reply)], [403, 'scope_missing']);
    assert.equal((reply.body['error'] as { param: string }).param, 'flows:write');
  });

  it('grant no more than they may do', async () => {
    const { id } = await bench.customer('Granting');
    const scopes = ['accesskeys:write', 'calls:read'];
    const customer_id = id as CustomerId;
    const key = await bench.key({ customer_id, role: 'customer', live: false, scopes });
    const make = (body: object): Promise<Reply> =>
      bench.send('POST', '/v1/accesskeys', { key, body: { name: 'x', ...body } });
    assert.equal((await make({ scopes: ['calls:read'] })).status, 201);
    assert.equal(code(await make({ scopes: ['calls:write'] })), 'scope_missing');
    assert.equal(code(await make({})), 'scope_missing');
    assert.equal(code(await make({ scopes: ['calls:read'], live: true })), 'role_missing');
  });

  it('stop at their expiry', async () => {
    const key = await bench.key({ tm_expire: (Date.now() - 1) as Instant });
    const reply = await bench.send('GET', '/v1/calls', { key });
    assert.deepEqual([reply.status, code(reply)], [401, 'key_expired']);
  });

  it('of customers do no administrator’s work', async () => {
    const { key } = await bench.customer('Plain');
    for (const { method, path } of OPERATIONS.filter(({ admin }) => admin)) {
      const url = path.replace('{id}', '019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d10');
      const reply = await bench.send(method.toUpperCase(), url, { key });
      assert.deepEqual([reply.status, code(reply)], [403, 'role_missing'], url);
    }
  });

  it('of administrators act for the customer they name', async () => {
    const { id, key } = await bench.customer('Named');
    const body = { name: 'made for them' };
    const made = await bench.send('POST', `/v1/accesskeys?customer_id=${id}`, { body });
    assert.deepEqual([made.body['customer_id'], made.body['role']], [id, 'customer']);
    const own = await bench.send('POST', '/v1/accesskeys', { body });
    assert.equal(own.body['role'], 'admin');
    const nobody = '019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d10';
    const missing = await bench.send('POST', `/v1/accesskeys?customer_id=${nobody}`, { body });
    assert.equal(missing.status, 404);
    const foreign = await bench.send('GET', `/v1/calls?customer_id=${nobody}`, { key });
    assert.equal(foreign.status, 404);
  });

  it('go with their customer', async () => {
    const { id, key } = await bench.customer('Leaving');
    assert.equal((await bench.send('GET', '/v1/calls', { key })).status, 200);
    assert.equal((await bench.send('DELETE', `/v1/customers/${id}`)).status, 200);
    assert.equal((await bench.send('GET', '/v1/calls', { key })).status, 401);
  });
});

describe('rate limits', () => {
  let bench: ApiBench;
  before(async () => {
    bench = await openBench({ rate_limit_per_s: 1 });
  });
  after(() => bench.close());

  it('stop a key that asks too often, but not its hangups, nor other keys', async () => {
    const key = await bench.key({ name: 'noisy' });
    const quiet = await bench.key({ name: 'quiet' });
    const replies: Reply[] = [];
    for (let count = 0; count < 5; count += 1)
      replies.push(await bench.send('GET', '/v1/calls', { key }));
    const last = replies.at(-1) as Reply;
    assert.deepEqual([last.status, code(last)], [429, 'rate_limited']);
    assert.equal(last.headers.get('ratelimit-limit'), '2');
    assert.equal(last.headers.get('ratelimit-remaining'), '0');
    assert.match(last.headers.get('retry-after') ?? '', /^[12]$/);
    const path = '/v1/calls/019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d10/hangup';
    assert.equal((await bench.send('POST', path, { key })).status, 404);
    assert.equal((await bench.send('GET', '/v1/calls', { key: quiet })).status, 200);
  });

  it('stop strangers by address, but not a key that is known', async () => {
    const key = await bench.key({ name: 'known' });
    assert.equal((await bench.send('GET', '/v1/calls', { key })).status, 200);
    const statuses: number[] = [];
    for (let count = 0; count < 25; count += 1)
      statuses.push((await bench.send('GET', '/v1/calls', { key: null })).status);
    assert.equal(statuses[0], 401);
    assert.equal(statuses.at(-1), 429);
    assert.equal((await bench.send('GET', '/v1/calls', { key })).status, 200);
  });
});

function code({ body }: Reply): string {
  return (body['error'] as { code: string }).code;
}
