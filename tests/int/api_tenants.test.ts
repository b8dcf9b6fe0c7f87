import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CustomerId, Instant, ProviderId } from '../../kernel/brand.ts';
import { OPERATIONS, type Operation } from '../../api/contract.ts';
import { QUEUECALL } from '../../groups/queue_stories.ts';
import { openQueuecall } from '../../groups/queuecall_moves.ts';
import { type ApiBench, openBench, type Reply } from './api_bench.ts';
import { keptRecording } from './recording_rows.ts';

const ORDER = {
  source: { type: 'tel', target: '+15005550010' },
  destinations: [{ type: 'tel', target: '+15005550006' }],
  actions: [{ type: 'hangup' }],
};
const ANN = { username: 'ann', password: 'correct horse' };
const NOBODY = '019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d10';
const BODIES: Readonly<Record<string, unknown>> = {
  ConferenceWrite: { name: 'stolen' },
  TagWrite: { name: 'stolen' },
  AgentWrite: { name: 'stolen' },
  AgentAddresses: { addresses: [] },
  AgentPassword: { password: 'correct horse' },
  AgentPermission: { permission: 16 },
  AgentPresence: { status: 'away' },
  AgentTagIds: { tag_ids: [] },
  QueueWrite: { name: 'stolen' },
  QueueRoutingMethod: { routing_method: 'random' },
  QueueTagIds: { tag_ids: [] },
  CallTransfer: { transfer_type: 'blind', transferee_addresses: ORDER.destinations },
  FlowWrite: { name: 'stolen', actions: [{ type: 'hangup' }] },
  WebhookEndpointWrite: { url: 'https://example.com/stolen' },
  RotateSecret: {},
  CallTalk: { text: 'stolen' },
  CallPlay: { stream_urls: ['https://example.com/stolen.wav'] },
  CallDigits: { digits: '1' },
  FlowRedirect: { actions: [{ type: 'hangup' }] },
  NumberWrite: { name: 'stolen' },
  NumberFlows: { call_flow_id: NOBODY },
  ReplayFlow: { call_id: NOBODY },
  CallerRuleWrite: { action: 'block', pattern: '+49*' },
  ReplayRange: { created_after: '2026-01-01T00:00:00Z' },
};

const SELLER = { type: 'sandbox', name: 'seller' };

describe('what belongs to another customer', () => {
  let bench: ApiBench;
  let alice: string;
  let bob: string;
  /** One id of Alice's for every resource a customer has. */
  const hers = new Map<string, string>();
  before(async () => {
    bench = await openBench();
    const owner = await bench.customer('Alice');
    alice = owner.key;
    bob = (await bench.customer('Bob')).key;
    const made = async (path: string, body: unknown): Promise<Reply> =>
      bench.send('POST', path, { key: alice, body });
    const call = (await made('/v1/calls', ORDER)).body['calls'] as Record<string, string>[];
    hers.set('calls', call[0]?.['id'] ?? '');
    hers.set('activeflows', call[0]?.['activeflow_id'] ?? '');
    hers.set('flows', idIn(await made('/v1/flows', BODIES['FlowWrite'])));
    hers.set('conferences', idIn(await made('/v1/conferences', {})));
    hers.set('groupcalls', idIn(await made('/v1/groupcalls', ORDER)));
    hers.set('tags', idIn(await made('/v1/tags', { name: 'Spanish' })));
    hers.set('agents', idIn(await made('/v1/agents', ANN)));
    hers.set('queues', idIn(await made('/v1/queues', { name: 'Support' })));
    const transferer_call_id = hers.get('calls');
    const transfer = { ...(BODIES['CallTransfer'] as object), transferer_call_id };
    hers.set('transfers', idIn(await made('/v1/transfers', transfer)));
    hers.set('queuecalls', await queuecallOf(bench, owner.id, hers));
    const endpoint = await made('/v1/webhook_endpoints', { url: 'https://example.com/hook' });
    hers.set('webhook_endpoints', idIn(endpoint));
    await bench.send('POST', '/v1/providers', { body: SELLER });
    hers.set('numbers', idIn(await made('/v1/numbers', { number: '+12125550142' })));
    hers.set('caller_rules', idIn(await made('/v1/caller_rules', BODIES['CallerRuleWrite'])));
    hers.set('refused_calls', await refusedCall(bench.store, owner.id));
    const recording = await keptRecording(bench.store, owner.id);
    for (const name of ['recordings', 'recordingfiles']) hers.set(name, recording.id);
    hers.set('accesskeys', idIn(await made('/v1/accesskeys', { name: 'k' })));
    hers.set('billing_accounts', owner.account_id);
    const deliveries = await bench.send('GET', '/v1/webhook_deliveries', { key: alice });
    hers.set('webhook_deliveries', idIn({ body: rows(deliveries)[0] ?? {} }));
  });
  after(() => bench.close());

  const withId = OPERATIONS.filter(
    ({ path, open, admin }) => path.includes('{id}') && !open && !admin,
  );

  it('is asked for with a real id in every case below', () => {
    const resources = new Set(withId.map(resourceOf));
    resources.delete('billings');
    // A conference has parties only while calls talk in it: tests/int/conferences.test.ts.
    resources.delete('conferencecalls');
    for (const name of resources) assert.match(hers.get(name) ?? '', /^[0-9a-f-]{36}$/, name);
  });

  for (const operation of withId)
    it(`answers ${operation.id} like what does not exist, and stays as it is`, async () => {
      const id = hers.get(resourceOf(operation)) ?? NOBODY;
      const body = operation.body_schema === null ? undefined : BODIES[operation.body_schema];
      const ask = (key: string, which: string): Promise<Reply> =>
        bench.send(operation.method.toUpperCase(), operation.path.replace('{id}', which), {
          key,
          body,
        });
      const [foreign, missing] = [await ask(bob, id), await ask(bob, NOBODY)];
      assert.equal(foreign.status, 404);
      assert.equal(masked(foreign), masked(missing));
      assert.equal(masked(await ask(bob, 'no-id-at-all')), masked(missing));
    });

  it('is in no list of theirs, whatever they filter by', async () => {
    const lists = OPERATIONS.filter(
      ({ method, path, open, admin }) => method === 'get' && !open && !admin && !path.includes('{'),
    ).filter(({ id }) => id !== 'streamEvents' && id !== 'getOwnCustomer');
    for (const { path, query } of lists) {
      const filters = [...query.keys()].filter(
        (name) => name.endsWith('_id') && name !== 'customer_id',
      );
      for (const filter of [null, ...filters]) {
        const known = hers.get(`${filter?.replace('_id', '')}s`) ?? hers.get('calls') ?? '';
        const url = filter === null ? path : `${path}?${filter}=${known}`;
        const text = (await bench.send('GET', url, { key: bob })).text;
        for (const id of hers.values()) assert.equal(text.includes(id), false, url);
      }
    }
  });

  it('does not come with a page token of its owner', async () => {
    await bench.send('POST', '/v1/calls', { key: alice, body: ORDER });
    const page = await bench.send('GET', '/v1/calls?page_size=1', { key: alice });
    const token = String(page.body['next_page_token']);
    assert.notEqual(token, '');
    const stolen = await bench.send('GET', `/v1/calls?page_token=${token}`, { key: bob });
    assert.deepEqual(rows(stolen), []);
  });

  it('is not reached by a parent, a query or a body either', async () => {
    const flow_id = hers.get('flows');
    const { source, destinations } = ORDER;
    const call = await bench.send('POST', '/v1/calls', {
      key: bob,
      body: { source, destinations, flow_id },
    });
    assert.equal(call.status, 404);
    const flow = { ...(BODIES['FlowWrite'] as object), on_complete_flow_id: flow_id };
    assert.equal((await bench.send('POST', '/v1/flows', { key: bob, body: flow })).status, 404);
    const customer = (await bench.send('GET', '/v1/customer', { key: alice })).body['id'];
    const asked = await bench.send('GET', `/v1/calls?customer_id=${String(customer)}`, {
      key: bob,
    });
    const nobody = await bench.send('GET', `/v1/calls?customer_id=${NOBODY}`, { key: bob });
    assert.equal(asked.status, 404);
    assert.equal(masked(asked), masked(nobody));
  });

  it('cannot be written into by fields nobody gave away', async () => {
    for (const field of ['customer_id', 'status', 'balance', 'role', 'hangup_reason']) {
      const body = { ...(BODIES['FlowWrite'] as object), [field]: 'x' };
      const reply = await bench.send('POST', '/v1/flows', { key: bob, body });
      assert.equal(reply.status, 400, field);
    }
  });

  it('is still there and untouched', async () => {
    for (const [name, id] of hers)
      assert.equal(
        (await bench.send('GET', `/v1/${name}/${id}`, { key: alice })).status,
        name === 'recordingfiles' ? 307 : 200,
        name,
      );
    const { text } = await bench.send('GET', `/v1/flows/${hers.get('flows')}`, { key: alice });
    assert.equal(text.includes('stolen'), true, 'its own name, which she gave it');
    const endpoint = await bench.send('GET', '/v1/webhook_endpoints', { key: alice });
    assert.equal(endpoint.text.includes('https://example.com/stolen'), false);
    assert.deepEqual(bench.exchange.replayed, []);
  });
});

async function refusedCall(store: ApiBench['store'], customer_id: string): Promise<string> {
  const id = '019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d77';
  const at = Date.now() as Instant;
  await store.arrivals.note({
    id,
    customer_id: customer_id as CustomerId,
    provider_id: NOBODY as ProviderId,
    source: '+4930111',
    destination: '+12125550142',
    ...{ reason: 'blocked', sip_code: 603, q850: 21, leg_ref: 'leg', count: 1 },
    ...{ tm_create: at, tm_update: at },
  });
  return id;
}

function resourceOf({ path }: Operation): string {
  return path.split('/')[2] ?? '';
}

/** Alice's call, in her queue. */
async function queuecallOf(
  { exchange }: ApiBench,
  customer_id: string,
  hers: ReadonlyMap<string, string>,
): Promise<string> {
  const id = '019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d11';
  const known = {
    ...QUEUECALL,
    ...{ id, customer_id },
    ...{ parent_id: hers.get('queues'), reference_id: hers.get('calls') },
    activeflow_id: hers.get('activeflows'),
  };
  await exchange.openGroup(openQueuecall(known as typeof QUEUECALL));
  return id;
}

function idIn({ body }: { readonly body: Readonly<Record<string, unknown>> }): string {
  return String(body['id']);
}

function rows({ body }: Reply): Record<string, unknown>[] {
  return body['result'] as Record<string, unknown>[];
}

/** An answer without what is different in every answer. */
function masked({ status, text, headers }: Reply): string {
  const id = headers.get('x-request-id') ?? '';
  return `${status} ${text.replaceAll(id, '')}`;
}
