import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallId, GroupId } from '../kernel/brand.ts';
import type { Call } from './call.ts';
import { eventIn, freshCall, standing, telling } from './stories.ts';
import { bringerOf } from './ties.ts';
import { transition } from './transition.ts';

/**
 * One line per story: the call (k is its chained call, t the transfer), what happens, how it stands
 * and whose it is, what the last of it orders.
 */
const STORIES = `
  a chained call is let go         | children=k | answered, released             | progressing x1 | - (-) t  | tell t child_let_go
  it is let go once                | children=k | answered, released, released   | progressing x1 | - (-) t  | tell t child_let_go
  it does not end with it any more | children=k | answered, released, ended normal | hangup remote normal x1 | - (-) t | updated hangup usage 2000 tell t master_ended
  others still do                  | children=k,l | answered, released, ended normal | hangup remote normal x1 | - (l) t | updated hangup usage 2000 tell l master_ended tell t master_ended
  a group brought it               | opened     | answered, groupup, released    | progressing x1 | - (-) t  | tell t child_let_go tell g handed_over
  that group is its own then       | opened     | answered, groupup, released, ended normal | hangup remote normal x1 | - (-) t | updated hangup usage 3000 tell t master_ended
  it comes back, or another does   | children=k | answered, released, groupup    | progressing x1 | - (k) t  |
  it ends with it again            | children=k | answered, released, groupup, ended normal | hangup remote normal x1 | - (k) t | updated hangup usage 3000 tell k master_ended tell t master_ended
  not one that is not chained      |            | answered, released             | progressing x1 | - (-)    | tell t child_kept
  nor before the answer            | children=k | ringing, released              | ringing x1     | - (k)    | tell t child_kept
  nor while it hangs up            | children=k | answered, asked, released      | terminating normal x1 | - (k) | tell t child_kept
  nor once it is over              | children=k | answered, ended normal, released | hangup remote normal x1 | - (k) | tell t child_kept
  a call is set free               | child      | answered, freed                | progressing x1 | - (-) t  |
  its end is the transfer's to hear| child      | answered, freed, ended normal  | hangup remote normal x1 | - (-) t | updated hangup usage 2000 tell t member_ended
  its master's is not its own      | child      | answered, freed, freed         | progressing x1 | - (-) t  |
  set free while it hangs up       | child      | answered, asked, freed, ended normal | hangup local normal x1 | - (-) t | updated hangup usage 3000 tell t member_ended
  set free too late                | child      | answered, ended normal, freed  | hangup remote normal x1 | master (-) | tell t member_ended
  it is another's now              | child      | answered, freed, adopted       | progressing x1 | new (-) t |
  whose end is its own             | child      | answered, freed, adopted, master | terminating normal x1 | new (-) t | updated hangup #1
  and who hears of its end         | child      | answered, freed, adopted, ended normal | hangup remote normal x1 | new (-) t | updated hangup usage 3000 tell new child_ended tell t member_ended
  adopted once                     | child      | answered, adopted, adopted     | progressing x1 | new (-)  |
  not while it hangs up            | child      | answered, asked, adopted       | terminating normal x1 | master (-) |
  nor once it is over              | child      | answered, ended normal, adopted | hangup remote normal x1 | master (-) |
`;

function kin({ master_call_id, chained_call_ids, ties }: Call): string {
  const chained = chained_call_ids.length === 0 ? '-' : chained_call_ids.join(' ');
  const groups = [...(ties?.opened ?? []), ...(ties?.joined ?? [])].filter((id) => id !== 'g');
  return [`${master_call_id ?? '-'} (${chained})`, ...new Set(groups)].join(' ');
}

function tell(traits: string, events: string): { call: Call; last: string } {
  let call = freshCall(traits);
  let last = '';
  for (const [n, words] of events.split(', ').entries()) {
    const step = transition(call, eventIn(words, call, 2_000 + n * 1_000));
    last = step.effects.map((effect) => telling(effect, step.state)).join(' ');
    call = step.state;
  }
  return { call, last };
}

describe('handing a call over', () => {
  for (const line of STORIES.split('\n').filter((each) => each.includes('|'))) {
    const [name = '', traits = '', events = '', stands = '', whose = '', orders = ''] = line
      .split('|')
      .map((part) => part.trim());
    it(name, () => {
      const { call, last } = tell(traits, events);
      assert.equal(standing(call), stands);
      assert.equal(kin(call), whose);
      assert.equal(last, orders);
    });
  }

  it('remembers which group brought whom, and forgets it with the group', () => {
    const { call } = tell('opened', 'answered, groupup');
    assert.equal(bringerOf(call.ties, 'k' as CallId), 'g' as GroupId);
    assert.equal(bringerOf(call.ties, 'l' as CallId), null);
    assert.equal(tell('opened', 'answered, groupup, groupdown').call.ties, null);
  });
});
