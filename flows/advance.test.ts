import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FactOf } from '../calls/events.ts';
import {
  beginTale,
  callOf,
  eventOf,
  factOf,
  flowOf,
  NOW,
  outcomeOf,
  runOf,
  stageOf,
  type Tale,
  tel,
  tellNext,
} from '../tests/flow_stories.ts';
import type { RoomId } from '../kernel/brand.ts';
import { advance, begin, endRun } from './advance.ts';
import { START_ID } from './frames.ts';
import { DEPTH_MAX, EXECUTED_ACTIONS_MAX, INSTANT_ACTIONS_MAX } from './limits.ts';
import { publicRun } from './public.ts';

const rest = (id: string) => ({ id, type: 'rest' });
const sleep = (id: string) => ({ id, type: 'sleep', option: { duration: 1 } });
const goto = (target_id: string, loop_count?: number) => ({
  type: 'goto',
  option: loop_count === undefined ? { target_id } : { target_id, loop_count },
});
const fetched = (actions: unknown) => `reply:200:${JSON.stringify(actions)}`;
const fetch = { type: 'fetch', option: { event_url: 'https://a' } };

function told(raw: unknown, ...words: readonly string[]): Tale {
  return words.reduce((tale, word) => tellNext(tale, factOf(word, tale)), beginTale(raw));
}

describe('a run', () => {
  it('begins once', () => {
    const { run, call } = beginTale([rest('a')]);
    assert.equal(run.status, 'running');
    assert.equal(begin(run, stageOf(call, 'again')).state, run);
  });
  it('of no actions is over at once', () => {
    assert.equal(outcomeOf(beginTale([])), 'finished normal');
  });
  it('of no actions stays where a leg was called into a room', () => {
    const tale = beginTale([], callOf({ room_id: 'room' as RoomId }));
    assert.equal(outcomeOf(tale), 'at nothing');
    assert.equal(tellNext(tale, factOf('fin', tale)).run, tale.run);
    assert.equal(outcomeOf(tellNext(tale, factOf('stop', tale))), 'stopped normal');
  });
  it('follows next_id, and the list where there is none', () => {
    const list = [{ ...sleep('a'), next_id: 'c' }, rest('b'), sleep('c'), rest('d')];
    assert.equal(outcomeOf(told(list, 'timer')), 'wake 1, at c');
    assert.equal(outcomeOf(told(list, 'timer', 'timer')), 'at d');
  });
  it('ends at a next_id that is not there', () => {
    const list = flowOf([{ ...sleep('a'), next_id: 'gone' }]);
    const tale = tellNext(beginTale(list), factOf('timer', beginTale(list)));
    assert.equal(
      outcomeOf(tale),
      'target_missing normal (sleep a names a next action that is not there)',
    );
  });
  it('ends at an action nobody knows', () => {
    assert.equal(
      outcomeOf(beginTale([{ id: 'a', type: 'sing' }])),
      'action_failed normal (sing a is not a known action)',
    );
  });
  it('goes to the start by its name', () => {
    assert.equal(outcomeOf(told([sleep('a'), goto(START_ID)], 'timer')), 'wake 1, at a');
  });
  it('counts a loop in the list it stands in', () => {
    const list = [sleep('a'), goto('a', 2), rest('b')];
    assert.equal(outcomeOf(told(list, 'timer', 'timer')), 'wake 1, at a');
    assert.equal(outcomeOf(told(list, 'timer', 'timer', 'timer')), 'at b');
  });
  it('runs a list within a list, and comes back', () => {
    const tale = told([fetch, rest('z')], fetched([fetch, sleep('y')]), fetched([sleep('x')]));
    assert.match(outcomeOf(tale), /at x$/);
    assert.deepEqual(
      tale.run.frames.map(({ cursor }) => cursor),
      [0, 0, 0],
    );
    const back = tellNext(tale, factOf('timer', tale));
    assert.match(outcomeOf(back), /at y$/);
    assert.match(outcomeOf(tellNext(back, factOf('timer', back))), /at z$/);
  });
  it('looks targets up from the innermost list outwards', () => {
    const list = [fetch, rest('same'), sleep('outer')];
    const inner = told(list, fetched([goto('same'), rest('x'), sleep('same')]));
    assert.equal(inner.run.frames.length, 2);
    const outer = told(list, fetched([goto('outer')]));
    assert.equal(outer.run.frames.length, 1);
    assert.match(outcomeOf(outer), /at outer$/);
  });
  it('shows its current action as it was filled in', () => {
    const { run } = beginTale([{ type: 'talk', option: { text: 'To ${voipbin.call.id}' } }]);
    assert.equal(run.current_action?.option['text'], 'To call');
  });
  it('names its effects in order, the same each time', () => {
    const list = [
      { type: 'webhook_send', option: { uri: 'https://a' } },
      { type: 'connect', option: { destinations: [tel('+1'), tel('+2')] } },
    ];
    const { last } = beginTale(list);
    assert.deepEqual(
      last.effects.map(({ id }) => id),
      ['begin/0', 'begin/1'],
    );
    assert.deepEqual(beginTale(list).last, last);
  });
  it('forgets what an action waited for when it has left it', () => {
    const talk = { type: 'talk', option: { text: 'Hi', digits_handle: 'next' } };
    const skipped = told([talk, rest('a')], 'keys:1');
    assert.equal(skipped.run.awaits, null);
    assert.equal(skipped.last.wake.set, null);
    const destinations = [tel('+1')];
    const parted = told([{ type: 'connect', option: { destinations } }, rest('a')], 'child0:busy');
    assert.deepEqual(parted.run.memory, {});
  });
  it('is told an end once', () => {
    const ringing = callOf({ direction: 'incoming', status: 'ringing' });
    const tale = beginTale([{ type: 'answer' }], ringing);
    assert.equal(tale.run.awaits, 'begin/0');
    assert.equal(tellNext(tale, factOf('fin', tale)).run.awaits, null);
  });
  it('never lets a flow overwrite what the call itself says', () => {
    const { run } = beginTale(
      [{ type: 'talk', option: { text: '${voipbin.call.id}' } }],
      callOf(),
      { 'voipbin.call.id': 'other' },
    );
    assert.equal(run.current_action?.option['text'], 'call');
  });
});

describe('a run ends', () => {
  it('when it is stopped, begun or not', () => {
    assert.equal(outcomeOf(told([rest('a')], 'stop')), 'stopped normal');
    const pending = runOf(flowOf([rest('a')]));
    const step = advance(pending, eventOf({ type: 'flow_stop_asked' }), stageOf(callOf(), 'e'));
    assert.equal(step.state.ended_because, 'stopped');
  });
  it('when the call does, and asks for nothing more', () => {
    const tale = beginTale([{ type: 'talk', option: { text: 'Hi' } }]);
    const call = callOf({ status: 'terminating' });
    const step = tellNext({ ...tale, call }, factOf('fin', tale)).last;
    assert.equal(step.state.ended_because, 'call_ended');
    assert.deepEqual([step.effects, step.hangup, step.wake.set], [[], null, null]);
  });
  it('from outside, once', () => {
    const ended = endRun(beginTale([rest('a')]).run, 'call_ended', NOW);
    assert.equal(ended.ended_because, 'call_ended');
    assert.equal(endRun(ended, 'stopped', NOW), ended);
    const step = advance(ended, eventOf({ type: 'flow_stop_asked' }), stageOf(callOf(), 'e'));
    assert.equal(step.state, ended);
  });
});

describe('an event that does not concern a run', () => {
  const others: readonly string[] = [
    'fin-other',
    'dial-timer',
    'master',
    'answered',
    'child0:busy',
  ];
  for (const word of others)
    it(`leaves the very same run: ${word}`, () => {
      const tale = beginTale([{ type: 'talk', option: { text: 'Hi' } }]);
      const { last } = tellNext(tale, factOf(word, tale));
      assert.equal(last.state, tale.run);
      assert.deepEqual(last, {
        state: tale.run,
        effects: [],
        wake: { set: undefined },
        hangup: null,
      });
    });
  it('keeps keys pressed before it begins', () => {
    const fact: FactOf = { type: 'digits_pressed', digits: '7' };
    const step = advance(runOf(flowOf([rest('a')])), eventOf(fact), stageOf(callOf(), 'e'));
    assert.equal(step.state.status, 'pending');
    assert.equal(step.state.variables['voipbin.call.digits'], '7');
  });
});

describe('limits', () => {
  const set = (value: string) => ({ type: 'variable_set', option: { key: 'big', value } });

  it('cut off a flow that spins', () => {
    const { run, last } = beginTale([{ ...set('x'), id: 'a' }, goto('a')]);
    assert.equal(run.ended_because, 'limit_instant_actions');
    assert.equal(run.executed_count, INSTANT_ACTIONS_MAX);
    assert.equal(run.ended_detail, 'before variable_set a');
    assert.equal(last.hangup, 'normal');
  });
  it('let a hundred instant actions pass', () => {
    const list = Array.from({ length: INSTANT_ACTIONS_MAX - 1 }, () => set('x'));
    assert.equal(outcomeOf(beginTale([...list, rest('z')])), 'at z');
  });
  it('cut off a flow that never comes to an end', () => {
    let tale = beginTale([sleep('a'), goto('a')]);
    let told_count = 0;
    while (tale.run.status === 'running' && told_count <= EXECUTED_ACTIONS_MAX) {
      tale = tellNext(tale, factOf('timer', tale));
      told_count += 1;
    }
    assert.equal(tale.run.ended_because, 'limit_actions');
    assert.equal(tale.run.executed_count, EXECUTED_ACTIONS_MAX);
  });
  it('cut off lists within lists within lists', () => {
    let tale = beginTale([fetch]);
    for (let depth = 1; depth < DEPTH_MAX; depth += 1)
      tale = tellNext(tale, factOf(fetched([fetch]), tale));
    assert.equal(tale.run.frames.length, DEPTH_MAX);
    tale = tellNext(tale, factOf(fetched([fetch]), tale));
    assert.equal(tale.run.ended_because, 'limit_depth');
  });
  it('cut off a flow that remembers too much', () => {
    const big = 'x'.repeat(32_768);
    const list = [set(big), { id: 'b', type: 'variable_set', option: { key: 'more', value: big } }];
    const { run } = beginTale([...list, rest('z')]);
    assert.equal(run.ended_because, 'limit_variables');
    assert.equal(run.ended_detail, 'at variable_set b');
    assert.deepEqual(Object.keys(run.variables), ['big']);
  });
  it('cut the detail that quotes what others answered', () => {
    const tale = told([fetch]);
    const fact = factOf('no-reply', tale);
    const reply = { ok: false, error: 'x'.repeat(5_000) } as const;
    const { run } = tellNext(tale, { ...fact, reply } as FactOf);
    assert.equal(run.ended_detail?.length, 500);
  });
});

describe('publicRun', () => {
  it('tells a run as VoIPBIN does, and how it ended', () => {
    const { run, call } = beginTale([{ ...rest('a'), type: 'sing' }]);
    const json = publicRun(run, call);
    assert.equal(json['status'], 'ended');
    assert.equal(json['ended_because'], 'action_failed');
    assert.equal(json['ended_detail'], 'sing a is not a known action');
    assert.equal(json['current_action'], null);
    assert.equal(json['tm_create'], new Date(NOW).toISOString());
    assert.equal(json['tm_delete'], null);
  });
  it('shows the action a run is at, with null ids written out', () => {
    const { run, call } = beginTale([rest('a')]);
    const json = publicRun(run, call);
    const none = '00000000-0000-0000-0000-000000000000';
    assert.deepEqual(json['current_action'], { id: 'a', next_id: none, type: 'rest', option: {} });
    assert.deepEqual([json['ended_because'], json['flow_id']], ['', none]);
  });
});
