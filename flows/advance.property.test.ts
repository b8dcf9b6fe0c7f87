import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rollerOf } from '../kernel/random.ts';
import type { FactOf } from '../calls/events.ts';
import {
  callOf,
  eventOf,
  factOf,
  flowOf,
  runOf,
  stageOf,
  tel,
  type Tale,
} from '../tests/flow_stories.ts';
import { advance, begin } from './advance.ts';
import { DEPTH_MAX, EXECUTED_ACTIONS_MAX, VARIABLES_CHARACTERS_MAX } from './limits.ts';
import { sizeOf } from './variables.ts';

const STORIES = 400;
const EVENTS = 40;
type Roll = (below: number) => number;

const IDS = ['a', 'b', 'c', 'd', 'gone'];
const pick = <Value>(roll: Roll, list: readonly Value[]): Value => list[roll(list.length)] as Value;

function randomOption(type: string, roll: Roll): object {
  const id = () => pick(roll, IDS);
  const text = pick(roll, ['Hi', '${x}', '${voipbin.call.digits}', 'x'.repeat(4_000)]);
  const options: Readonly<Record<string, () => object>> = {
    talk: () => ({ text, async: roll(3) === 0, digits_handle: pick(roll, ['', 'next']) }),
    sleep: () => ({ duration: roll(5) }),
    play: () => ({ stream_urls: ['https://a'] }),
    digits_receive: () => ({ length: 1 + roll(3), key: pick(roll, ['', '#']) }),
    digits_send: () => ({ digits: '12' }),
    branch: () => ({ target_ids: { '1': id(), '2': id() }, default_target_id: id() }),
    condition_variable: () => ({ condition: '==', variable: 'x', false_target_id: id() }),
    condition_datetime: () => ({ condition: '<', hour: roll(24), false_target_id: id() }),
    goto: () => (roll(2) === 0 ? { target_id: id() } : { target_id: id(), loop_count: roll(4) }),
    variable_set: () => ({ key: 'x', value: `\${x}${text}` }),
    webhook_send: () => ({ uri: 'https://a', sync: roll(2) === 0 }),
    fetch: () => ({ event_url: 'https://a' }),
    fetch_flow: () => ({ flow_id: '${x}' }),
    connect: () => ({ destinations: [tel('+1'), tel('+2')], relay_reason: roll(2) === 0 }),
    call: () => ({ destinations: [tel('+1')], actions: [{ type: 'hangup' }] }),
  };
  return options[type]?.() ?? {};
}

const TYPES = [
  ...['answer', 'talk', 'talk', 'sleep', 'play', 'beep', 'digits_receive', 'digits_send', 'echo'],
  ...['branch', 'condition_variable', 'condition_datetime', 'goto', 'goto', 'variable_set'],
  ...['webhook_send', 'fetch', 'fetch_flow', 'connect', 'call', 'hangup', 'stop', 'sing'],
];

function randomFlow(roll: Roll): object[] {
  return Array.from({ length: roll(7) }, (_none, index) => {
    const type = pick(roll, TYPES);
    const next = roll(6) === 0 ? { next_id: pick(roll, IDS) } : {};
    return { id: IDS[index] ?? `x${index}`, type, option: randomOption(type, roll), ...next };
  });
}

function randomFact(tale: Tale, roll: Roll): FactOf {
  const list = JSON.stringify(randomFlow(roll)).replaceAll(' ', '');
  const word = pick(roll, [
    ...['fin', 'fin', 'fin', 'timer', 'timer', 'fin-other', 'failed', 'dial-timer', 'keys:1'],
    ...['keys:12#', 'answered', `reply:200:${list}`, 'reply:500:x', 'no-reply', 'master'],
    ...['child0:answered', 'child0:busy', 'child1:normal', 'child0:refused'],
    ...['group:answered', 'group:busy', 'group:refused'],
  ]);
  return roll(60) === 0 ? { type: 'flow_stop_asked' } : factOf(word, tale);
}

function holds(tale: Tale): void {
  const { run, last } = tale;
  assert.ok(run.executed_count <= EXECUTED_ACTIONS_MAX);
  assert.ok(run.frames.length <= DEPTH_MAX);
  assert.ok(sizeOf(run.variables) <= VARIABLES_CHARACTERS_MAX + 400);
  const ended = run.status === 'ended';
  assert.equal(ended, run.ended_because !== null);
  assert.equal(ended, run.frames.length === 0 && run.current_action === null);
  if (ended) assert.ok(run.awaits === null && last.wake.set !== 0);
  if (last.hangup !== null) assert.ok(ended);
}

/** Plays one random flow to random events, twice each step: the second must say the same. */
function playOut(seed: number): Tale {
  const roll = rollerOf(seed);
  const call = callOf(roll(4) === 0 ? { direction: 'incoming' } : {});
  const run = runOf(flowOf(randomFlow(roll)));
  const first = begin(run, stageOf(call, 'begin'));
  assert.deepEqual(begin(run, stageOf(call, 'begin')), first);
  let tale: Tale = {
    call,
    run: first.state,
    orders: first.effects.map(({ order }) => order),
    last: first,
  };
  holds(tale);
  const names = new Set(first.effects.map(({ id }) => id));
  for (let n = 0; n < EVENTS; n += 1) {
    const event = eventOf(randomFact(tale, roll), `e${n}`);
    const last = advance(tale.run, event, stageOf(call, event.id));
    assert.deepEqual(advance(tale.run, event, stageOf(call, event.id)), last);
    if (tale.run.status === 'ended') assert.equal(last.state, tale.run);
    for (const { id } of last.effects) assert.ok(!names.has(id) && names.add(id));
    const orders = [...tale.orders, ...last.effects.map(({ order }) => order)];
    tale = { ...tale, run: last.state, orders, last };
    holds(tale);
  }
  return tale;
}

describe('any flow, told anything', () => {
  const tales = Array.from({ length: STORIES }, (_none, seed) => playOut(seed));

  it('ends or waits, within its limits, and says the same when asked twice', () => {
    assert.equal(tales.length, STORIES);
  });
  it('is told in stories of every kind', () => {
    const ends = new Set(tales.map(({ run }) => run.ended_because));
    for (const because of ['finished', 'stopped', 'target_missing', 'action_failed', null] as const)
      assert.ok(ends.has(because), `no story ended with ${because}`);
    assert.ok(ends.has('limit_instant_actions') || ends.has('limit_variables'));
  });
});
