import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallId, GroupId } from '../kernel/brand.ts';
import type { Call } from '../calls/call.ts';
import type { FactOf } from '../calls/events.ts';
import {
  beginTale,
  callOf,
  factOf,
  outcomeOf,
  type Tale,
  tellNext,
} from '../tests/flow_stories.ts';

const QUEUE = '0190a3c4-7b1e-7c00-8000-0123456789ab';
const FLOW = [
  { id: 'here', type: 'queue_join', option: { queue_id: QUEUE } },
  { id: 'next', type: 'rest' },
];
const TEXT = { name: 'Support', detail: '', wait_timeout: 60_000, service_timeout: 0, ahead: 2 };
const TALK = [{ id: 'wait', type: 'talk', option: { text: 'Please hold' } }];
const LEAVE = [{ id: 'off', type: 'goto', option: { target_id: 'next' } }];

const found = (actions: readonly object[]): string =>
  `reply:200:${JSON.stringify({ ...TEXT, actions })}`;

/** The id under which the call stands in the queue: what its flow has asked for. */
function queuecallOf({ run }: Tale): GroupId {
  const keeper = run.frames.find((frame) => frame.keeper !== undefined)?.keeper;
  return (keeper?.memory ?? run.memory)['queuecall_id'] as GroupId;
}

/** A fact in a story's words: those of other flows, and `agent`, `over`, `absent`, `other`. */
function fact(word: string, tale: Tale): FactOf {
  const group_id = queuecallOf(tale);
  const member_call_id = 'phone' as CallId;
  const over = { type: 'group_ended', reason: 'normal', code: null } as const;
  const facts: Readonly<Record<string, FactOf>> = {
    agent: { type: 'group_answered', group_id, member_call_id },
    over: { ...over, group_id },
    absent: { type: 'group_absent', group_id },
    other: { ...over, group_id: 'another' as GroupId },
  };
  return facts[word] ?? factOf(word, tale);
}

function told(words: readonly string[], call: Call = callOf()): Tale {
  return words.reduce((tale, word) => tellNext(tale, fact(word, tale)), beginTale(FLOW, call));
}

/** What the flow does at the last of the words. */
function last(...words: readonly string[]): string {
  return lastOf(told(words));
}

function lastOf(tale: Tale): string {
  return outcomeOf({ ...tale, orders: tale.last.effects.map(({ order }) => order) });
}

describe('queue_join', () => {
  it('reads the queue before it comes into it', () => {
    assert.equal(last(), `read queue ${QUEUE}, wake 60000, at here`);
    assert.match(last('timer'), /the queue was not found in time/);
    assert.match(last('no-reply'), /^action_failed normal \(queue_join here: there is no queue/);
  });

  it('runs the wait flow, pauses, and runs it again', () => {
    assert.match(last(found(TALK)), new RegExp(`^queue ${QUEUE}, say Please hold, .*at wait$`));
    assert.equal(last(found(TALK), 'fin'), 'wake 1000, at here');
    assert.equal(last(found(TALK), 'fin', 'timer'), `read queue ${QUEUE}, wake 60000, at here`);
    assert.match(last(found(TALK), 'fin', 'timer', found(TALK)), /^say Please hold, .*at wait$/);
  });

  it('waits in silence where there is no wait flow', () => {
    assert.equal(last(found([])), `queue ${QUEUE}, wake 60000, at here`);
    assert.equal(last(found([]), 'timer'), `read queue ${QUEUE}, wake 60000, at here`);
    assert.equal(last(found([]), 'timer', 'no-reply'), 'wake 60000, at here');
  });

  it('lets the call and the agent talk, whatever was being said', () => {
    const { last: step, orders } = told([found(TALK), 'agent']);
    assert.match(lastOf(told([found(TALK), 'agent'])), /^stop, stop, join, at here$/);
    assert.equal(step.state.variables['voipbin.queuecall.status'], 'service');
    assert.equal(orders.filter((order) => order.give === 'group_open').length, 1);
    assert.match(last(found([]), 'agent'), /^stop, join, /);
  });

  it('goes on when the talk is over', () => {
    const tale = told([found(TALK), 'agent', 'over']);
    assert.match(lastOf(tale), /^leave, tell .* call_left, at next$/);
    assert.equal(tale.run.variables['voipbin.queuecall.status'], 'done');
  });

  it('goes on when it is sent on before anybody has answered', () => {
    for (const word of ['over', 'absent']) {
      const tale = told([found(TALK), word]);
      assert.match(lastOf(tale), /^stop, tell .* call_left, at next$/);
      assert.equal(tale.run.variables['voipbin.queuecall.status'], 'abandoned');
    }
    assert.match(last(found(TALK), 'other'), /at wait$/);
  });

  it('is not sent back into the wait flow by what comes late', () => {
    const talking = [found([]), 'timer', 'agent'];
    assert.match(lastOf(told([...talking, found(TALK)])), /at here$/);
    assert.match(lastOf(told([...talking, 'timer'])), /at here$/);
  });

  it('says that it has left when the wait flow goes elsewhere', () => {
    assert.match(last(found(LEAVE)), new RegExp(`^queue ${QUEUE}, tell .* call_left, at next$`));
  });

  it('tells what there is to know in variables', () => {
    const { variables } = told([found([])]).run;
    assert.equal(variables['voipbin.queue.name'], 'Support');
    assert.equal(variables['voipbin.queuecall.position'], '3');
    assert.equal(variables['voipbin.queuecall.timeout_wait'], '60000');
    assert.equal(variables['voipbin.queuecall.status'], 'waiting');
  });

  it('answers an incoming call, and joins once that is answered', () => {
    const call = callOf({ direction: 'incoming', status: 'dialing' });
    assert.equal(lastOf(told([], call)), `answer, read queue ${QUEUE}, wake 60000, at here`);
    assert.equal(lastOf(told([found([]), 'agent'], call)), 'at here');
    const joined = lastOf(told([found([]), 'agent', 'answered'], call));
    assert.match(joined, /^stop, join, /);
  });
});
