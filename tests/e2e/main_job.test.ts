/** The main job over HTTP, and what customers meet beside it. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { codeOf, type BillingJson, type CallJson, type Json } from './api_client.ts';
import type { DeliveryJson, DialJson, PlacedJson, PostingJson } from './api_client.ts';
import { callTo, makeTenant, quickSettings, type Tenant } from './harness.ts';
import { openStream } from './event_stream.ts';
import { gather, settled } from './evidence.ts';
import { broken } from './invariants.ts';
import { newServer, within, type TandemServer } from './tandem_process.ts';
import { startSink, type WebhookSink } from './webhook_sink.ts';

/** Far less than the half hour that goes by on the test clock; busy machines take seconds. */
const SOON_MS = 20_000;
const CALLEE = '+493012345678';
const COLLEAGUE = '+12125550123';
/** Fails over, rings, is answered, presses 1, is put through to a colleague, hangs up. */
const MAIN_JOB = callTo(CALLEE, {
  actions: [
    { type: 'talk', option: { text: 'Press 1.' } },
    { type: 'digits_receive', option: { length: 1, duration: 5_000 } },
    { type: 'connect', option: { destinations: [{ type: 'tel', target: COLLEAGUE }] } },
    { type: 'hangup' },
  ],
  sandbox: {
    ring_ms: 50,
    answer_ms: 200,
    talk_ms: 4_500,
    dtmf: '1',
    by_provider: { 'sandbox-cheap': { final_code: 503 } },
  },
});

describe('the main job, over HTTP', () => {
  let server: TandemServer;
  let sink: WebhookSink;
  let tenant: Tenant;
  before(async () => {
    sink = await startSink();
    server = await newServer(quickSettings());
    await server.start();
  });
  beforeEach(async () => {
    tenant = await makeTenant({ url: () => server.url, sink });
  });
  after(async () => {
    await server?.end();
    await sink?.stop();
  });

  const place = async (body: Json): Promise<CallJson> => {
    const { calls } = await tenant.client.post<PlacedJson>('/v1/calls', body);
    assert.ok(calls[0] !== undefined);
    return calls[0];
  };
  const over = (id: string) =>
    sink.until(({ type, subject }) => type === 'call_hangup' && subject === id);

  it('fails over, talks, connects, hangs up, tells and charges', async () => {
    const { id } = await place(MAIN_JOB);
    await over(id);
    await settled(tenant.client, 10_000);
    const call = await tenant.client.get<CallJson>(`/v1/calls/${id}`);
    const [first, second, ...more] = call.attempts;
    assert.deepEqual(more, []);
    assert.deepEqual(
      [first?.provider_name, first?.hangup_reason, first?.sip_code],
      ['sandbox-cheap', 'failed', 503],
    );
    assert.equal(second?.provider_name, 'sandbox-fair');
    assert.deepEqual([call.hangup_by, call.hangup_reason], ['remote', 'normal']);
    assert.equal(call.chained_call_ids.length, 1);
    const told = sink.hooks.filter(({ subject }) => subject === id);
    assert.deepEqual(
      told.map(({ type, sequence, data }) => [type, sequence, data['status']]),
      [
        ['call_created', 1, 'dialing'],
        ['call_updated', 2, 'ringing'],
        ['call_updated', 3, 'progressing'],
        ['call_updated', 4, 'hangup'],
        ['call_hangup', 5, 'hangup'],
      ],
    );
    const mine = { ...sink, hooks: sink.hooks.filter((hook) => isOf(hook.data, tenant)) };
    assert.deepEqual(broken(await gather(tenant, mine)), []);
    const postings = await tenant.client.all<PostingJson>(
      `/v1/billing_accounts/${tenant.account_id}/postings`,
    );
    assert.ok(postings.some(({ entry_id }) => entry_id === `charge:${id}`));
    const billings = await tenant.client.all<BillingJson>(`/v1/billings?reference_id=${id}`);
    assert.deepEqual([billings.length, billings[0]?.amount], [1, call.amount]);
  });

  it("answers a stranger's ids like ids that do not exist", async () => {
    const { id } = await place(callTo(CALLEE, { sandbox: { talk_ms: 100 } }));
    const stranger = await makeTenant({ url: () => server.url, sink });
    const paths = ['', '/events', '/attempts'].map((end) => [`/v1/calls/${id}${end}`, 'GET']);
    const others = [
      [`/v1/calls/${id}/hangup`, 'POST'],
      [`/v1/webhook_endpoints/${tenant.endpoint_id}`, 'GET'],
      [`/v1/billing_accounts/${tenant.account_id}`, 'GET'],
      [`/v1/billing_accounts/${tenant.account_id}/postings`, 'GET'],
    ];
    for (const [path = '', method = ''] of [...paths, ...others]) {
      const known = path.match(/[0-9a-f-]{36}/)?.[0] ?? '';
      const theirs = await stranger.client.ask(path, { method });
      const nobodys = await stranger.client.ask(path.replace(known, randomUUID()), { method });
      assert.deepEqual([theirs.status, codeOf(theirs)], [404, 'not_found'], path);
      const plain = (text: string): string => text.replace(/"request_id":"[^"]*"/, '');
      assert.equal(plain(theirs.text), plain(nobodys.text));
    }
    const list = await stranger.client.all<DialJson>(`/v1/test/sandbox/dials?call_id=${id}`);
    assert.deepEqual(list, []);
  });

  it('refuses calls that the account cannot pay, and dials nothing', async () => {
    const poor = await makeTenant({ url: () => server.url, sink, top_up: '0' });
    const answer = await poor.client.ask('/v1/calls', { method: 'POST', body: callTo(CALLEE) });
    assert.deepEqual([answer.status, codeOf(answer)], [402, 'insufficient_balance']);
    assert.deepEqual(await poor.client.all('/v1/calls'), []);
    assert.deepEqual(await poor.client.all('/v1/test/sandbox/dials'), []);
  });

  it('places what it can and says of each other destination why not', async () => {
    const targets = [CALLEE, '+15005550001', '+15005550002', '+15005550003', '+15005550004'];
    const destinations = targets.map((target) => ({ type: 'tel', target }));
    const body = { ...callTo(CALLEE, { sandbox: { talk_ms: 100 } }), destinations };
    const { calls, errors } = await tenant.client.post<PlacedJson>('/v1/calls', body);
    assert.equal(calls.length, 1);
    assert.deepEqual(
      errors.map(({ index, error }) => [index, error.code]),
      [
        [1, 'number_invalid'],
        [2, 'number_not_routable'],
        [3, 'country_not_enabled'],
        [4, 'number_blocked'],
      ],
    );
    assert.equal((await tenant.client.all('/v1/calls')).length, 1);
  });

  it('ends a call at its longest talk, half an hour away, by the test clock', async () => {
    const wait = { type: 'sleep', option: { duration: 3_600_000 } };
    const sandbox = { ring_ms: 0, answer_ms: 10 };
    const { id } = await place(callTo(CALLEE, { sandbox, max_duration: 1_800, actions: [wait] }));
    await sink.until(({ subject, data }) => subject === id && data['status'] === 'progressing');
    await tenant.client.post('/v1/test/clock/advance', { seconds: 1_800 });
    const { data } = await within(SOON_MS, over(id), 'the call did not end');
    assert.deepEqual([data['hangup_by'], data['hangup_reason']], ['local', 'timeout']);
    const [billing] = await tenant.client.all<BillingJson>(`/v1/billings?reference_id=${id}`);
    assert.equal(billing?.billed_s, 1_800);
  });

  it('streams what happens, and resumes after the last event that was heard', async () => {
    const stream = await openStream(tenant.client);
    const { id } = await place(callTo(CALLEE, { sandbox: { talk_ms: 100, answer_ms: 50 } }));
    await stream.until(({ event, data }) => event === 'call_hangup' && data['id'] === id);
    await stream.close();
    const heard = stream.events.filter(({ data }) => data['id'] === id);
    assert.deepEqual(
      heard.map(({ body }) => body['sequence']),
      heard.map((_each, place) => place + 1),
    );
    const second = heard[1]?.id ?? '';
    const resumed = await openStream(tenant.client, second);
    await resumed.until(({ event, data }) => event === 'call_hangup' && data['id'] === id);
    await resumed.close();
    const again = new Set(resumed.events.map(({ body }) => body['id']));
    const missed = heard.slice(2).filter(({ body }) => !again.has(body['id']));
    assert.deepEqual(missed, []);
  });

  it('logs deliveries and replays them with the same id and body', async () => {
    const { id } = await place(callTo(CALLEE, { sandbox: { talk_ms: 100, answer_ms: 50 } }));
    await over(id);
    await settled(tenant.client, 10_000);
    const path = `/v1/webhook_deliveries?reference_id=${id}&event_type=call_hangup`;
    const [row] = await tenant.client.all<DeliveryJson>(path);
    assert.ok(row !== undefined);
    assert.deepEqual([row.status, row.last_status_code], ['delivered', 204]);
    const came = sink.hooks.filter((hook) => hook.id === row.event_id);
    await tenant.client.post(`/v1/webhook_deliveries/${row.id}/replay`, undefined);
    const count = sink.hooks.length;
    const again = await sink.until((hook) => {
      return hook.id === row.event_id && (sink.hooks.indexOf(hook) >= count || hook !== came[0]);
    });
    assert.deepEqual([again.body, again.wrong], [came[0]?.body, '']);
    await settled(tenant.client, 10_000);
    const kept = await tenant.client.get(`/v1/webhook_deliveries/${row.id}`);
    const tries = kept['tries'] as Json[];
    assert.deepEqual(
      tries.map((made) => made['trigger']),
      ['first', 'manual'],
    );
  });
});

function isOf(data: Readonly<Record<string, unknown>>, { customer_id }: Tenant): boolean {
  return data['customer_id'] === customer_id;
}
