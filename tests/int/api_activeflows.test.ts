import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ApiBench, openBench, type Reply } from './api_bench.ts';

const ID = '0190a3c4-7b1e-7c00-8000-0123456789ab';
const ACTIONS = [{ type: 'sleep', option: { duration: 10 } }];

describe('POST /v1/activeflows', () => {
  let bench: ApiBench;
  let key: string;
  before(async () => {
    bench = await openBench();
    key = (await bench.customer('Example')).key;
  });
  after(() => bench.close());
  const post = (body: unknown, as = key): Promise<Reply> =>
    bench.send('POST', '/v1/activeflows', { key: as, body });

  it('runs a flow without a call, under the id that was asked for', async () => {
    const { status, body } = await post({ id: ID, actions: ACTIONS, variables: { name: 'Ada' } });
    assert.equal(status, 201);
    assert.deepEqual([body['id'], body['reference_type'], body['warnings']], [ID, '', []]);
    assert.deepEqual(bench.exchange.launched.at(-1)?.variables, { name: 'Ada' });
    const got = await bench.send('GET', `/v1/activeflows/${ID}`, { key });
    assert.deepEqual([got.status, got.body['reference_type']], [200, '']);
    const again = await post({ id: ID, actions: ACTIONS });
    assert.equal(again.status, 409);
    assert.equal((again.body['error'] as { param: string }).param, '/id');
  });
  it('warns of what needs a call', async () => {
    const { status, body } = await post({ actions: [{ type: 'talk', option: { text: 'Hi' } }] });
    const [warning] = body['warnings'] as { code: string; pointer: string }[];
    assert.deepEqual([status, warning?.code, warning?.pointer], [201, 'leg_missing', '/actions/0']);
  });
  it('runs a stored flow, and no flow of somebody else', async () => {
    const flow = await bench.send('POST', '/v1/flows', {
      key,
      body: { name: 'f', actions: ACTIONS },
    });
    const made = await post({ flow_id: flow.body['id'] });
    assert.deepEqual([made.status, made.body['flow_id']], [201, flow.body['id']]);
    const other = await bench.customer('Other');
    assert.equal((await post({ flow_id: flow.body['id'] }, other.key)).status, 404);
    // The same id is free for everybody.
    assert.equal((await post({ id: ID, actions: ACTIONS }, other.key)).status, 201);
  });
  it('refuses what is wrong, and names it', async () => {
    const wrong: readonly (readonly [unknown, number, string])[] = [
      [{}, 400, ''],
      [{ actions: ACTIONS, flow_id: ID }, 400, ''],
      [{ actions: [] }, 400, '/actions'],
      [{ actions: ACTIONS, id: 'mine' }, 400, '/id'],
      [{ actions: ACTIONS, source: 'x' }, 400, '/source'],
      [
        { actions: [{ type: 'goto', option: { target_id: 'x' } }] },
        422,
        '/actions/0/option/target_id',
      ],
      [{ actions: ACTIONS, variables: { a: 'é'.repeat(20_000) } }, 400, '/variables/a'],
    ];
    for (const [body, status, param] of wrong) {
      const reply = await post(body);
      const error = reply.body['error'] as { param: string };
      assert.deepEqual([reply.status, error.param], [status, param]);
    }
    const reader = await bench.key({ role: 'customer', scopes: ['activeflows:read'] });
    assert.equal((await post({ actions: ACTIONS }, reader)).status, 403);
  });
  it('is no call', async () => {
    const { body } = await bench.send('GET', '/v1/calls', { key });
    assert.ok((body['result'] as { type: string }[]).every(({ type }) => type !== 'bare'));
  });
});
