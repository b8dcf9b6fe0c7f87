import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { refusal } from '../../kernel/refusal.ts';
import { type ApiBench, openBench } from './api_bench.ts';

const SOURCE = { type: 'tel', target: '+15005550010' };
const tel = (target: string) => ({ type: 'tel', target });
const ACTIONS = [{ type: 'talk', option: { text: 'Hello' } }, { type: 'hangup' }];
const ORDER = { source: SOURCE, destinations: [tel('+15005550006')], actions: ACTIONS };

describe('POST /v1/calls', () => {
  let bench: ApiBench;
  let key: string;
  before(async () => {
    bench = await openBench();
    key = (await bench.customer('Example')).key;
  });
  after(() => bench.close());
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    bench.send('POST', '/v1/calls', { key, body, headers });

  it('places a call with the defaults of the contract', async () => {
    const { status, body } = await post(ORDER);
    assert.equal(status, 201);
    assert.equal((body['calls'] as unknown[]).length, 1);
    assert.deepEqual([body['groupcalls'], body['errors']], [[], []]);
    const order = bench.exchange.orders.at(-1);
    assert.equal(order?.dial_timeout_ms, 60_000);
    assert.equal(order?.max_duration_ms, 3_600_000);
    assert.equal(order?.early_execution, false);
    assert.equal(order?.test, true);
    assert.deepEqual(
      order?.actions.map(({ type, option }) => [type, option]),
      [
        [
          'talk',
          { text: 'Hello', language: 'en-US', gender: 'neutral', digits_handle: '', async: false },
        ],
        ['hangup', { reason: 'normal' }],
      ],
    );
  });

  it('answers what became of every destination', async () => {
    bench.exchange.refusals.set('+15005550002', refusal('number_not_routable'));
    const destinations = [tel('+15005550002'), tel('+15005550006')];
    const { status, body } = await post({ ...ORDER, destinations });
    assert.equal(status, 201);
    assert.equal((body['calls'] as unknown[]).length, 1);
    const [error] = body['errors'] as { index: number; error: Record<string, unknown> }[];
    assert.equal(error?.index, 0);
    assert.equal(error?.error['code'], 'number_not_routable');
    assert.equal(error?.error['param'], '/destinations/0');
  });

  it('is refused with the first refusal when no destination was taken', async () => {
    bench.exchange.refusals.set('+15005550009', refusal('insufficient_balance'));
    const destinations = [tel('+15005550009'), tel('+15005550002')];
    const { status, body } = await post({ ...ORDER, destinations });
    assert.equal(status, 402);
    assert.equal((body['error'] as { code: string }).code, 'insufficient_balance');
  });

  it('drops variables that are ours and keeps the others', async () => {
    await post({ ...ORDER, variables: { name: 'Zoë', 'voipbin.call.digits': '1', code: 'x' } });
    assert.deepEqual(bench.exchange.orders.at(-1)?.variables, { name: 'Zoë', code: 'x' });
  });

  it('runs a stored flow, and no flow of somebody else', async () => {
    const flow = await bench.send('POST', '/v1/flows', {
      key,
      body: { name: 'f', actions: ACTIONS },
    });
    const flow_id = flow.body['id'];
    const order = { source: SOURCE, destinations: ORDER.destinations, flow_id };
    assert.equal((await post(order)).status, 201);
    assert.equal(bench.exchange.orders.at(-1)?.flow_id, flow_id);
    assert.equal(bench.exchange.orders.at(-1)?.actions.length, 2);
    const other = await bench.customer('Other');
    const stolen = await bench.send('POST', '/v1/calls', { key: other.key, body: order });
    assert.deepEqual([stolen.status, code(stolen)], [404, 'flow_not_found']);
  });

  it('lets test keys alone script the sandbox', async () => {
    const order = {
      ...ORDER,
      sandbox: { ring_ms: 10, by_provider: { cheap: { final_code: 503 } } },
    };
    assert.equal((await post(order)).status, 201);
    const { body } = await bench.send('GET', '/v1/customer', { key });
    const live = await bench.key({ role: 'customer', customer_id: body['id'] as never });
    const refused = await bench.send('POST', '/v1/calls', { key: live, body: order });
    assert.deepEqual([refused.status, code(refused)], [403, 'test_key_required']);
  });

  const wrong: readonly (readonly [string, unknown, number, string, string | null])[] = [
    [
      'a number with spaces',
      { ...ORDER, destinations: [tel('+1 500 555 0006')] },
      400,
      'number_invalid',
      '/destinations/0/target',
    ],
    [
      'a number without a plus',
      { ...ORDER, destinations: [tel('15005550006')] },
      400,
      'number_invalid',
      '/destinations/0/target',
    ],
    ['a bad source', { ...ORDER, source: tel('me') }, 400, 'number_invalid', '/source/target'],
    ['no destination', { ...ORDER, destinations: [] }, 400, 'invalid_request', '/destinations'],
    [
      'too many destinations',
      { ...ORDER, destinations: Array.from({ length: 101 }, () => tel('+15005550006')) },
      400,
      'invalid_request',
      '/destinations',
    ],
    [
      'no source',
      { destinations: ORDER.destinations, actions: ACTIONS },
      400,
      'invalid_request',
      '/source',
    ],
    [
      'neither flow nor actions',
      { source: SOURCE, destinations: ORDER.destinations },
      400,
      'invalid_request',
      '',
    ],
    [
      'flow and actions',
      { ...ORDER, flow_id: '019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d10' },
      400,
      'invalid_request',
      '',
    ],
    [
      'a field we do not know',
      { ...ORDER, customer_id: 'x' },
      400,
      'invalid_request',
      '/customer_id',
    ],
    [
      'a field deep inside',
      { ...ORDER, destinations: [{ ...tel('+15005550006'), price: 1 }] },
      400,
      'invalid_request',
      '/destinations/0/price',
    ],
    [
      'an unknown action',
      { ...ORDER, actions: [{ type: 'explode' }] },
      400,
      'invalid_request',
      '/actions/0/type',
    ],
    [
      'an action without its option',
      { ...ORDER, actions: [{ type: 'talk' }] },
      400,
      'invalid_request',
      '/actions/0/option',
    ],
    [
      'an option of the wrong type',
      { ...ORDER, actions: [{ type: 'talk', option: { text: 1 } }] },
      400,
      'invalid_request',
      '/actions/0/option/text',
    ],
    [
      'a goto to nowhere',
      { ...ORDER, actions: [{ type: 'goto', option: { target_id: 'nowhere', loop_count: 2 } }] },
      422,
      'flow_invalid',
      '/actions/0/option/target_id',
    ],
    [
      'a dial timeout out of bounds',
      { ...ORDER, dial_timeout: 1 },
      400,
      'invalid_request',
      '/dial_timeout',
    ],
    ['a number as text', { ...ORDER, dial_timeout: '60' }, 400, 'invalid_request', '/dial_timeout'],
    [
      'a large variable',
      { ...ORDER, variables: { a: 'é'.repeat(20_000) } },
      400,
      'invalid_request',
      '/variables/a',
    ],
    [
      'large variables',
      {
        ...ORDER,
        variables: { a: 'x'.repeat(30_000), b: 'x'.repeat(30_000), c: 'x'.repeat(30_000) },
      },
      400,
      'invalid_request',
      '/variables',
    ],
    ['an array for a body', [], 400, 'invalid_request', ''],
    [
      'an unknown fault',
      { ...ORDER, sandbox: { fault: 'fire' } },
      400,
      'invalid_request',
      '/sandbox/fault',
    ],
  ];
  for (const [what, body, status, errorCode, param] of wrong)
    it(`refuses ${what}, and names it`, async () => {
      const before = bench.exchange.orders.length;
      const reply = await post(body);
      const error = reply.body['error'] as { code: string; param: string | null };
      assert.deepEqual([reply.status, error.code, error.param], [status, errorCode, param]);
      assert.equal(bench.exchange.orders.length, before, 'nothing was done');
    });
});

function code({ body }: { body: Record<string, unknown> }): string {
  return (body['error'] as { code: string }).code;
}
