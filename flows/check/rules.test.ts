import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { actions } from '../actions/index.ts';
import { FINISH_ID, START_ID } from '../frames.ts';
import { checkFlow, premisesFor } from './check.ts';
import type { Premises } from './subject.ts';

type Raw = Readonly<Record<string, unknown>>;

const MARKS = { error: '', warning: '~', info: '?' } as const;

/** What is found, in words: the mark of its severity, its code and its place. */
function found(raw: unknown, known: Partial<Premises> = {}): string[] {
  return checkFlow(raw, premisesFor(actions, known)).map(({ code, severity, pointer }) =>
    `${MARKS[severity]}${code} ${pointer}`.trim(),
  );
}

const act = (type: string, option: Raw = {}, more: Raw = {}): Raw => ({ type, option, ...more });
const named = (id: string, action: Raw): Raw => ({ id, ...action });
const talk = (text = 'Hi', more: Raw = {}): Raw => act('talk', { text, ...more });
const sleep = act('sleep', { duration: 1 });
const goto = (target_id: string, more: Raw = {}): Raw => act('goto', { target_id, ...more });
const keys = (option: Raw = {}): Raw => act('digits_receive', option);
const set = (key: string, value = 'x'): Raw => act('variable_set', { key, value });
const branch = (target_ids: Raw, more: Raw = {}): Raw => act('branch', { target_ids, ...more });
const end = act('hangup');
const isUnset = (false_target_id: string): Raw =>
  act('condition_variable', { condition: '==', variable: 'x', false_target_id });

describe('loops', () => {
  it('that never wait and have no way out are errors', () => {
    assert.deepEqual(found([named('a', set('k')), goto('a')]), ['loop_never_waits /0']);
    assert.deepEqual(found([named('a', talk('Hi', { async: true })), goto('a')]), [
      'loop_never_waits /0',
    ]);
    assert.deepEqual(found([goto(START_ID)]), ['loop_never_waits /0']);
    assert.deepEqual(found([{ ...named('a', set('k')), next_id: 'a' }]), ['loop_never_waits /0']);
  });
  it('that never wait are doubtful where a way leads out', () => {
    const raw = [isUnset('b'), end, named('b', set('x', '')), goto(START_ID)];
    assert.deepEqual(found(raw, { given: new Set(['x']) }), ['~loop_may_spin /0']);
  });
  it('that wait are mentioned, and doubted where no way leads out', () => {
    assert.deepEqual(found([named('a', sleep), goto('a')]), ['~loop_unbounded /0']);
    const menu = [
      named('a', talk()),
      keys(),
      branch({ '1': 'b' }, { default_target_id: 'a' }),
      named('b', end),
    ];
    assert.deepEqual(found(menu), ['?loop_unbounded /0']);
  });
  it('that are counted are fine, and so are those never reached', () => {
    assert.deepEqual(found([named('a', set('k')), goto('a', { loop_count: 9 })]), []);
    assert.deepEqual(found([end, named('a', set('k')), goto('a')]), [
      '~action_unreachable /1',
      '~action_unreachable /2',
    ]);
  });
  it('that place calls without a bound are doubted', () => {
    const destinations = [{ type: 'tel', target: '+15005550006' }];
    const raw = [named('a', act('call', { destinations, actions: [end] })), sleep, goto('a')];
    assert.deepEqual(found(raw), ['~calls_unbounded /0', '~loop_unbounded /0']);
    const connected = [named('a', act('connect', { destinations })), goto('a')];
    assert.deepEqual(found(connected), ['~loop_unbounded /0']);
  });
});

describe('limits', () => {
  it('are met for certain by a hundred actions that do not wait', () => {
    const many = Array.from({ length: 101 }, (_none, index) => set(`k${index}`));
    assert.deepEqual(found([...many, talk()]), ['limit_certain /0']);
    assert.deepEqual(found([...many.slice(1), talk()]), ['limit_certain /0']);
    assert.deepEqual(found([...many.slice(2), talk()]), []);
    assert.deepEqual(found(many.slice(1)), []);
    assert.deepEqual(found([isUnset(FINISH_ID), ...many.slice(1)], { given: new Set('x') }), []);
  });
  it('are met for certain by loops that are counted too high', () => {
    const round = (loop_count: number) => [named('a', sleep), goto('a', { loop_count })];
    assert.deepEqual(found(round(500)), ['~limit_certain /0']);
    assert.deepEqual(found(round(499)), []);
    const within = [...round(30), goto(START_ID, { loop_count: 30 })];
    assert.deepEqual(found(within), []);
    const spinning = [named('a', set('k')), goto('a', { loop_count: 200 }), sleep];
    assert.deepEqual(found(spinning), ['limit_certain /0']);
  });
  it('are met by a flow that always runs itself', () => {
    const flow_id = '0190a3c4-7b1e-7c00-8000-0123456789ab';
    const itself = act('fetch_flow', { flow_id });
    assert.deepEqual(found([talk(), itself], { flow_id }), ['~limit_certain /1']);
    assert.deepEqual(found([talk(), itself], { flow_id: null }), []);
    assert.deepEqual(found([isUnset(FINISH_ID), itself], { flow_id, given: new Set('x') }), []);
  });
});

describe('answering', () => {
  const incoming = { direction: 'incoming' } as const;
  it('comes before media on incoming legs', () => {
    assert.deepEqual(found([talk(), end], incoming), ['~media_before_answer /0']);
    assert.deepEqual(found([sleep, act('answer'), talk(), end], incoming), []);
    const one_way = [isUnset('b'), act('answer'), named('b', talk())];
    assert.deepEqual(found(one_way, { ...incoming, given: new Set('x') }), [
      '~media_before_answer /2',
    ]);
  });
  it('is asked of a flow for any legs only where it answers at all', () => {
    assert.deepEqual(found([talk()]), []);
    assert.deepEqual(found([talk(), act('answer')]), ['~media_before_answer /0']);
  });
  it('is not asked of outgoing legs: what needs the answer waits for it', () => {
    const outgoing = { direction: 'outgoing' } as const;
    assert.deepEqual(found([talk(), act('answer')], outgoing), []);
    assert.deepEqual(found([talk(), talk()], { ...outgoing, early: true }), []);
  });
  it('is left to a fetched list', () => {
    const fetch = act('fetch', { event_url: 'https://example.com' });
    assert.deepEqual(found([fetch, talk()], incoming), []);
  });
});

describe('choices', () => {
  const ways = (option: Raw, values: Raw, before: Raw[] = []) => [
    ...before,
    keys(option),
    branch(values),
    named('b', end),
  ];
  it('can be made by the keys that were asked for', () => {
    assert.deepEqual(found(ways({ length: 2 }, { '12': 'b', '': 'b', '*': 'b' })), []);
    assert.deepEqual(found(ways({}, { '12': 'b' })), ['~value_impossible /1/option/target_ids/12']);
    assert.deepEqual(found(ways({ key: '#' }, { '#': 'b' })), [
      '~value_impossible /1/option/target_ids/#',
    ]);
    assert.deepEqual(found(ways({}, { yes: 'b' })), ['~value_impossible /1/option/target_ids/yes']);
  });
  it('are open once more keys may have come', () => {
    const raw = [keys(), sleep, branch({ '12': 'b' }), named('b', end)];
    assert.deepEqual(found(raw), []);
    assert.deepEqual(found([keys(), branch({}), branch({ '1': 'b' }), named('b', end)]), [
      '~value_impossible /2/option/target_ids/1',
    ]);
  });
  it('know what a variable was set to on each way', () => {
    const tier = (value: string) => branch({ [value]: 'b' }, { variable: 'tier' });
    const after = (value: string) => [set('tier', 'gold'), tier(value), named('b', end)];
    assert.deepEqual(found(after('gold')), []);
    assert.deepEqual(found(after('tin')), ['~value_impossible /1/option/target_ids/tin']);
    const either = [isUnset('c'), set('tier', 'tin'), named('c', tier('gold')), named('b', end)];
    assert.deepEqual(found(either, { given: new Set(['x', 'tier']) }), []);
    assert.deepEqual(found([set('tier', '${x}'), tier('tin'), named('b', end)]), [
      '?variable_unset /0/option/value',
    ]);
  });
});
