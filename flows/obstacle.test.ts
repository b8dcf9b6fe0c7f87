import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Call } from '../calls/call.ts';
import { beginTale, callOf, factOf, flowOf, NOW } from '../tests/flow_stories.ts';
import { runOf, stageOf, tellNext } from '../tests/flow_stories.ts';
import type { Need } from './action.ts';
import { begin } from './advance.ts';
import type { FlowRun } from './flow.ts';

const TALK = { id: 'talk', type: 'talk', option: { text: 'Hi' } };
const REST = { id: 'rest', type: 'rest' };
const RINGING = { status: 'ringing', tm_ringing: 0 } as Partial<Call>;

function whys({ skipped }: FlowRun): string[] {
  return skipped.map(({ action_id, type, why }) => `${action_id} ${type}: ${why}`);
}

describe('an action that cannot do its work', () => {
  it('is skipped where the carrier does not offer what it needs, and the run says so', () => {
    const can = (need: Need): boolean => need !== 'say';
    const { state } = begin(runOf(flowOf([TALK, REST])), { ...stageOf(callOf(), 'e'), can });
    assert.equal(state.current_action?.id, 'rest');
    assert.deepEqual(whys(state), ['talk talk: the carrier does not offer say']);
  });

  it('is skipped on an incoming call that is not answered', () => {
    const incoming = callOf({ ...RINGING, direction: 'incoming' });
    const { run, orders } = beginTale([TALK, REST], incoming);
    assert.deepEqual(orders, []);
    assert.deepEqual(whys(run), ['talk talk: the call is not answered']);
  });

  it('is held until an outgoing call is answered, and begins once', () => {
    const held = beginTale([TALK, REST], callOf(RINGING));
    assert.deepEqual([held.run.held, held.run.current_action?.id], [true, 'talk']);
    const pressed = tellNext(held, factOf('keys:1', held));
    assert.deepEqual([pressed.run.held, pressed.orders], [true, []]);
    const answered = tellNext(pressed, factOf('answered', pressed));
    assert.deepEqual([answered.run.held, answered.orders.length], [false, 1]);
    assert.equal(answered.run.executed_count, 1);
    assert.equal(tellNext(answered, factOf('fin', answered)).run.current_action?.id, 'rest');
  });

  it('ends with a call that never is answered', () => {
    const held = beginTale([TALK, REST], callOf(RINGING));
    const over = callOf({ status: 'hangup' });
    const { run } = tellNext({ ...held, call: over }, factOf('master', held));
    assert.deepEqual([run.held, run.ended_because], [false, 'call_ended']);
  });

  it('says what the carrier could not do', () => {
    const tale = beginTale([TALK, REST]);
    const { run } = tellNext(tale, factOf('failed', tale));
    assert.deepEqual(whys(run), ['talk talk: no such voice']);
    assert.equal(run.skipped[0]?.at, NOW);
  });

  it('is remembered among the latest twenty', () => {
    const many = Array.from({ length: 30 }, (_, n) => ({ ...TALK, id: `t${n}` }));
    const can = (need: Need): boolean => need !== 'say';
    const { state } = begin(runOf(flowOf([...many, REST])), { ...stageOf(callOf(), 'e'), can });
    assert.equal(state.skipped.length, 20);
    assert.equal(state.skipped.at(-1)?.action_id, 't29');
  });
});
