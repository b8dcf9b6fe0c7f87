import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ApiBench, openBench } from './api_bench.ts';

const ID = '0190a3c4-7b1e-7c00-8000-0123456789ab';
const tel = (target: string) => ({ type: 'tel', target });
const SOURCE = tel('+15005550010');
const DESTINATIONS = [tel('+15005550006')];
const NAMED = { ...SOURCE, target_name: 'Ada', name: 'Ada', detail: 'at home' };
const ACTION = { type: 'talk', option: { text: 'Hello' } };
const GIVEN = [{ id: 'a', next_id: '00000000-0000-0000-0000-000000000000', ...ACTION }];

/** What VoIPBIN's clients send for calls, flows and activeflows, in their shapes. */
const REQUESTS: readonly (readonly [string, string, string, object | null, number])[] = [
  [
    'a call with a flow',
    'POST',
    '/calls',
    { source: SOURCE, destinations: DESTINATIONS, flow_id: '{flow}' },
    201,
  ],
  [
    'a call with actions',
    'POST',
    '/calls',
    { source: SOURCE, destinations: DESTINATIONS, actions: [ACTION] },
    201,
  ],
  [
    'a call with its parties in full',
    'POST',
    '/calls',
    { source: NAMED, destinations: [{ ...NAMED, ...DESTINATIONS[0] }], actions: GIVEN },
    201,
  ],
  [
    'a call with variables',
    'POST',
    '/calls',
    {
      source: SOURCE,
      destinations: DESTINATIONS,
      actions: [ACTION],
      variables: { tier: 'gold', 'voipbin.call.id': 'x' },
    },
    201,
  ],
  ['its calls', 'GET', '/calls?page_size=10', null, 200],
  ['a call', 'GET', '/calls/{call}', null, 200],
  ['the end of a call', 'POST', '/calls/{call}/hangup', {}, 200],
  ['a flow', 'POST', '/flows', { name: 'menu', detail: '', actions: GIVEN }, 201],
  [
    'a flow with one that follows',
    'POST',
    '/flows',
    { name: 'menu', detail: 'x', actions: [ACTION], on_complete_flow_id: '{flow}' },
    201,
  ],
  [
    'a flow that none follows',
    'POST',
    '/flows',
    {
      name: 'menu',
      detail: '',
      actions: [ACTION],
      on_complete_flow_id: '00000000-0000-0000-0000-000000000000',
    },
    201,
  ],
  [
    'another flow in its place',
    'PUT',
    '/flows/{flow}',
    { name: 'new', detail: '', actions: GIVEN },
    200,
  ],
  ['its flows', 'GET', '/flows?page_size=10', null, 200],
  ['a flow by its id', 'GET', '/flows/{flow}', null, 200],
  ['a run of actions', 'POST', '/activeflows', { id: ID, actions: [ACTION] }, 201],
  ['a run of a flow', 'POST', '/activeflows', { flow_id: '{flow}' }, 201],
  ['its runs', 'GET', '/activeflows?page_size=10', null, 200],
  ['a run', 'GET', `/activeflows/${ID}`, null, 200],
  ['the end of a run', 'POST', `/activeflows/${ID}/stop`, {}, 200],
  ['a flow taken away', 'DELETE', '/flows/{flow}', null, 200],
];

describe('a client of VoIPBIN may ask for', () => {
  let bench: ApiBench;
  let key: string;
  const names: Record<string, string> = {};
  before(async () => {
    bench = await openBench();
    key = (await bench.customer('Example')).key;
    const flow = await bench.send('POST', '/v1/flows', {
      key,
      body: { name: 'f', actions: [ACTION] },
    });
    names['flow'] = String(flow.body['id']);
    const order = { source: SOURCE, destinations: DESTINATIONS, actions: [ACTION] };
    const placed = await bench.send('POST', '/v1/calls', { key, body: order });
    const [call] = placed.body['calls'] as { id: string }[];
    names['call'] = String(call?.id);
  });
  after(() => bench.close());
  const filled = (text: string): string =>
    text.replaceAll(/\{(flow|call)\}/g, (_place, name: string) => names[name] ?? '');

  for (const [what, method, path, body, status] of REQUESTS)
    it(what, async () => {
      const sent =
        body === null ? {} : { body: JSON.parse(filled(JSON.stringify(body))) as unknown };
      // Their base URL has this version, and their key is a parameter.
      const at = `/v1.0${filled(path)}${path.includes('?') ? '&' : '?'}accesskey=${key}`;
      const reply = await bench.send(method, at, { key: null, ...sent });
      assert.equal(reply.status, status, reply.text);
    });
});
