import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CustomerId, GroupId } from '../../kernel/brand.ts';
import { QUEUECALL } from '../../groups/queue_stories.ts';
import { openQueuecall } from '../../groups/queuecall_moves.ts';
import { type ApiBench, openBench, type Reply } from './api_bench.ts';

const HOLD = { name: 'Hold', actions: [{ type: 'talk', option: { text: 'Please hold' } }] };
const SOMEBODY = [{ type: 'tel', target: '+15005550006' }];

describe('queues and transfers', () => {
  let bench: ApiBench;
  let customer: { id: string; key: string };
  before(async () => {
    bench = await openBench();
    customer = await bench.customer('Example');
  });
  after(() => bench.close());
  const own = (method: string, path: string, body?: unknown): Promise<Reply> =>
    bench.send(method, path, { key: customer.key, body });
  const codeOf = ({ status, body }: Reply): [number, string, string] => {
    const { code, param } = body['error'] as { code: string; param: string };
    return [status, code, param];
  };

  it('are made, replaced, and deleted', async () => {
    const wait_flow_id = String((await own('POST', '/v1/flows', HOLD)).body['id']);
    const tag = String((await own('POST', '/v1/tags', { name: 'Spanish' })).body['id']);
    const made = await own('POST', '/v1/queues', { name: 'Support', wait_flow_id, tag_ids: [tag] });
    assert.equal(made.status, 201);
    assert.deepEqual(
      [made.body['routing_method'], made.body['ring_timeout'], made.body['wait_flow_id']],
      ['random', 30_000, wait_flow_id],
    );
    const path = `/v1/queues/${String(made.body['id'])}`;
    const put = await own('PUT', path, { name: 'Sales', wait_timeout: 60_000 });
    assert.deepEqual(
      [put.body['name'], put.body['tag_ids'], put.body['wait_timeout']],
      ['Sales', [], 60_000],
    );
    const tagged = await own('PUT', `${path}/tag_ids`, { tag_ids: [tag] });
    assert.deepEqual(tagged.body['tag_ids'], [tag]);
    const routed = await own('PUT', `${path}/routing_method`, { routing_method: 'round_robin' });
    assert.equal(routed.body['routing_method'], 'round_robin');
    assert.equal((await own('GET', path)).body['name'], 'Sales');
    assert.deepEqual((await own('GET', `${path}/statistics`)).body['service_level_percent'], null);
    assert.equal((await own('GET', '/v1/queues')).text.includes(path.slice(11)), true);
    assert.notEqual((await own('DELETE', path)).body['tm_delete'], null);
    assert.equal((await own('GET', `${path}/statistics`)).status, 404);
  });

  it('have flows and tags of their own', async () => {
    const { key } = await bench.customer('Other');
    const theirs = async (path: string, body: object): Promise<string> =>
      String((await bench.send('POST', path, { key, body })).body['id']);
    const flow = await own('POST', '/v1/queues', {
      name: 'x',
      wait_flow_id: await theirs('/v1/flows', HOLD),
    });
    assert.deepEqual(codeOf(flow), [404, 'flow_not_found', '/wait_flow_id']);
    const tag_ids = [await theirs('/v1/tags', { name: 'x' })];
    const tag = await own('POST', '/v1/queues', { name: 'x', tag_ids });
    assert.deepEqual(codeOf(tag), [404, 'tag_not_found', '/tag_ids/0']);
    const long = await own('POST', '/v1/queues', { name: 'x', wait_timeout: -1 });
    assert.deepEqual(codeOf(long), [400, 'invalid_request', '/wait_timeout']);
  });

  it('show their calls, which can be taken out by either id', async () => {
    const queue = String((await own('POST', '/v1/queues', { name: 'Support' })).body['id']);
    const call = '019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d10';
    const ids = ['11', '12', '13'].map((n) => `019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2e${n}`);
    for (const [n, id] of ids.entries()) {
      const tm_create = (QUEUECALL.tm_create + n) as typeof QUEUECALL.tm_create;
      const draft = { ...QUEUECALL, parent_id: queue as GroupId, reference_id: call as never };
      const whose = { id: id as GroupId, customer_id: customer.id as CustomerId, tm_create };
      const activeflow_id = call as never;
      await bench.exchange.openGroup(openQueuecall({ ...draft, ...whose, activeflow_id }));
    }
    const list = await own('GET', `/v1/queuecalls?queue_id=${queue}&status=initiating`);
    const shown = (list.body['result'] as { id: string }[]).map(({ id }) => id);
    assert.deepEqual(shown, ids.toReversed());
    const [first, second, third] = ids;
    assert.equal((await own('POST', `/v1/queuecalls/${first}/kick`)).body['status'], 'kicking');
    assert.equal((await own('POST', `/v1/queuecalls/${first}/kick`)).body['status'], 'kicking');
    const byCall = await own('POST', `/v1/queuecalls/reference_id/${call}/kick`);
    assert.deepEqual([byCall.body['id'], byCall.body['status']], [third, 'kicking']);
    const gone = await own('DELETE', `/v1/queuecalls/${second}`);
    assert.notEqual(gone.body['tm_delete'], null);
    assert.equal((await own('GET', `/v1/queuecalls/${second}`)).status, 404);
    const nobody = '019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d99';
    assert.equal((await own('POST', `/v1/queuecalls/reference_id/${nobody}/kick`)).status, 404);
  });

  it('transfer calls of their own', async () => {
    const order = { source: SOMEBODY[0], destinations: SOMEBODY, actions: [{ type: 'hangup' }] };
    const placed = (await own('POST', '/v1/calls', order)).body['calls'] as { id: string }[];
    const transferer_call_id = placed[0]?.id ?? '';
    const how = { transfer_type: 'attended', transferee_addresses: SOMEBODY };
    const made = await own('POST', '/v1/transfers', { ...how, transferer_call_id });
    assert.deepEqual([made.status, made.body['status']], [201, 'initiating']);
    const path = `/v1/transfers/${String(made.body['id'])}`;
    assert.equal((await own('GET', path)).text, made.text);
    const same = await own('POST', `/v1/calls/${transferer_call_id}/transfer`, how);
    assert.equal(same.status, 201);
    const query = `/v1/transfers?transferer_call_id=${transferer_call_id}`;
    assert.equal(((await own('GET', query)).body['result'] as unknown[]).length, 2);
    const { key } = await bench.customer('Stranger');
    const body = { ...how, transferer_call_id };
    const foreign = await bench.send('POST', '/v1/transfers', { key, body });
    assert.deepEqual(codeOf(foreign), [404, 'not_found', '/transferer_call_id']);
    const none = await own('POST', '/v1/transfers', { ...body, transferee_addresses: [] });
    assert.deepEqual(codeOf(none), [400, 'invalid_request', '/transferee_addresses']);
  });
});
