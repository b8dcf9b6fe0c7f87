import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ApiBench, openBench, type Reply } from './api_bench.ts';

const HANGUP = { type: 'hangup' };
const DESTINATION = { type: 'tel', target: '+15005550006' };
const ORDER = { source: { type: 'tel', target: '+15005550010' }, destinations: [DESTINATION] };
const greet = (name: string) => ({ type: 'talk', option: { text: `Hello \${${name}}` } });
const LATE = [HANGUP, { id: 'late', ...greet('name') }];

interface Found {
  readonly code: string;
  readonly severity: string;
  readonly pointer: string;
  readonly action_id: string | null;
}

/** Findings in words: what, how bad, where. */
function words(list: unknown): string[] {
  return (list as Found[]).map(
    ({ code, severity, pointer, action_id }) =>
      `${severity} ${code} ${pointer}${action_id === null ? '' : ` (${action_id})`}`,
  );
}

describe('flows are checked', () => {
  let bench: ApiBench;
  let key: string;
  before(async () => {
    bench = await openBench();
    key = (await bench.customer('Example')).key;
  });
  after(() => bench.close());
  const post = (path: string, body: unknown): Promise<Reply> =>
    bench.send('POST', path, { key, body });
  const validate = (body: object): Promise<Reply> => post('/v1/flows/validate', body);

  it('without being stored, and told all that is wrong', async () => {
    const actions = [
      { type: 'explode' },
      { type: 'talk', option: { text: 7, loud: true } },
      { id: 'a', type: 'goto', option: { target_id: 'x', loop_count: 1 } },
    ];
    const { body } = await validate({ actions });
    assert.deepEqual([body['valid'], body['worst_case']], [false, null]);
    assert.deepEqual(words(body['findings']), [
      'error action_unknown /actions/0/type',
      'error option_invalid /actions/1/option/loud',
      'error option_invalid /actions/1/option/text',
      'error target_missing /actions/2/option/target_id (a)',
    ]);
  });

  it('without being stored, and told what is only worth knowing', async () => {
    const menu = [
      { id: 'a', type: 'digits_receive' },
      { type: 'branch', option: { target_ids: { '1': 'b' }, default_target_id: 'a' } },
      { id: 'b', ...greet('name') },
    ];
    const { body } = await validate({ actions: menu });
    assert.equal(body['valid'], true);
    assert.deepEqual(words(body['findings']), [
      'info loop_unbounded /actions/0 (a)',
      'info variable_unset /actions/2/option/text (b)',
    ]);
    const given = await validate({ actions: menu.slice(2), variables: { tier: 'gold' } });
    assert.deepEqual(words(given.body['findings']), [
      'warning variable_unset /actions/0/option/text (b)',
    ]);
    const leg = await validate({ actions: menu.slice(0, 1), direction: 'incoming' });
    assert.deepEqual(words(leg.body['findings']), ['warning media_before_answer /actions/0 (a)']);
  });

  it('and what they come to at the worst is told', async () => {
    const actions = [{ type: 'sleep', option: { duration: 90_000 } }];
    const { body } = await validate({ actions, destination: DESTINATION });
    const { currency, amount, ...figures } = body['worst_case'] as Record<string, unknown>;
    assert.deepEqual(figures, {
      duration_ms: 90_000,
      talk_ms: 90_000,
      actions: 1,
      calls: 0,
      unbounded: [],
    });
    assert.equal(currency, 'USD');
    assert.match(String(amount), /^\d+\.\d{2,6}$/);
    const short = await validate({ actions, destination: DESTINATION, max_duration: 60 });
    assert.equal((short.body['worst_case'] as Record<string, unknown>)['talk_ms'], 60_000);
  });

  it('and the cost of the calls they place is told, or why it cannot be', async () => {
    const connect = (target: string) => [
      { type: 'connect', option: { destinations: [{ type: 'tel', target }] } },
    ];
    const worst = async (actions: object[], more: object = { destination: DESTINATION }) => {
      const { body } = await validate({ actions, max_duration: 60, ...more });
      return body['worst_case'] as { amount: string | null; unbounded: { why: string }[] };
    };
    const one = await worst([{ type: 'sleep', option: { duration: 60_000 } }]);
    const two = await worst(connect('+15005550006'));
    assert.equal(Number(two.amount), 2 * Number(one.amount));
    const whom = await worst(connect('${who}'));
    assert.equal(whom.amount, null);
    assert.match(whom.unbounded.map(({ why }) => why).join(), /known only when it runs/);
    const nobody = await worst(connect('+15005550006'), {});
    assert.equal(nobody.amount, null);
  });

  it('when they are stored: errors refuse, warnings are answered', async () => {
    const made = await post('/v1/flows', { name: 'a', actions: LATE });
    assert.equal(made.status, 201);
    assert.deepEqual(words(made.body['warnings']), [
      'warning action_unreachable /actions/1 (late)',
    ]);
    const path = `/v1/flows/${String(made.body['id'])}`;
    const changed = await bench.send('PUT', path, { key, body: { name: 'a', actions: [HANGUP] } });
    assert.deepEqual([changed.status, changed.body['warnings']], [200, []]);
    const actions = [{ id: 'a', type: 'variable_set', option: { key: 'k', value: 'v' } }];
    const spinning = [...actions, { type: 'goto', option: { target_id: 'a' } }];
    const refused = await post('/v1/flows', { name: 'a', actions: spinning });
    const error = refused.body['error'] as Record<string, unknown>;
    assert.deepEqual(
      [refused.status, error['code'], error['param']],
      [422, 'flow_invalid', '/actions/0'],
    );
  });

  it('when calls are placed: warnings are answered', async () => {
    const known = await post('/v1/calls', {
      ...ORDER,
      actions: [greet('name')],
      variables: { name: 'Z' },
    });
    assert.deepEqual([known.status, known.body['warnings']], [201, []]);
    const unknown = await post('/v1/calls', { ...ORDER, actions: [greet('name')] });
    assert.deepEqual(words(unknown.body['warnings']), [
      'warning variable_unset /actions/0/option/text',
    ]);
    const { body } = await post('/v1/flows', { name: 'a', actions: [greet('name')] });
    assert.deepEqual(body['warnings'], []);
    const stored = await post('/v1/calls', { ...ORDER, flow_id: body['id'] });
    assert.equal(stored.status, 201);
    const [warning = ''] = words(stored.body['warnings']);
    assert.match(warning, /^warning variable_unset \/flow_id \([0-9a-f-]{36}\)$/);
  });

  it('for flows they name, and those of others are not there', async () => {
    const other = await bench.customer('Other');
    const foreign = await bench.send('POST', '/v1/flows', {
      key: other.key,
      body: { name: 'theirs', actions: [HANGUP] },
    });
    const fetching = (flow_id: unknown) => [{ type: 'fetch_flow', option: { flow_id } }];
    const found = async (flow_id: unknown) =>
      words((await validate({ actions: fetching(flow_id) })).body['findings']);
    const missing = ['warning flow_missing /actions/0/option/flow_id'];
    assert.deepEqual(await found(foreign.body['id']), missing);
    assert.deepEqual(await found('019ab0f2-7c5e-7d1b-9a43-5b0f3f1c2d10'), missing);
    const own = await post('/v1/flows', { name: 'mine', actions: [HANGUP] });
    assert.deepEqual(await found(own.body['id']), []);
  });
});
