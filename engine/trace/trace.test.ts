import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { actions as language } from '../../flows/actions/index.ts';
import type { Language } from '../../flows/language.ts';
import type { Facts } from '../../calls/call.ts';
import type { FlowId } from '../../kernel/brand.ts';
import { CARRIERS, recorded, type Recording } from '../../tests/recording.ts';
import { masked } from './secrets.ts';
import { type Trace, traceOf } from './trace.ts';

const TURNSTILE = { language, carriers: CARRIERS };

type Raw = Readonly<Record<string, unknown>>;

const act = (id: string, type: string, option: Raw = {}): Raw => ({ id, type, option });
const talk = (id: string, text = 'Hi'): Raw => act(id, 'talk', { text });

function trace({ leg, events }: Recording): Trace {
  return traceOf(leg, events, TURNSTILE);
}

/** The steps in words: action, outcome, what followed, what ended it, and how long it took. */
function words(told: Trace): string[] {
  return told.steps.map(({ action, outcome, next_action_id, ended_by, tm_begin, tm_end }) => {
    const took = tm_end === null ? '…' : `${tm_end - tm_begin}`;
    return [action.id, outcome, next_action_id ?? '-', ended_by || 'at once', took].join(' ');
  });
}

const MENU = [
  talk('hello', 'Hello ${name}'),
  act('ask', 'digits_receive', { length: 1, duration: 5_000 }),
  act('way', 'branch', { target_ids: { '1': 'sales' }, default_target_id: 'bye' }),
  talk('sales', 'Sales'),
  talk('bye', 'Bye'),
];

describe('the trace of a run', () => {
  it('tells every action that was begun, what became of it and how long it took', () => {
    const told = trace(
      recorded(
        MENU,
        'accepted; answered 900; media 2000; digits=1 700; media 1500; ended normal 100',
        {
          variables: { name: 'Ada' },
        },
      ),
    );
    assert.deepEqual(words(told), [
      'hello went_on ask media_finished 2000',
      'ask went_on way digits_pressed 700',
      'way went_to sales at once 0',
      'sales went_on bye media_finished 1500',
      'bye cut_off - leg_ended 100',
    ]);
    assert.equal(told.steps[0]?.action.option['text'], 'Hello Ada');
    assert.deepEqual(told.steps[1]?.set['voipbin.call.digits'], '1');
    assert.deepEqual([told.not_reached, told.exact], [[], true]);
  });
  it('tells what a run is waiting for, and what it has not come to', () => {
    const told = trace(recorded(MENU, 'accepted; answered; media 2000; timer action'));
    assert.deepEqual(words(told).at(-1), 'bye waiting - at once …');
    assert.equal(told.steps[1]?.ended_by, 'timer_fired');
    assert.deepEqual(told.not_reached, ['sales']);
    assert.deepEqual(words(trace(recorded(MENU, 'accepted; ringing'))), []);
  });
  it('tells what failed, and what was skipped and why', () => {
    const fetch = [act('get', 'fetch', { event_url: 'https://a' })];
    const failed = trace(recorded(fetch, 'answered; request')).steps.at(-1);
    assert.deepEqual([failed?.outcome, failed?.detail], ['failed', 'the answer is not JSON']);
    const lost = trace(recorded([act('there', 'goto', { target_id: 'x' })], 'answered')).steps[0];
    assert.equal(lost?.outcome, 'failed');
    assert.match(lost?.detail ?? '', /not there/);
    const broken = recorded([talk('a'), talk('b')], 'answered; broken 50');
    assert.deepEqual(words(trace(broken))[0], 'a skipped b media_failed 50');
  });
  it('tells what was skipped before it began, and what waited for the answer', () => {
    const sound = act('mute', 'recording_stop');
    const told = trace(recorded([sound, talk('a')], 'answered; media 5'));
    assert.deepEqual(words(told), ['mute skipped a at once 0', 'a went_on - media_finished 5']);
    assert.match(told.steps[0]?.detail ?? '', /not recorded/);
    const early = recorded([talk('a'), talk('b')], 'ringing; answered 3000; media 5', {
      facts: { early_execution: true },
    });
    assert.deepEqual(words(trace(early))[0], 'a went_on b media_finished 5');
    const can = { language, carriers: new Map([['sandbox', { say: false }]]) };
    const { leg, events } = recorded([talk('a'), act('nap', 'sleep', { duration: 9 })], 'answered');
    const mute = traceOf(leg, events, can);
    assert.deepEqual(words(mute).slice(0, 1), ['a skipped nap at once 0']);
  });
  it('tells where actions come from that were fetched', () => {
    const flow_id = '0190a3c4-7b1e-7c00-8000-0123456789ab' as FlowId;
    const flow = [act('get', 'fetch_flow', { flow_id }), talk('same', 'outer')];
    const { leg, events } = recorded(flow, 'answered');
    const body = JSON.stringify([
      talk('same', 'inner'),
      act('x', 'variable_set', { key: 'k', value: 'v' }),
    ]);
    const reply = { ok: true, status_code: 200, body };
    const effect_id = leg.run.awaits;
    const row = {
      ...events[1],
      n: 3,
      id: 'r',
      at: 5_000,
      type: 'request_finished',
      fact: { effect_id, reply },
    };
    const told = traceOf({ ...leg, version: 3 }, [...events, row as never], TURNSTILE);
    assert.deepEqual(
      told.steps.map(({ action, depth, flow_id: from }) => [
        action.option['text'] ?? action.id,
        depth,
        from,
      ]),
      [
        ['get', 0, null],
        ['inner', 1, flow_id],
      ],
    );
    assert.equal(told.exact, false, 'the stored run has not heard of it');
  });
  it('tells who keeps a list apart from what runs in it', () => {
    const inner = [{ id: 'tune', next_id: null, type: 'sleep', option: { duration: 9_000 } }];
    const keeper: Language[string] = {
      kind: {
        type: 'keeper',
        needs: [],
        waits: true,
        begin: () => ({ next: 'push', actions: inner as never, flow_id: null, keep: true }),
        react: () => ({ next: 'onward' }),
        interrupts: (_scene, { type }) => type === 'digits_pressed',
        listEnded: () => ({ next: 'onward' }),
      },
      schema: { type: 'object' },
    };
    const kept = { ...language, keeper };
    const flow = [act('mine', 'keeper'), talk('after')];
    const told = (events: string): string[] => {
      const { leg, events: rows } = recorded(flow, events, { language: kept });
      return words(traceOf(leg, rows, { ...TURNSTILE, language: kept }));
    };
    assert.deepEqual(told('answered; digits 500'), [
      'mine went_on tune digits_pressed 500',
      'tune cut_off after digits_pressed 500',
      'after waiting - at once …',
    ]);
    assert.deepEqual(told('answered; timer action').slice(0, 2), [
      'mine went_on tune at once 9000',
      'tune went_on after timer_fired 9000',
    ]);
  });
  it('is the same with a grant so short that more is asked for at once', () => {
    const facts: Partial<Facts> = { granted_ms: 1_000 };
    const raw = [talk('a'), talk('b')];
    const { leg, events } = recorded(raw, 'answered; paid 60000 0; media 500', { facts });
    assert.equal(leg.call.granted_ms, 60_000);
    const told = traceOf(leg, events, TURNSTILE);
    assert.deepEqual([told.exact, told.steps.length], [true, 2]);
  });
});

describe('secrets in a trace', () => {
  const variables = { name: 'Ada', api_token: 's3cr3t-value', pinCode: '1234', spinner: 'wheel' };
  it('are known by the names of their variables', () => {
    assert.deepEqual(masked(variables), {
      name: 'Ada',
      api_token: '***',
      pinCode: '***',
      spinner: 'wheel',
    });
    const names = ['customer.password', 'X-Auth-Token', 'card_number', 'apiKey', 'api.key'];
    for (const name of names) assert.deepEqual(masked({ [name]: 'v' }), { [name]: '***' }, name);
    const open = ['author', 'opinion', 'tokens_left', 'cardinal', 'key', 'number'];
    for (const name of open) assert.deepEqual(masked({ [name]: 'v' }), { [name]: 'v' }, name);
  });
  it('are masked wherever they are filled in, and where they were copied to', () => {
    const flow = [
      act('copy', 'variable_set', { key: 'greeting', value: 'Bearer ${api_token}' }),
      act('send', 'webhook_send', { uri: 'https://a/${name}', data: '${greeting}', sync: true }),
      talk('a', '${greeting} ${name}'),
    ];
    const told = trace(recorded(flow, 'answered; request; media 5', { variables }));
    const shown = JSON.stringify(told);
    assert.ok(!shown.includes('s3cr3t-value'), shown);
    assert.equal(told.steps[0]?.set['greeting'], '***');
    assert.equal(told.steps[1]?.action.option['data'], '***');
    assert.equal(told.steps[1]?.action.option['uri'], 'https://a/Ada');
    assert.equal(told.steps[2]?.action.option['text'], '*** Ada');
    assert.equal(told.exact, true);
  });
  it('are masked in the words of what failed', () => {
    const flow = [act('get', 'fetch_flow', { flow_id: 'x-${api_token}' })];
    const told = trace(recorded(flow, 'answered; request', { variables }));
    assert.ok(!JSON.stringify(told).includes('s3cr3t-value'));
  });
});
