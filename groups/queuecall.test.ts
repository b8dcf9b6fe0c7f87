import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallId, GroupId } from '../kernel/brand.ts';
import { rollerOf } from '../kernel/random.ts';
import type { GroupFact } from '../calls/group_facts.ts';
import type { GroupEvent } from './effects.ts';
import { advance, opened } from './machine.ts';
import { BEGIN, QUEUECALL, tell } from './queue_stories.ts';
import { isOver, type Queuecall, serviceMs, waitedMs } from './queuecall.ts';
import { QUEUECALL_TABLE, queuecallMachine } from './queuecall_machine.ts';
import { openQueuecall } from './queuecall_moves.ts';

const MEMBER = 'phone' as CallId;

function read([first = '', second = '']: readonly string[], own: Queuecall): GroupFact {
  const agent = { agent_id: 'ann' as GroupId, offer: Number(second) };
  const nested_id = second === 'old' ? ('x' as GroupId) : (own.held?.ring_id ?? ('x' as GroupId));
  const facts: Readonly<Record<string, GroupFact>> = {
    line: { type: 'line_joined', ahead: 3 },
    full: { type: 'line_refused' },
    taken: { type: 'agent_taken', ...agent },
    asks: { type: 'agent_asks', ...agent },
    answered: { type: 'nested_answered', nested_id, call_id: MEMBER },
    silent: { type: 'nested_ended', nested_id, reason: 'noanswer', code: null },
    gone: { type: 'master_ended' },
    left: { type: 'call_left' },
    kick: { type: 'kick_asked' },
    delete: { type: 'delete_asked' },
  };
  const fact = facts[first];
  assert.ok(fact, first);
  return fact;
}

/** What is told | how it stands | what the last of it causes. */
const STORIES = `
                                           | initiating         | +created, queue queuecall_entered
line                                       | waiting            | +waiting
line; line                                 | waiting            |
full                                       | kicking            | +kicking, caller group_ended
full; left                                 | abandoned          | +abandoned, queue queuecall_left

a waiting call gets an agent, who answers
line; taken 1                              | connecting ann     | +entering, ring ann
taken 1                                    | connecting ann     | +entering, ring ann
taken 1; line                              | connecting ann     |
line; taken 1; taken 1                     | connecting ann     |
line; taken 1; answered                    | service ann        | +serviced, ring admitted, caller group_answered, ann agent_answered, queue queuecall_served
line; taken 1; answered; answered          | service ann        |
line; taken 1; answered; silent            | done               | +done, caller group_ended, ann agent_freed, queue queuecall_left
line; taken 1; answered; gone              | done ann off         | +done, ring hangup_asked, queue queuecall_left
line; taken 1; answered; gone; silent      | done               | ann agent_freed
line; taken 1; answered; left              | done ann off         | +done, ring hangup_asked, queue queuecall_left
line; taken 1; answered; timer service     | kicking ann off      | +kicking, caller group_ended, ring hangup_asked
line; taken 1; answered; kick; left        | done ann off         | +done, ring hangup_asked, queue queuecall_left
line; taken 1; answered; kick; silent      | kicking            | ann agent_freed
line; taken 1; answered; kick; answered    | kicking ann off      | ring hangup_asked

an agent does not answer
line; taken 1; silent                      | waiting            | +waiting, ann agent_freed, queue queuecall_back
line; taken 1; timer ring                  | connecting ann off | ring hangup_asked
line; taken 1; timer ring; timer ring      | connecting ann off | ring hangup_asked
line; taken 1; timer ring; answered        | connecting ann off | ring hangup_asked
line; taken 1; timer ring; silent          | waiting            | +waiting, ann agent_freed, queue queuecall_back
line; taken 1; silent; taken 1             | waiting            | ann agent_freed
line; taken 1; silent; answered old        | waiting            | x hangup_asked
line; taken 1; silent; taken 2             | connecting ann     | +entering, ring ann
line; taken 1; taken 2                     | connecting ann     | ann agent_freed

the caller is gone while an agent rings
line; taken 1; gone                        | abandoned ann off  | +abandoned, ring hangup_asked, queue queuecall_left
line; taken 1; gone; answered              | abandoned ann off  | ring hangup_asked
line; taken 1; gone; timer ring            | abandoned ann off  | ring hangup_asked
line; taken 1; gone; silent                | abandoned          | ann agent_freed
line; taken 1; gone; silent; silent        | abandoned          |
line; gone                                 | abandoned          | +abandoned, queue queuecall_left
line; gone; taken 1                        | abandoned          | ann agent_freed, queue queuecall_left
gone; line                                 | abandoned          | queue queuecall_left
line; left                                 | abandoned          | +abandoned, queue queuecall_left

it has waited long enough
line; timer wait                           | kicking            | +kicking, caller group_ended
line; timer wait; left                     | abandoned          | +abandoned, queue queuecall_left
line; timer wait; timer leave              | abandoned          | +abandoned, queue queuecall_left
line; timer wait; taken 1                  | kicking            | ann agent_freed
line; taken 1; timer wait                  | connecting ann     |
line; taken 1; timer wait; answered        | service ann        | +serviced, ring admitted, caller group_answered, ann agent_answered, queue queuecall_served
line; taken 1; timer wait; silent          | kicking            | +kicking, ann agent_freed, caller group_ended
line; kick                                 | kicking            | +kicking, caller group_ended
line; kick; kick                           | kicking            |
line; kick; gone                           | abandoned          | +abandoned, queue queuecall_left
line; delete                               | kicking            | +kicking, +deleted, caller group_ended
line; gone; delete                         | abandoned          | +deleted
line; gone; delete; delete                 | abandoned          |

an agent that has heard nothing for long asks
line; taken 1; asks 1                      | connecting ann     |
line; taken 1; asks 2                      | connecting ann     | ann agent_freed
line; asks 1                               | waiting            | ann agent_freed
line; taken 1; gone; asks 1                | abandoned ann off  |
line; taken 1; answered; asks 1            | service ann        |
line; gone; asks 1                         | abandoned          | ann agent_freed
`;

function standing({ status, held }: Queuecall): string {
  if (held === null) return status;
  return `${status} ${held.agent_id}${held.given_up ? ' off' : ''}`;
}

describe('a call in a queue', () => {
  for (const line of STORIES.split('\n').filter((each) => each.includes('|'))) {
    const [facts = '', stands = '', effects = ''] = line.split('|').map((part) => part.trim());
    it(`${facts === '' ? 'comes' : facts}`, () => {
      const told = tell(queuecallMachine, openQueuecall(QUEUECALL), { facts, read });
      assert.equal(standing(told.group), stands);
      assert.equal(told.effects, effects);
    });
  }

  it('counts how long it waits and talks', () => {
    const facts = 'line; +29s; taken 1; answered; +9s; silent';
    const { group } = tell(queuecallMachine, openQueuecall(QUEUECALL), { facts, read });
    assert.deepEqual([waitedMs(group), serviceMs(group)], [32_000, 10_000]);
    assert.equal(group.service_call_id, MEMBER);
  });

  it('waits and talks for ever where its queue sets no bounds', () => {
    const open = openQueuecall({ ...QUEUECALL, wait_timeout_ms: 0, service_timeout_ms: 0 });
    const waiting = tell(queuecallMachine, open, { facts: 'line', read }).group;
    assert.deepEqual(waiting.timers, {});
    const served = tell(queuecallMachine, open, { facts: 'line; taken 1; answered', read }).group;
    assert.deepEqual(served.timers, {});
  });
});

const WORDS = [
  ...['line', 'full', 'taken 1', 'taken 2', 'taken 3', 'asks 1', 'answered', 'answered old'],
  ...['silent', 'silent old', 'gone', 'left', 'kick', 'delete', 'timer'],
];

function eventOf(word: string, own: Queuecall, n: number): GroupEvent {
  const named = { id: `e${n}`, subject_id: own.id, at: BEGIN + n * 1_000 } as unknown as Pick<
    GroupEvent,
    'id' | 'subject_id' | 'at'
  >;
  const [timer] = Object.entries(own.timers);
  if (word !== 'timer' || timer === undefined)
    return { ...read(word === 'timer' ? ['line'] : word.split(' '), own), ...named };
  return { type: 'timer_fired', timer: timer[0], due: timer[1], ...named };
}

describe('a call in a queue, whatever it is told', () => {
  it('never answers twice, holds no agent for nothing, and tells every change once', () => {
    for (let seed = 0; seed < 3_000; seed += 1) {
      const roll = rollerOf(seed);
      let { state: own } = opened(openQueuecall(QUEUECALL), BEGIN);
      let served = 0;
      let freed = 0;
      let taken = 0;
      for (let n = 1; n < 40; n += 1) {
        const before = own;
        const event = eventOf(WORDS[roll(WORDS.length)] ?? 'line', own, n);
        const step = advance(queuecallMachine, own, event);
        assert.ok(step);
        own = step.state;
        const told = step.effects.filter((effect) => effect.do === 'notice_tell');
        const deleted = before.tm_delete === null && own.tm_delete !== null ? 1 : 0;
        assert.equal(told.length, (before.status === own.status ? 0 : 1) + deleted);
        if (isOver(before)) assert.equal(own.status, before.status, 'what is over stays over');
        served += Number(before.status !== 'service' && own.status === 'service');
        taken += Number(before.held === null && own.held !== null);
        freed += Number(before.held !== null && own.held === null);
        if (own.held?.given_up === true || own.status === 'connecting')
          assert.ok(own.timers['ring'], 'phones that ring are looked after');
      }
      assert.ok(served <= 1);
      assert.equal(taken - freed, own.held === null ? 0 : 1);
    }
  });

  it('answers every fact in every status', () => {
    const known = Object.keys(QUEUECALL_TABLE.waiting).toSorted();
    for (const row of Object.values(QUEUECALL_TABLE))
      assert.deepEqual(Object.keys(row).toSorted(), known);
  });
});
