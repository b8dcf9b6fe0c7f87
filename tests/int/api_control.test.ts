import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CallId } from '../../kernel/brand.ts';
import { type ApiBench, openBench, type Reply } from './api_bench.ts';
import { attemptOf, ended, moved, unitOf } from '../conformance/store_rows.ts';

const ORDER = {
  source: { type: 'tel', target: '+15005550010' },
  destinations: [{ type: 'tel', target: '+15005550006' }],
  actions: [{ type: 'block' }],
};

/** What is asked, with the body or none, and what it becomes for the engine. */
const ASKED: readonly (readonly [string, string, object | undefined, object])[] = [
  ['POST', 'hold', undefined, { want: 'line', flag: 'hold', on: true }],
  ['DELETE', 'hold', undefined, { want: 'line', flag: 'hold', on: false }],
  ['POST', 'moh', {}, { want: 'line', flag: 'moh', on: true }],
  ['DELETE', 'moh', undefined, { want: 'line', flag: 'moh', on: false }],
  ['POST', 'silence', undefined, { want: 'line', flag: 'silence', on: true }],
  ['DELETE', 'silence', undefined, { want: 'line', flag: 'silence', on: false }],
  ['POST', 'mute', undefined, { want: 'mute', direction: 'both', on: true }],
  ['POST', 'mute', { direction: 'in' }, { want: 'mute', direction: 'in', on: true }],
  ['DELETE', 'mute', { direction: 'out' }, { want: 'mute', direction: 'out', on: false }],
  ['DELETE', 'mute', undefined, { want: 'mute', direction: 'both', on: false }],
  [
    'POST',
    'talk',
    { text: 'Hi' },
    media({ do: 'say', text: 'Hi', language: 'en-US', gender: 'neutral' }, ['say']),
  ],
  [
    'POST',
    'play',
    { stream_urls: ['https://a.example/x.wav'], interrupt: true },
    { ...media({ do: 'play', urls: ['https://a.example/x.wav'] }, ['play']), interrupt: true },
  ],
  [
    'POST',
    'digits',
    { digits: '12#', interval: 0 },
    media({ do: 'send_digits', digits: '12#', duration_ms: 250, interval_ms: 0 }, ['send_digits']),
  ],
  ['POST', 'recording_stop', undefined, { want: 'record_stop' }],
  ['POST', 'continue', { variables: { a: '1' } }, { want: 'continue', variables: { a: '1' } }],
];

function media(instruction: object, needs: readonly string[]): object {
  return { want: 'media', instruction, needs, interrupt: false };
}

describe('live control over the API', () => {
  let bench: ApiBench;
  let key: string;
  let call_id: string;
  const post = (path: string, body?: unknown, headers = {}): Promise<Reply> =>
    bench.send('POST', path, { key, body, headers });
  const codeOf = ({ body }: Reply): unknown => (body['error'] as Record<string, unknown>)['code'];

  before(async () => {
    bench = await openBench();
    ({ key } = await bench.customer('Ann'));
    const placed = await post('/v1/calls', ORDER);
    call_id = (placed.body['calls'] as { id: string }[])[0]?.id ?? '';
  });
  after(() => bench.close());

  it('is refused while the phone rings, with the state named', async () => {
    const { status, body } = await post(`/v1/calls/${call_id}/hold`);
    assert.equal(status, 409);
    const { code, message } = body['error'] as Record<string, string>;
    assert.equal(code, 'call_state');
    assert.match(message ?? '', /dialing/);
  });

  for (const [method, name, body, wish] of ASKED)
    it(`asks the engine: ${method} ${name} ${JSON.stringify(body ?? null)}`, async () => {
      await bench.send(method, `/v1/calls/${call_id}/${name}`, { key, body });
      assert.deepEqual(bench.exchange.wishes.at(-1), wish);
    });

  it('redirects to a stored flow or to actions, and checks both', async () => {
    const path = `/v1/calls/${call_id}/redirect`;
    const actions = [{ type: 'talk', option: { text: 'Hi' } }];
    const flow = await post('/v1/flows', { name: 'f', actions });
    assert.equal((await post(path, { flow_id: flow.body['id'] })).status, 200);
    const wish = bench.exchange.wishes.at(-1);
    assert.ok(wish?.want === 'redirect' && wish.flow_id === flow.body['id']);
    assert.equal((await post(path, { actions })).status, 200);
    const nowhere = { flow_id: '019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d10' };
    assert.equal(codeOf(await post(path, nowhere)), 'flow_not_found');
    const wrong = await post(path, { actions: [{ type: 'goto', option: { target_id: 'no' } }] });
    assert.equal(codeOf(wrong), 'flow_invalid');
    assert.equal(codeOf(await post(path, {})), 'invalid_request');
    assert.equal(codeOf(await post(path, { actions, ...nowhere })), 'invalid_request');
  });

  it('reaches a run by its own id too', async () => {
    const { body } = await bench.send('GET', `/v1/calls/${call_id}`, { key });
    const run = `/v1/activeflows/${String(body['activeflow_id'])}`;
    assert.equal(codeOf(await post(`${run}/continue`)), 'flow_not_blocked');
    const actions = [{ type: 'hangup' }];
    const redirected = await post(`${run}/redirect`, { actions });
    assert.deepEqual([redirected.status, redirected.body['reference_id']], [200, call_id]);
  });

  it('refuses what no call can take, naming the field', async () => {
    const wrong: readonly (readonly [string, object, string])[] = [
      ['mute', { direction: 'up' }, '/direction'],
      ['talk', { text: '   ' }, '/text'],
      ['talk', { text: 'Hi', language: 'not a language' }, '/language'],
      ['play', { stream_urls: [] }, '/stream_urls'],
      ['play', { stream_urls: ['file:///etc/passwd'] }, '/stream_urls/0'],
      ['digits', { digits: '12x' }, '/digits'],
      ['recording_start', { format: 'flac' }, '/format'],
      ['recording_start', { duration: -1 }, '/duration'],
      ['hold', { on: true }, ''],
      ['continue', { variables: { '': 'x' } }, '/variables'],
    ];
    for (const [name, body, param] of wrong) {
      const reply = await post(`/v1/calls/${call_id}/${name}`, body);
      assert.equal(reply.status, 400, name);
      const error = reply.body['error'] as Record<string, string>;
      assert.ok(String(error['param']).startsWith(param), `${name}: ${error['param']}`);
    }
  });

  it('needs the scope to write', async () => {
    const { customer_id } = (await bench.send('GET', `/v1/calls/${call_id}`, { key })).body;
    const reader = await bench.key({
      customer_id: customer_id as never,
      role: 'customer',
      scopes: ['calls:read'],
    });
    const reply = await bench.send('POST', `/v1/calls/${call_id}/hold`, { key: reader });
    assert.deepEqual([reply.status, codeOf(reply)], [403, 'scope_missing']);
  });

  it('says what the carrier does not offer, and that a call is over', async () => {
    const leg = await bench.store.legs.load(call_id as CallId);
    assert.ok(leg !== null);
    const talking = moved(leg, {
      ...{ status: 'progressing', tm_ringing: null, tm_progressing: leg.call.tm_create },
      attempts: [attemptOf(leg.call)],
    });
    assert.equal(await bench.store.legs.commit(unitOf(talking)), 'committed');
    const reply = await post(`/v1/calls/${call_id}/hold`);
    assert.deepEqual([reply.status, codeOf(reply)], [422, 'capability_missing']);
    assert.equal((await post(`/v1/calls/${call_id}/talk`, { text: 'Hi' })).status, 200);
    assert.equal(await bench.store.legs.commit(unitOf(ended(talking))), 'committed');
    const late = await post(`/v1/calls/${call_id}/talk`, { text: 'Hi' });
    assert.deepEqual([late.status, codeOf(late)], [409, 'call_ended']);
  });
});
