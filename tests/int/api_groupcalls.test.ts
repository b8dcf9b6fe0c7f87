import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { refusal } from '../../kernel/refusal.ts';
import { type ApiBench, openBench, type Reply } from './api_bench.ts';

const tel = (target: string) => ({ type: 'tel', target });
const TWO = [tel('+15005550006'), tel('+12025550100')];
const ORDER = {
  source: tel('+15005550010'),
  destinations: TWO,
  actions: [{ type: 'talk', option: { text: 'Hello' } }],
};

describe('/v1/groupcalls', () => {
  let bench: ApiBench;
  let key: string;
  before(async () => {
    bench = await openBench();
    key = (await bench.customer('Example')).key;
  });
  after(() => bench.close());
  const send = (method: string, path: string, body?: unknown): Promise<Reply> =>
    bench.send(method, `/v1/groupcalls${path}`, { key, body });

  it('rings all unless it is told otherwise', async () => {
    const { status, body } = await send('POST', '', ORDER);
    assert.equal(status, 201);
    assert.equal(body['status'], 'progressing');
    assert.deepEqual([body['ring_method'], body['answer_method']], ['ring_all', 'hangup_others']);
    assert.equal((body['call_ids'] as unknown[]).length, 2);
    assert.deepEqual([body['call_count'], body['dial_index']], [2, 2]);
    assert.deepEqual(body['warnings'], []);
  });

  it('takes VoIPBIN’s empty words for its defaults', async () => {
    const { body } = await send('POST', '', { ...ORDER, ring_method: '', answer_method: '' });
    assert.deepEqual([body['ring_method'], body['answer_method']], ['ring_all', '']);
  });

  it('rings one after the other', async () => {
    const { body } = await send('POST', '', { ...ORDER, ring_method: 'linear' });
    assert.deepEqual([body['dial_index'], body['call_count']], [1, 1]);
  });

  const wrong: readonly (readonly [object, string])[] = [
    [{ destinations: [] }, '/destinations'],
    [{ destinations: Array.from({ length: 51 }, () => TWO[0]) }, '/destinations'],
    [{ ring_method: 'loud' }, '/ring_method'],
    [{ answer_method: 'none' }, '/answer_method'],
    [{ master_call_id: '019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d10' }, '/master_call_id'],
    [{ actions: [{ type: 'sing' }] }, '/actions/0/type'],
    [{ destinations: [tel('030')] }, '/destinations/0/target'],
  ];
  for (const [change, param] of wrong)
    it(`names ${param} when ${JSON.stringify(change).slice(0, 60)} is wrong`, async () => {
      const { status, body } = await send('POST', '', { ...ORDER, ...change });
      assert.equal(status >= 400 && status < 500, true);
      assert.equal((body['error'] as { param: string }).param, param);
    });

  it('is refused when nobody can be called', async () => {
    bench.exchange.refusals.set('+15005550009', refusal('no_route', '/destinations/0'));
    const { status, body } = await send('POST', '', {
      ...ORDER,
      destinations: [tel('+15005550009')],
    });
    assert.equal(status, 422);
    assert.equal((body['error'] as { code: string }).code, 'no_route');
  });

  it('happens once with an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'once' };
    const ask = () => bench.send('POST', '/v1/groupcalls', { key, body: ORDER, headers });
    const [one, two] = [await ask(), await ask()];
    assert.equal(one.body['id'], two.body['id']);
  });

  it('is listed, by status too, and hung up and deleted', async () => {
    const { body } = await send('POST', '', ORDER);
    const id = String(body['id']);
    const hung = await send('POST', `/${id}/hangup`);
    assert.deepEqual([hung.status, hung.body['status']], [200, 'hangingup']);
    const ids = async (query: string): Promise<unknown[]> =>
      ((await send('GET', query)).body['result'] as { id: unknown }[]).map((each) => each.id);
    assert.deepEqual(await ids('?status=hangingup'), [id]);
    assert.equal((await ids('?status=progressing')).includes(id), false);
    assert.equal((await send('DELETE', `/${id}`)).status, 200);
    assert.equal((await send('GET', `/${id}`)).status, 404);
    assert.deepEqual(await ids('?status=hangingup'), []);
  });
});
