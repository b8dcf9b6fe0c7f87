import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GroupId, Instant } from '../kernel/brand.ts';
import type { GroupFact } from '../calls/group_facts.ts';
import type { FreeAgent, RoutingMethod } from '../calls/queue_facts.ts';
import { figuresOf, type Queue } from './queue.ts';
import { atEnd, match, RETRY_MS, unasked } from './queue_line.ts';
import { queueMachine } from './queue_machine.ts';
import { LINE_MAX, LOOK_MS, openQueue } from './queue_moves.ts';
import { BEGIN, QUEUE, tell } from './queue_stories.ts';

/** `found ann@3 bob@1`: Ann is free since 3, Bob since 1. `served c 9000`: c waited that long. */
function read([first = '', ...rest]: readonly string[]): GroupFact {
  const [second = '', third = ''] = rest;
  const queuecall_id = second as GroupId;
  const facts: Readonly<Record<string, () => GroupFact>> = {
    comes: () => ({ type: 'queuecall_entered', queuecall_id }),
    back: () => ({ type: 'queuecall_back', queuecall_id, offer: Number(third) }),
    served: () => ({ type: 'queuecall_served', queuecall_id, waited_ms: Number(third) }),
    gone: () => ({ type: 'queuecall_left', queuecall_id, how: 'abandoned', ...spans(third) }),
    done: () => ({ type: 'queuecall_left', queuecall_id, how: 'done', ...spans(third) }),
    found: () => ({ type: 'agents_found', agents: rest.map(agentIn) }),
    refused: () => ({
      type: 'agent_refused',
      queuecall_id,
      agent_id: 'ann' as GroupId,
      offer: Number(third),
    }),
    came: () => ({ type: 'agent_came' }),
    untagged: () => ({ type: 'queue_written', settings: { tag_ids: [] } }),
    named: () => ({ type: 'queue_written', settings: { name: second } }),
    delete: () => ({ type: 'delete_asked' }),
  };
  const make = facts[first];
  assert.ok(make, first);
  return make();
}

function spans(word: string): { waited_ms: number; service_ms: number } {
  const [waited_ms = 0, service_ms = 0] = word.split('+').map(Number);
  return { waited_ms, service_ms };
}

function agentIn(word: string): FreeAgent {
  const [agent_id = '', since = '0'] = word.split('@');
  return { agent_id: agent_id as GroupId, since: Number(since) as Instant };
}

/** What is told | how it stands: the line, `/` who is served | what the last of it causes. */
const STORIES = `
                                                   | idle                  | +created
comes c                                            | waiting c             | c line_joined, agents_find
comes c; comes c                                   | waiting c             |
comes c; comes d                                   | waiting c d           | d line_joined, agents_find
comes c; found                                     | waiting c             |
comes c; found ann                                 | waiting c:ann         | ann agent_wanted
comes c; comes d; found ann bob                    | waiting c:ann d:bob   | ann agent_wanted, bob agent_wanted
comes c; comes d; found ann                        | waiting c:ann d       | ann agent_wanted
comes c; comes d; found ann; found ann             | waiting c:ann d       |
comes c; comes d; found ann; found ann bob         | waiting c:ann d:bob   | bob agent_wanted
comes c; found bob@3 ann@1                         | waiting c:ann         | ann agent_wanted
comes c; timer look                                | waiting c             | agents_find
comes c; found ann; timer look                     | waiting c:ann         |
comes c; found ann; +120s; timer look              | waiting c:ann         | ann agent_wanted
comes c; came                                      | waiting c             | agents_find
came                                               | idle                  |
comes c; found ann; came                           | waiting c:ann         |

an agent does not answer, or is another's already
comes c; found ann; back c 1                       | waiting c-ann         | agents_find
comes c; found ann; back c 2                       | waiting c:ann         |
comes c; found ann; back c 1; found ann            | waiting c-ann         |
comes c; found ann; back c 1; found ann bob        | waiting c-ann:bob     | bob agent_wanted
comes c; found ann; back c 1; +9s; found ann       | waiting c:ann         | ann agent_wanted
comes c; found ann; refused c 1                    | waiting c             | agents_find
comes c; found ann; refused c 1; found ann         | waiting c:ann         | ann agent_wanted
comes c; found ann; refused c 1; found ann; refused c 1 | waiting c:ann    |

calls are served, or give up
comes c; found ann; served c 4000                  | idle /c               |
comes c; served d 4000                             | waiting c             |
comes c; comes d; found ann; served c 4000         | waiting d /c          |
comes c; found ann; served c 4000; done c 4000+9000 | idle                 |
comes c; found ann; done c 4000+9000               | idle                  |
comes c; gone c 4000                               | idle                  |
gone c 4000                                        | idle                  |
comes c; comes d; gone c 4000                      | waiting d             |
comes c; comes d; found ann; gone c 4000           | waiting d             |

what is written of it
named Sales                                        | idle                  | +updated
comes c; named Sales                               | waiting c             | +updated, agents_find
untagged; comes c                                  | waiting c             | c line_joined
delete                                             | idle deleted          | +deleted
comes c; comes d; delete                           | waiting c d deleted   | +deleted, c kick_asked, d kick_asked
delete; comes c                                    | idle deleted          | c line_refused
delete; delete                                     | idle deleted          |
`;

function standing({ status, line, serving, tm_delete }: Queue): string {
  const names = line.map(({ queuecall_id, asked, tried }) => {
    const before = tried.map((agent) => `-${agent}`).join('');
    return `${queuecall_id}${before}${asked === null ? '' : `:${asked.agent_id}`}`;
  });
  const served = serving.length === 0 ? [] : [`/${serving.join('+')}`];
  return [status, ...names, ...served, ...(tm_delete === null ? [] : ['deleted'])].join(' ');
}

const told = (facts: string): ReturnType<typeof tell<Queue>> =>
  tell(queueMachine, openQueue(QUEUE), { facts, read });

describe('a queue', () => {
  for (const line of STORIES.split('\n').filter((each) => each.includes('|'))) {
    const [facts = '', stands = '', effects = ''] = line.split('|').map((part) => part.trim());
    it(facts === '' ? 'is made' : facts, () => {
      const { group, effects: caused } = told(facts);
      assert.equal(standing(group), stands);
      assert.equal(caused, effects);
    });
  }

  it('is never without an alarm while anybody waits, and never with one otherwise', () => {
    assert.equal(told('comes c').group.timers['look'], BEGIN + 1_000 + LOOK_MS);
    // However much happens meanwhile, the look is not put off.
    const busy = told('comes c; comes d; gone d 1; named x; found').group;
    assert.equal(busy.timers['look'], BEGIN + 1_000 + LOOK_MS);
    assert.deepEqual(told('comes c; gone c 1').group.timers, {});
    assert.deepEqual(told('comes c; found ann; served c 1').group.timers, {});
  });

  it('turns away who comes when it is full', () => {
    const crowd = Array.from({ length: LINE_MAX }, (_, n) => `comes c${n}`).join('; ');
    const { group, effects } = told(`${crowd}; comes late`);
    assert.equal(group.line.length, LINE_MAX);
    assert.equal(effects, 'late line_refused');
    assert.equal(group.totals.incoming_count, LINE_MAX);
  });

  it('keeps its figures', () => {
    const facts =
      'comes a; comes b; comes c; comes d; found ann bob; served a 4000; served b 40000; ' +
      'done a 4000+9000; done a 4000+9000; gone c 7000; gone c 7000';
    const { totals, ...now } = figuresOf(told(facts).group);
    assert.deepEqual(now, {
      waiting_count: 1,
      service_count: 1,
      wait_ms_average: 22_000,
      service_ms_average: 9_000,
      service_level_percent: 33.33,
    });
    assert.deepEqual(totals, {
      incoming_count: 4,
      serviced_count: 2,
      abandoned_count: 1,
      within_count: 1,
      wait_ms_sum: 44_000,
      wait_ms_max: 40_000,
      service_ended_count: 1,
      service_ms_sum: 9_000,
    });
    const fresh = figuresOf(told('').group);
    assert.deepEqual([fresh.wait_ms_average, fresh.service_level_percent], [null, null]);
  });

  it('counts who was served also where the end is told first', () => {
    const { totals } = told('comes a; found ann; done a 4000+9000; served a 4000').group;
    assert.deepEqual([totals.serviced_count, totals.service_ended_count], [1, 1]);
  });
});

describe('the choice of an agent', () => {
  const line = atEnd([], 'c' as GroupId, BEGIN);
  const agents = ['dan@4', 'ann@9', 'cid@2', 'bob@7'].map(agentIn);
  const chosen = (method: RoutingMethod, last: string | null, from = agents): string | null => {
    const matched = match(line, from, { method, last: last as GroupId | null, at: BEGIN });
    return matched.line[0]?.asked?.agent_id ?? null;
  };

  it('takes who has been idle the longest', () => {
    assert.equal(chosen('longest_idle', null), 'cid');
  });

  it('goes round', () => {
    assert.deepEqual(
      [null, 'ann', 'bob', 'dan', 'zoe'].map((last) => chosen('round_robin', last)),
      ['ann', 'bob', 'cid', 'ann', 'ann'],
    );
  });

  it('draws lots, the same for the same call, and gives everybody a chance', () => {
    const drawn = new Map<string | null, number>();
    for (let n = 0; n < 400; n += 1) {
      const own = atEnd([], `c${n}` as GroupId, BEGIN);
      const how = { method: 'random', last: null, at: BEGIN } as const;
      const [first, second] = [agents, agents.toReversed()].map(
        (from) => match(own, from, how).line[0]?.asked?.agent_id ?? null,
      );
      assert.equal(first, second, 'whatever the order in which they were found');
      drawn.set(first ?? null, (drawn.get(first ?? null) ?? 0) + 1);
    }
    assert.equal(drawn.size, 4);
    for (const count of drawn.values()) assert.ok(count > 60, String(count));
  });

  it('begins a new round when all have rung in vain, after a pause', () => {
    const how = { method: 'longest_idle', last: null } as const;
    const one = [agentIn('ann@1')];
    const asked = match(line, one, { ...how, at: BEGIN }).line;
    const about = { queuecall_id: 'c' as GroupId, offer: 1 };
    const missed = unasked(asked, about, { rang: true, at: BEGIN });
    const early = (BEGIN + RETRY_MS - 1) as Instant;
    assert.equal(match(missed, one, { ...how, at: early }).asking.length, 0);
    const late = (BEGIN + RETRY_MS) as Instant;
    const again = match(missed, one, { ...how, at: late }).line[0];
    assert.deepEqual([again?.asked?.agent_id, again?.offer, again?.tried], ['ann', 2, []]);
  });
});
