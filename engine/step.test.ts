import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ActiveflowId, CallId, CustomerId, EventId, Instant } from '../kernel/brand.ts';
import { derive } from '../kernel/uuid.ts';
import type { CallEvent, FactOf } from '../calls/events.ts';
import { micros } from '../kernel/money.ts';
import { eventIn, FACTS, freshCall, standing } from '../calls/stories.ts';
import { launch } from '../calls/launch.ts';
import { actions } from '../flows/actions/index.ts';
import type { FlowRun } from '../flows/flow.ts';
import { normalizeFlow } from '../flows/normalize.ts';
import { newRun } from '../flows/run.ts';
import type { NamedEffect, Pair, PairStep } from './step.ts';
import { openPair, step } from './step.ts';

const TALK = { type: 'talk', option: { text: 'Hello ${name}' } };
const SLEEP = { type: 'sleep', option: { duration: 1_000 } };
const CONNECT = {
  type: 'connect',
  option: { destinations: [{ type: 'tel', target: '+12125550123' }], relay_reason: false },
};

/** the call | its actions | what happens | how it stands, what the flow is at | what is ordered */
const STORIES = `
  a flow begins at the answer    |          | talk       | ringing; answered               | progressing x1, talk         | updated; updated instruct:say activeflow_updated
  and its end ends the call      |          | talk       | answered; media; ended normal   | hangup local normal x1, -    | updated instruct:say activeflow_updated; activeflow_updated updated drop; updated hangup usage
  no actions, no conversation    |          |            | answered                        | terminating normal x1, -     | updated activeflow_updated updated drop
  a flow that begins early       | early    | sleep talk | ringing                         | ringing x1, sleep            | updated activeflow_updated
  holds what needs the answer    | early    | talk       | ringing; digits; answered       | progressing x1, talk         | updated activeflow_updated;; updated instruct:say activeflow_updated
  and goes on after it           | early    | talk sleep | ringing; answered; media        | progressing x1, sleep        | updated activeflow_updated; updated instruct:say activeflow_updated; activeflow_updated
  a timer of the flow            |          | sleep talk | answered; timer action          | progressing x1, talk         | updated activeflow_updated; activeflow_updated instruct:say
  a timer set anew               |          | sleep talk | answered; timer action-stale    | progressing x1, sleep        | updated activeflow_updated;
  the far end hangs up           |          | talk       | answered; ended normal          | hangup remote normal x1, -   | updated instruct:say activeflow_updated; activeflow_updated updated hangup usage
  busy: the flow never began     |          | talk       | ended busy                      | hangup remote busy x1, -     | activeflow_updated updated hangup usage
  a chained call is asked for    |          | connect    | answered                        | progressing x1, connect      | updated activeflow_updated child_place
  it answers: one room           |          | connect    | answered; childup*              | progressing x1, connect      | updated activeflow_updated child_place; instruct:join
  it ends: the flow goes on      |          | connect sleep | answered; childup*; childdown* | progressing x1, sleep      | updated activeflow_updated child_place; instruct:join; activeflow_updated instruct:leave
  it goes when its master goes   |          | connect    | answered; ended normal          | hangup remote normal x1, -   | updated activeflow_updated child_place; activeflow_updated updated hangup usage tell
  a stop ends flow and call      |          | sleep      | answered; stopped               | terminating normal x1, -     | updated activeflow_updated; activeflow_updated updated drop
  a stop before it began         |          | sleep      | stopped                         | canceling x1, -              | activeflow_updated updated
  digits while nobody listens    |          | sleep      | answered; digits                | progressing x1, sleep        | updated activeflow_updated;
  incoming: it rings meanwhile   | incoming | sleep      | ringing                         | ringing x1, sleep            | updated
  incoming: answered by the flow | incoming | answer talk | answered; media                | terminating normal x1, -     | updated instruct:say activeflow_updated; activeflow_updated updated drop
  incoming: nobody answers       | incoming | sleep      | timer dial; ended cancel        | hangup local noanswer x1, -  | activeflow_updated updated drop; updated hangup usage
  incoming: the caller gives up  | incoming | answer     | ringing; ended cancel           | hangup remote normal x1, -   | updated; activeflow_updated updated hangup usage
  incoming: the carrier lost it  | incoming | answer     | broken*                         | terminating normal x1, -     | activeflow_updated updated drop
`;

const LANGUAGE = { language: actions, carriers: new Map(), version: 2 };
const NAMES: Record<string, object> = {
  talk: TALK,
  sleep: SLEEP,
  connect: CONNECT,
  answer: { type: 'answer' },
  busy: { type: 'hangup', option: { reason: 'busy' } },
};

function pairOf(traits: string, verbs: string): Pair {
  return opened(traits, verbs).state;
}

function opened(traits: string, verbs: string): PairStep {
  const at = 1_000 as Instant;
  const raw = verbs
    .split(' ')
    .filter(Boolean)
    .map((name) => NAMES[name]);
  const call = freshCall(traits);
  const run: FlowRun = {
    id: 'run' as ActiveflowId,
    customer_id: 'customer' as CustomerId,
    call_id: call.id,
    flow_id: null,
    program: normalizeFlow(raw, (label) => derive('story', label, at), actions),
    status: 'pending',
    frames: [],
    memory: {},
    awaits: null,
    held: false,
    skipped: [],
    variables: { name: 'Ada' },
    executed_count: 0,
    ended_because: null,
    ended_detail: null,
    current_action: null,
    told_count: 0,
    tm_create: at,
    tm_update: at,
  };
  return openPair({ state: call, effects: [] }, run, { ...LANGUAGE, at });
}

function eventFor(words: string, pair: Pair, at: number): CallEvent {
  const event = eventIn(words.replace('*', ''), pair.call, at);
  if (event.type === 'media_finished' && pair.run.awaits !== null)
    return { ...event, effect_id: pair.run.awaits };
  if (event.type === 'media_failed' && pair.run.awaits !== null)
    return { ...event, effect_id: pair.run.awaits };
  const child = pair.call.chained_call_ids[0];
  return words.endsWith('*') && child !== undefined
    ? ({ ...event, child_call_id: child } as CallEvent)
    : event;
}

function answeredOf(pair: Pair): CallEvent {
  return eventFor('answered', pair, 2_000);
}

function word({ effect }: NamedEffect): string {
  if (effect.do === 'leg_instruct') return `instruct:${effect.instruction.do}`;
  if (effect.do === 'notice_tell') return effect.notice.replace('call_', '');
  if (effect.do === 'leg_hangup') return 'drop';
  return { usage_record: 'usage', call_tell: 'tell' }[effect.do as 'call_tell'] ?? effect.do;
}

const sorted = (words: string): string => words.split(' ').filter(Boolean).sort().join(' ');

describe('step', () => {
  const stories = STORIES.trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  for (const [name = '', traits = '', verbs = '', told = '', expected = '', orders = ''] of stories)
    it(name, () => {
      let pair = pairOf(traits, verbs);
      const ordered = told.split('; ').map((words, place) => {
        const event = eventFor(words, pair, 2_000 + place * 1_000);
        const taken = step(pair, event, { ...LANGUAGE, version: place + 2 });
        assert.deepEqual(step(pair, event, { ...LANGUAGE, version: place + 2 }), taken);
        pair = taken.state;
        return sorted(taken.effects.map(word).join(' '));
      });
      const at = pair.run.current_action?.type ?? '-';
      assert.equal(`${standing(pair.call)}, ${at}`, expected);
      const wanted = orders.split(';').map(sorted);
      while (wanted.length < ordered.length) wanted.push('');
      assert.deepEqual(ordered, wanted);
    });

  it('lets the flow of an incoming leg begin with it, and of no other', () => {
    const at = (verbs: string, traits = 'incoming'): unknown => {
      const { state, effects } = opened(traits, verbs);
      return [standing(state.call), state.run.status, effects.map(word).join(' ')];
    };
    const told = 'activeflow_created activeflow_updated';
    assert.deepEqual(at('answer'), ['dialing x1', 'running', `${told} instruct:answer`]);
    assert.deepEqual(at('busy'), ['terminating busy x1', 'ended', `${told} updated drop`]);
    assert.deepEqual(at(''), ['terminating normal x1', 'ended', `${told} updated drop`]);
    assert.deepEqual(at('answer', ''), ['dialing x1', 'pending', 'activeflow_created']);
    const [last] = opened('incoming', 'busy').effects.slice(-1);
    assert.equal(last?.effect.do === 'leg_hangup' && last.effect.cause, 'busy');
  });

  it('tells each change of status as things stood then', () => {
    const pair = pairOf('', '');
    const { effects } = step(pair, eventFor('answered', pair, 2_000), LANGUAGE);
    const told = effects.filter(({ effect }) => effect.do === 'notice_tell');
    assert.deepEqual(
      told.map(({ pair: then }) => then.call.status),
      ['progressing', 'progressing', 'terminating'],
    );
  });

  it('tells what is noted on a call, once', () => {
    const tags = ['a', 'b', 'b'].map((value) => ({ type: 'tag', option: { data: { x: value } } }));
    const pair = { ...pairOf('', ''), run: { ...pairOf('', '').run } };
    const program = normalizeFlow([...tags, SLEEP], (label) => label, actions);
    const begun = step({ ...pair, run: { ...pair.run, program } }, answeredOf(pair), LANGUAGE);
    assert.deepEqual(begun.state.call.metadata, { x: 'b' });
    const news = begun.effects.map(word).filter((told) => told === 'updated');
    assert.equal(news.length, 2, 'the answer, and the notes');
  });

  it('names every effect once, and the same in a rerun', () => {
    const pair = pairOf('', 'connect');
    const event = eventFor('answered', pair, 2_000);
    const { effects } = step(pair, event, LANGUAGE);
    assert.equal(new Set(effects.map(({ id }) => id)).size, effects.length);
    assert.ok(effects.every(({ id }) => id.startsWith(`${pair.call.id}.2.`)));
  });

  it('fills variables in just before an action runs', () => {
    const pair = pairOf('', 'talk');
    const { state } = step(pair, eventFor('answered', pair, 2_000), LANGUAGE);
    assert.equal(state.run.current_action?.option['text'], 'Hello Ada');
  });

  it('leaves the very same pair where nothing happens', () => {
    const pair = pairOf('', 'sleep');
    const event = { ...eventFor('childup', pair, 2_000), id: 'e' as EventId };
    const taken = step(pair, event, LANGUAGE);
    assert.equal(taken.state.call, pair.call);
    assert.equal(taken.state.run, pair.run);
    assert.deepEqual(taken.effects, []);
  });

  it('counts what it tells, per call and per run', () => {
    const pair = pairOf('', 'talk');
    const { state } = step(pair, eventFor('answered', pair, 2_000), LANGUAGE);
    assert.deepEqual([state.call.told_count, state.run.told_count], [2, 2]);
    assert.equal(state.call.chained_call_ids.length, 0);
    assert.equal(pair.call.id, 'c1' as CallId);
  });
});

describe('a flow without a call', () => {
  const bare = (): Pair => {
    const at = 1_000 as Instant;
    const facts = { ...FACTS, type: 'bare', candidates: [], hold_micros: micros(0) } as const;
    const program = normalizeFlow([{ type: 'block' }], (label) => label, actions);
    const { activeflow_id: id, customer_id, id: call_id } = facts;
    const run = newRun({ id, customer_id, call_id, flow_id: null, program, variables: {} }, at);
    const step_of = openPair(launch(facts, at), run, { ...LANGUAGE, at });
    assert.deepEqual(step_of.effects.map(word), ['activeflow_created', 'activeflow_updated']);
    return step_of.state;
  };
  it('begins at once, and is over with its run, whoever ends it', () => {
    const facts: FactOf[] = [
      { type: 'hangup_asked', reason: 'normal' },
      { type: 'flow_stop_asked' },
      { type: 'timer_fired', timer: 'talk', due: 86_401_000 as Instant },
    ];
    for (const fact of facts) {
      const pair = bare();
      assert.equal(pair.run.current_action?.type, 'block');
      const moment = { id: 'e' as EventId, call_id: FACTS.id, at: 90_000_000 as Instant };
      const { state, effects } = step(pair, { ...fact, ...moment }, LANGUAGE);
      assert.deepEqual([state.run.status, state.call.status], ['ended', 'hangup'], fact.type);
      assert.deepEqual(effects.map(word), ['activeflow_updated'], fact.type);
    }
  });
  it('lasts a day at most', () => {
    const { talk, check, dial } = bare().call.timers;
    assert.deepEqual([talk, check, dial], [86_401_000, null, null]);
  });
});
