import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ApiBench, openBench, type Reply } from './api_bench.ts';

const OWN_ID = '019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d10';

describe('/v1/conferences', () => {
  let bench: ApiBench;
  let key: string;
  before(async () => {
    bench = await openBench();
    key = (await bench.customer('Example')).key;
  });
  after(() => bench.close());
  const send = (method: string, path: string, body?: unknown): Promise<Reply> =>
    bench.send(method, `/v1/conferences${path}`, { key, body });

  it('makes one with the defaults of the contract', async () => {
    const { status, body } = await send('POST', '', {});
    assert.equal(status, 201);
    assert.deepEqual(
      [body['status'], body['type'], body['timeout'], body['max_participants']],
      ['starting', 'conference', 86_400, 50],
    );
  });

  it('takes an id of the customer’s choice once, and none of anything else', async () => {
    assert.equal((await send('POST', '', { id: OWN_ID })).body['id'], OWN_ID);
    assert.equal((await send('POST', '', { id: OWN_ID })).status, 409);
    const other = (await bench.customer('Other')).key;
    const taken = await bench.send('POST', '/v1/conferences', { key: other, body: { id: OWN_ID } });
    assert.equal(taken.status, 409);
    const order = {
      source: { type: 'tel', target: '+15005550010' },
      destinations: [{ type: 'tel', target: '+15005550006' }],
      actions: [{ type: 'hangup' }],
    };
    const call = await bench.send('POST', '/v1/calls', { key, body: order });
    const [{ id } = { id: '' }] = call.body['calls'] as { id: string }[];
    assert.equal((await send('POST', '', { id })).status, 409);
  });

  const wrong: readonly (readonly [object, string])[] = [
    [{ max_participants: 0 }, '/max_participants'],
    [{ max_participants: 201 }, '/max_participants'],
    [{ timeout: -1 }, '/timeout'],
    [{ data: { big: 'x'.repeat(20_000) } }, '/data'],
    [{ pre_flow_id: OWN_ID }, '/pre_flow_id'],
    [{ post_flow_id: OWN_ID }, '/post_flow_id'],
    [{ status: 'progressing' }, '/status'],
  ];
  for (const [body, param] of wrong)
    it(`names ${param} when it is wrong`, async () => {
      const reply = await send('POST', '', body);
      assert.equal(reply.status >= 400 && reply.status < 500, true);
      assert.equal((reply.body['error'] as { param: string }).param, param);
    });

  it('is changed, listed and deleted', async () => {
    const id = String((await send('POST', '', { name: 'One', data: { a: 1 } })).body['id']);
    const changed = await send('PUT', `/${id}`, { name: 'Two', max_participants: 3 });
    assert.deepEqual([changed.body['name'], changed.body['max_participants']], ['Two', 3]);
    const listed = async (): Promise<boolean> =>
      ((await send('GET', '')).body['result'] as { id: string }[]).some((each) => each.id === id);
    assert.equal(await listed(), true);
    assert.equal((await send('DELETE', `/${id}`)).body['status'], 'terminated');
    assert.equal(await listed(), false);
    assert.equal((await send('GET', `/${id}`)).status, 404);
  });
});
