import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AccountId, ActiveflowId, CallId, CustomerId } from '../../kernel/brand.ts';
import { id, unitOf } from '../conformance/store_rows.ts';
import { recorded, type Recording } from '../recording.ts';
import { type ApiBench, openBench } from './api_bench.ts';

const FLOW = [
  { id: 'hello', type: 'talk', option: { text: 'Hello ${name}, ${api_token}' } },
  { id: 'ask', type: 'digits_receive' },
  { id: 'bye', type: 'talk', option: { text: 'Bye' } },
];
const TOLD = 'accepted; answered; media 2000; digits=1 700; media 900; ended normal';
const VARIABLES = { name: 'Ada', api_token: 's3cr3t-value' };

/** Stores a recording as the engine would have, event by event. */
async function store({ store: { legs } }: ApiBench, { leg, events }: Recording): Promise<void> {
  for (const [place, event] of events.entries()) {
    const unit = unitOf({ ...leg, version: place + 1 }, { event, expected_version: place });
    assert.equal(await legs.commit(unit), 'committed');
  }
}

describe('what a run did', () => {
  let bench: ApiBench;
  let key: string;
  let path: string;
  let call_id: CallId;
  before(async () => {
    bench = await openBench();
    const { key: made, id: customer_id, account_id } = await bench.customer('Example');
    key = made;
    call_id = id();
    const activeflow_id = id() as ActiveflowId;
    const who = { customer_id: customer_id as CustomerId, account_id: account_id as AccountId };
    const facts = { id: call_id, activeflow_id, ...who };
    await store(bench, recorded(FLOW, TOLD, { facts, variables: VARIABLES }));
    path = `/v1/activeflows/${activeflow_id}/trace`;
  });
  after(() => bench.close());
  const get = (query = '', from = path) => bench.send('GET', `${from}${query}`, { key });

  it('tells what the run did, from its beginning on', async () => {
    const { status, body } = await get();
    assert.equal(status, 200);
    const steps = body['result'] as Record<string, unknown>[];
    assert.deepEqual(
      steps.map(({ number, outcome, duration_ms }) => [number, outcome, duration_ms]),
      [
        [1, 'went_on', 2_000],
        [2, 'went_on', 700],
        [3, 'went_on', 900],
      ],
    );
    assert.deepEqual(
      (steps[0]?.['action'] as { option: { text: string } }).option.text,
      'Hello Ada, ***',
    );
    assert.deepEqual([body['exact'], body['not_reached'], body['next_page_token']], [true, [], '']);
  });
  it('is told page by page', async () => {
    const first = await get('?page_size=2');
    assert.equal((first.body['result'] as unknown[]).length, 2);
    const rest = await get(`?page_size=2&page_token=${String(first.body['next_page_token'])}`);
    const [step] = rest.body['result'] as { number: number }[];
    assert.deepEqual([step?.number, rest.body['next_page_token']], [3, '']);
    const beyond = await get(`?page_token=${Buffer.from('99').toString('base64url')}`);
    assert.deepEqual([beyond.status, beyond.body['result']], [200, []]);
    for (const token of ['x', 'MDE', Buffer.from('-1').toString('base64url')])
      assert.equal((await get(`?page_token=${token}`)).status, 400, token);
  });
  it('is compared with what a changed flow would have done', async () => {
    const flow = async (actions: object[]) => {
      const made = await bench.send('POST', '/v1/flows', { key, body: { name: 'f', actions } });
      return `/v1/flows/${String(made.body['id'])}/replay`;
    };
    const replay = async (at: string, body: unknown = { call_id }) =>
      bench.send('POST', at, { key, body });
    const same = await replay(await flow(FLOW));
    assert.deepEqual(
      [same.status, same.body['same'], same.body['first_difference']],
      [200, true, null],
    );
    const other = await replay(await flow([...FLOW.slice(0, 2), { id: 'end', type: 'hangup' }]));
    const { first_difference, before: was, after: is } = other.body as Record<string, unknown>;
    assert.deepEqual([other.body['same'], first_difference], [false, 2]);
    const told = (run: unknown) => {
      const { steps, ended_because } = run as {
        steps: { action: { id: string } }[];
        ended_because: string;
      };
      return [ended_because, ...steps.map(({ action }) => action.id)];
    };
    assert.deepEqual(told(was), ['finished', 'hello', 'ask', 'bye']);
    assert.deepEqual(told(is), ['finished', 'hello', 'ask', 'end']);
    assert.ok(!other.text.includes('s3cr3t'));
    const path_of_flow = await flow(FLOW);
    const nobody = { call_id: '0190a3c4-7b1e-7c00-8000-0123456789ab' };
    assert.equal((await replay(path_of_flow, nobody)).status, 404);
    const stranger = await bench.customer('Stranger');
    const stolen = { key: stranger.key, body: { call_id } };
    assert.equal((await bench.send('POST', path_of_flow, stolen)).status, 404);
    const own = await bench.send('POST', '/v1/flows', {
      key: stranger.key,
      body: { name: 'own', actions: FLOW },
    });
    const foreign_call = await bench.send(
      'POST',
      `/v1/flows/${String(own.body['id'])}/replay`,
      stolen,
    );
    assert.deepEqual(
      [foreign_call.status, (foreign_call.body['error'] as { param: string }).param],
      [404, '/call_id'],
    );
  });
  it('is nobody else’s', async () => {
    const other = await bench.customer('Other');
    assert.equal((await bench.send('GET', path, { key: other.key })).status, 404);
    assert.equal((await get('', '/v1/activeflows/nonsense/trace')).status, 404);
    const narrow = await bench.key({ role: 'customer', scopes: ['flows:read'] });
    assert.equal((await bench.send('GET', path, { key: narrow })).status, 403);
  });
  it('keeps secrets out of the timeline of the call as well', async () => {
    const { text } = await bench.send('GET', `/v1/calls/${call_id}/events`, { key });
    assert.ok(text.includes('"name":"Ada"') && !text.includes('s3cr3t'));
  });
});
