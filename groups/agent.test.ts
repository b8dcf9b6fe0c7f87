import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GroupId, TagId } from '../kernel/brand.ts';
import type { GroupFact } from '../calls/group_facts.ts';
import type { Presence } from '../calls/queue_facts.ts';
import type { Agent } from './agent.ts';
import { agentMachine } from './agent_machine.ts';
import { AGENT_CHECK_MS, openAgent } from './agent_moves.ts';
import { AGENT, BEGIN, tell } from './queue_stories.ts';

/** `wanted c 2`: the call c of a queue wants it, as its second offer. */
function read([first = '', second = '', third = '']: readonly string[]): GroupFact {
  const about = { queuecall_id: second as GroupId, offer: Number(third) };
  const facts: Readonly<Record<string, GroupFact>> = {
    wanted: { type: 'agent_wanted', queue_id: 'queue' as GroupId, ...about },
    answered: { type: 'agent_answered', ...about },
    freed: { type: 'agent_freed', ...about, wrap_up_ms: 0 },
    wrapped: { type: 'agent_freed', ...about, wrap_up_ms: 5_000 },
    is: { type: 'presence_set', presence: second as Presence },
    named: { type: 'agent_written', profile: { name: second } },
    tagged: { type: 'agent_written', profile: { tag_ids: [second as TagId] } },
    delete: { type: 'delete_asked' },
  };
  const fact = facts[first];
  assert.ok(fact, first);
  return fact;
}

/** What is told | how it stands | what the last of it causes. */
const STORIES = `
                                                    | available           | name_claim, +created
wanted c 1                                          | ringing c ringing   | +status_updated, c agent_taken
wanted c 1; wanted c 1                              | ringing c ringing   | c agent_taken
wanted c 1; wanted c 2                              | ringing c ringing   | queue agent_refused
wanted c 1; wanted d 1                              | ringing c ringing   | queue agent_refused
wanted c 1; answered c 1                            | busy c talking      | +status_updated
wanted c 1; answered c 2                            | ringing c ringing   |
wanted c 1; answered d 1                            | ringing c ringing   |
wanted c 1; answered c 1; wanted c 1                | busy c talking      | queue agent_refused
wanted c 1; freed c 1                               | available           | +status_updated, queues_rouse
wanted c 1; freed d 1                               | ringing c ringing   |
wanted c 1; answered c 1; wrapped c 1               | busy c wrapping     |
wanted c 1; answered c 1; wrapped c 1; wrapped c 1  | busy c wrapping     |
wanted c 1; answered c 1; wrapped c 1; wanted d 1   | busy c wrapping     | queue agent_refused
wanted c 1; answered c 1; wrapped c 1; timer wrap_up | available          | +status_updated, queues_rouse
wanted c 1; answered c 1; wrapped c 1; is available | available           | +status_updated, queues_rouse
wanted c 1; answered c 1; wrapped c 1; is offline   | offline             | +status_updated
freed c 1                                           | available           |
answered c 1                                        | available           |

what it says of itself
is away                                             | away                | +status_updated
is available                                        | available           |
is away; is available                               | available           | +status_updated, queues_rouse
is away; wanted c 1                                 | away                | queue agent_refused
wanted c 1; is away                                 | ringing c ringing   |
wanted c 1; is away; freed c 1                      | away                | +status_updated
wanted c 1; answered c 1; is offline; freed c 1     | offline             | +status_updated
wanted c 1; answered c 1; is busy; freed c 1        | busy                |

what is written of it
named Bob                                           | available           | +updated
tagged french                                       | available           | +updated, queues_rouse
is away; tagged french                              | away                | +updated
delete                                              | available deleted   | +deleted, name_release
delete; delete                                      | available deleted   |
delete; wanted c 1                                  | available deleted   | queue agent_refused
delete; named Bob                                   | available deleted   |
delete; is away                                     | available deleted   |
wanted c 1; delete                                  | ringing c ringing deleted | +deleted, name_release
wanted c 1; delete; freed c 1                       | available deleted   |

it asks when it has heard nothing for long
wanted c 1; timer check                             | ringing c ringing   | c agent_asks
wanted c 1; answered c 1; timer check               | busy c talking      | c agent_asks
`;

function standing({ status, engaged, tm_delete }: Agent): string {
  const held = engaged === null ? '' : ` ${engaged.queuecall_id} ${engaged.stage}`;
  return `${status}${held}${tm_delete === null ? '' : ' deleted'}`;
}

describe('an agent', () => {
  for (const line of STORIES.split('\n').filter((each) => each.includes('|'))) {
    const [facts = '', stands = '', effects = ''] = line.split('|').map((part) => part.trim());
    it(facts === '' ? 'is made' : facts, () => {
      const told = tell(agentMachine, openAgent(AGENT), { facts, read });
      assert.equal(standing(told.group), stands);
      assert.equal(told.effects, effects);
    });
  }

  it('asks as long as it is held, and never afterwards', () => {
    const open = openAgent(AGENT);
    const ringing = tell(agentMachine, open, { facts: 'wanted c 1', read }).group;
    assert.equal(ringing.timers['check'], BEGIN + 1_000 + AGENT_CHECK_MS);
    const free = tell(agentMachine, open, { facts: 'wanted c 1; freed c 1', read }).group;
    assert.deepEqual(free.timers, {});
    const facts = 'wanted c 1; answered c 1; wrapped c 1';
    assert.deepEqual(Object.keys(tell(agentMachine, open, { facts, read }).group.timers), [
      'wrap_up',
    ]);
  });

  it('is idle since it became available', () => {
    const { group } = tell(agentMachine, openAgent(AGENT), {
      facts: 'wanted c 1; +9s; freed c 1; named Bob',
      read,
    });
    assert.equal(group.tm_status, BEGIN + 11_000);
  });

  it('never shows its password', () => {
    const { group } = tell(agentMachine, openAgent({ ...AGENT, password_hash: 'scrypt$x' }), {
      facts: '',
      read,
    });
    assert.equal(JSON.stringify(agentMachine.show(group)).includes('scrypt'), false);
  });
});
