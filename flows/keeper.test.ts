import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EffectId } from '../kernel/brand.ts';
import type { FactOf } from '../calls/events.ts';
import { callOf, eventOf, LANGUAGE, runOf, stageOf, wordsOf } from '../tests/flow_stories.ts';
import type { ActionKind } from './action.ts';
import { advance, begin, type FlowStep } from './advance.ts';
import type { Action, FlowRun } from './flow.ts';
import type { Language } from './language.ts';
import { normalizeFlow } from './normalize.ts';

/** Runs a list over and over until a key is pressed: `#` ends it, `*` only wakes the keeper. */
const keep: ActionKind<{ readonly actions: readonly Action[] }> = {
  type: 'keep',
  needs: [],
  waits: true,
  begin: ({ actions }) => ({
    next: 'push',
    actions,
    flow_id: null,
    keep: true,
    memory: { round: 1 },
  }),
  interrupts: (_scene, event) => event.type === 'digits_pressed',
  react: ({ actions }, { memory }, event) => {
    if (event.type === 'timer_fired')
      return { next: 'push', actions, flow_id: null, keep: true, memory: { round: 9 } };
    if (event.type !== 'digits_pressed') return { next: 'wait' };
    return event.digits === '#'
      ? { next: 'onward', set: { round: String(memory['round']) } }
      : { next: 'wait', wake_after_ms: 50 };
  },
  listEnded: (_option, { memory }) => ({
    next: 'wait',
    wake_after_ms: 1_000,
    memory: { round: Number(memory['round']) + 1 },
  }),
  abandon: () => [{ give: 'instruct', instruction: { do: 'beep' }, awaited: false }],
};
const MINE: Language = { ...LANGUAGE, keep: { kind: keep, schema: { type: 'object' } } };

const flow = (raw: unknown): Action[] => normalizeFlow(raw, (label) => label, MINE);
const sleep = (id: string): object => ({ id, type: 'sleep', option: { duration: 5 } });
const talk = (id: string): object => ({ id, type: 'talk', option: { text: id } });
const kept = (list: readonly object[], rest: readonly object[] = [sleep('z')]): Action[] =>
  flow([{ id: 'k', type: 'keep', option: { actions: flow(list) } }, ...rest]);

/** How a run stands after the facts, and what the last of them ordered. */
function told(program: readonly Action[], ...facts: readonly FactOf[]): string {
  const stage = (name: string): Parameters<typeof begin>[1] => ({
    ...stageOf(callOf(), name),
    language: MINE,
  });
  let step: FlowStep = begin(runOf(program), stage('begin'));
  for (const [n, fact] of facts.entries())
    step = advance(step.state, eventOf(fact, `e${n}`), stage(`e${n}`));
  return standing(step);
}

function standing({ state, effects, wake, hangup }: FlowStep): string {
  const at = state.current_action === null ? '' : `at ${state.current_action.id}`;
  const words = [...effects.map(({ order }) => wordsOf(order)), at, `depth ${depth(state)}`];
  const woken = wake.set === undefined ? '' : `wake ${wake.set}`;
  return [...words, woken, hangup ?? ''].filter((word) => word !== '').join(', ');
}

function depth({ frames }: FlowRun): number {
  return frames.length;
}

const timer: FactOf = { type: 'timer_fired', timer: 'action', due: 0 as never };
const said: FactOf = { type: 'media_finished', effect_id: 'begin/0' as EffectId };
const press = (digits: string): FactOf => ({ type: 'digits_pressed', digits });

describe('an action that keeps a list', () => {
  it('runs the list as its own', () => {
    assert.match(told(kept([talk('a')])), /^say a, at a, depth 2, /);
  });

  it('is told when the list has come to its end, and may run it again', () => {
    const list = kept([sleep('a'), sleep('b')]);
    assert.equal(told(list, timer), 'at b, depth 2, wake 5');
    assert.equal(told(list, timer, timer), 'at k, depth 1, wake 1000');
    assert.equal(told(list, timer, timer, timer), 'at a, depth 2, wake 5');
  });

  it('ends the list when it is interrupted, and what is being said with it', () => {
    const list = kept([talk('a')]);
    assert.equal(told(list, press('*')), 'stop, at k, depth 1, wake 50');
    assert.equal(told(list, press('#')), 'stop, at z, depth 1, wake 5');
    assert.equal(told(kept([sleep('a')]), press('#')), 'at z, depth 1, wake 5');
    // What was being said has ended meanwhile: nobody waits for it any more.
    assert.equal(told(list, press('*'), said), 'at k, depth 1');
  });

  it('is interrupted however deep in its list the run stands', () => {
    const deep = kept([{ id: 'i', type: 'fetch', option: { event_url: 'https://a' } }]);
    const fetched: FactOf = {
      type: 'request_finished',
      effect_id: 'begin/0' as EffectId,
      reply: { ok: true, status_code: 200, body: JSON.stringify([sleep('s')]) },
    };
    assert.match(told(deep, fetched), /depth 3/);
    assert.equal(told(deep, fetched, press('#')), 'at z, depth 1, wake 5');
  });

  it('remembers what it knew when the list began', () => {
    const list = kept([sleep('a')], [talk('${round}')]);
    assert.match(told(list, press('#')), /^say 1, /);
    assert.match(told(list, timer, timer, press('#')), /^say 9, /);
  });

  it('clears up when the flow goes elsewhere', () => {
    const list = kept([sleep('a'), { type: 'goto', option: { target_id: 'z' } }]);
    assert.equal(told(list, timer), 'beep, at z, depth 1, wake 5');
    const within = kept([sleep('a'), { type: 'goto', option: { target_id: 'a' } }]);
    assert.equal(told(within, timer), 'at a, depth 2, wake 5');
    const named = kept([{ ...sleep('a'), next_id: 'z' }]);
    assert.equal(told(named, timer), 'beep, at z, depth 1, wake 5');
  });

  it('does not spin: an empty list is passed over', () => {
    assert.equal(told(kept([])), 'at z, depth 1, wake 5');
  });
});
