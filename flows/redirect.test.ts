import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Call } from '../calls/call.ts';
import type { FactOf } from '../calls/events.ts';
import { beginTale, callOf, factOf, flowOf, outcomeOf, runOf } from '../tests/flow_stories.ts';
import { stageOf, type Tale, tel, tellNext } from '../tests/flow_stories.ts';
import { begin } from './advance.ts';

const REST = { id: 'rest', type: 'rest' };
const TALK = { id: 'talk', type: 'talk', option: { text: 'Hi' } };
const CONNECT = {
  id: 'connect',
  type: 'connect',
  option: { destinations: [tel('+1'), tel('+2')] },
};

function elsewhere(...actions: readonly object[]): FactOf {
  return { type: 'redirect_asked', flow_id: null, actions: flowOf(actions) };
}

/** A tale told on: each word or fact in turn. */
function told(tale: Tale, ...facts: readonly (string | FactOf)[]): Tale {
  return facts.reduce<Tale>(
    (now, fact, place) =>
      tellNext(now, typeof fact === 'string' ? factOf(fact, now) : fact, `e${place}`),
    tale,
  );
}

describe('a redirected run', () => {
  it('leaves what it says, and runs the other actions instead of all that was to come', () => {
    const away = told(beginTale([TALK, { ...REST, id: 'old' }]), elsewhere(REST));
    assert.equal(outcomeOf(away), 'say Hi, stop, at rest');
    const end = told(beginTale([TALK, REST]), elsewhere({ type: 'hangup', option: {} }));
    assert.equal(outcomeOf(end), 'say Hi, stop, finished normal');
  });

  it('does not take the end of what it left for the end of what it runs', () => {
    const tale = beginTale([TALK]);
    const late = factOf('fin', tale);
    const away = told(tale, elsewhere({ ...TALK, id: 'new' }, REST), late);
    assert.equal(away.run.current_action?.id, 'new');
  });

  it('hangs up those it has connected, and leaves their room', () => {
    const group = told(beginTale([CONNECT]), elsewhere(REST));
    assert.match(outcomeOf(group), /^ring \+1 \+2, tell \S+ hangup_asked, at rest$/);
    const met = told(beginTale([CONNECT]), 'group:answered', elsewhere(REST));
    assert.match(outcomeOf(met), /join, leave, tell \S+ hangup_asked, at rest$/);
    const one = { ...CONNECT, option: { destinations: CONNECT.option.destinations.slice(0, 1) } };
    const alone = told(beginTale([one]), elsewhere(REST));
    const [child] = alone.orders.flatMap((order) =>
      order.give === 'child' ? [order.order.call_id] : [],
    );
    assert.equal(outcomeOf(alone), `chain +1, drop ${child}, at rest`);
  });

  it('keeps its variables and its count', () => {
    const set = { type: 'variable_set', option: { key: 'name', value: 'Ada' } };
    const away = told(beginTale([set, TALK]), elsewhere(TALK, REST));
    assert.equal(away.run.variables['name'], 'Ada');
    assert.equal(away.run.executed_count, 3);
  });

  it('begins there, if it had not begun', () => {
    const ringing = callOf({ status: 'ringing', tm_ringing: 0 } as Partial<Call>);
    const run = runOf(flowOf([{ ...REST, id: 'old' }]));
    const away = tellNext({ ...beginTale([]), call: ringing, run }, elsewhere(REST));
    assert.deepEqual([away.run.status, away.orders], ['pending', []]);
    const { state } = begin(away.run, stageOf(callOf(), 'answered'));
    assert.equal(state.current_action?.id, 'rest');
  });

  it('forgets an action that waited for the answer', () => {
    const held = beginTale([TALK], callOf({ status: 'ringing' }));
    const away = told(held, elsewhere(REST));
    assert.deepEqual([away.run.held, away.run.current_action?.id], [false, 'rest']);
    assert.deepEqual(away.orders, []);
  });

  it('wakes a leg that was only called into a room', () => {
    const idle = beginTale([], callOf({ room_id: 'room' } as Partial<Call>));
    assert.equal(told(idle, elsewhere(REST)).run.current_action?.id, 'rest');
  });
});

describe('what is said from outside', () => {
  const said = (interrupt: boolean): FactOf => {
    const instruction = { do: 'say', text: 'Now', language: 'en-US', gender: 'neutral' } as const;
    return { type: 'media_asked', instruction, interrupt };
  };

  it('neither ends nor moves an action of the flow', () => {
    for (const action of [TALK, { id: 'd', type: 'digits_receive', option: {} }]) {
      const tale = beginTale([action, REST]);
      assert.equal(told(tale, said(false), 'fin-other').run.current_action?.id, action.id);
    }
  });

  it('ends what is being said, when it interrupts', () => {
    const tale = beginTale([TALK, REST]);
    assert.equal(told(tale, said(true)).run.current_action?.id, 'rest');
  });

  it('interrupts nothing but what is heard', () => {
    const flows = [
      { id: 'd', type: 'digits_receive', option: {} },
      { id: 'w', type: 'webhook_send', option: { uri: 'https://a', sync: true } },
      { id: 's', type: 'sleep', option: { duration: 1_000 } },
    ];
    for (const action of flows) {
      const tale = beginTale([action, REST]);
      assert.equal(told(tale, said(true)).run.current_action?.id, action.id);
    }
  });
});
