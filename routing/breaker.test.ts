import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Instant } from '../kernel/brand.ts';
import type { Breaker, BreakerEvent } from './breaker.ts';
import { circuitAt, newBreaker, withEvent } from './breaker.ts';

const instant = (second: number): Instant => (second * 1_000) as Instant;
const START = newBreaker(instant(0));

/** "+" delivered, "-" blamed, "." passed, "t" tried, "a" account; a number moves the clock on. */
function played(story: string, from: Breaker = START): { breaker: Breaker; second: number } {
  const types = {
    '+': 'delivered',
    '-': 'blamed',
    '.': 'passed',
    t: 'tried',
    a: 'blamed',
  } as const;
  let [breaker, second] = [from, 0];
  for (const word of story.split(/\s+|(?<=[-+.ta])(?=[-+.ta])/)) {
    if (/^\d+$/.test(word)) second += Number(word);
    else if (word !== '') {
      const at = instant(second);
      const event = { type: types[word as '+'], at } as BreakerEvent;
      breaker = withEvent(breaker, word === 'a' ? { type: 'blamed', at, account: true } : event);
    }
  }
  return { breaker, second };
}

function told(story: string): string {
  const { breaker, second } = played(story);
  const circuit = circuitAt(breaker, instant(second));
  switch (circuit.state) {
    case 'closed':
      return circuit.shed === 0 ? 'closed' : `closed, sheds ${circuit.shed.toFixed(2)}`;
    case 'open':
      return circuit.barred ? 'barred' : 'open';
    case 'probing':
      return circuit.ready ? 'probing' : 'probing, busy';
  }
}

describe('a breaker', () => {
  const STORIES = `
    nothing has happened yet                 |                               | closed
    four failures in a row do not open it    | ----                          | closed
    five do                                  | -----                         | open
    a delivery begins the row anew           | ----+----                     | closed
    what says nothing does not               | ----.-                        | open
    half of ten in a minute open it          | +-+-+-+-+-                    | open
    fewer shed some calls                    | +-+-+-+++-                    | closed, sheds 0.67
    down to none at a fifth                  | +-++++++++-+++++              | closed
    what is older than a minute is forgotten | +-+-+-+- 61 +-                | closed
    nine tries are too few to tell           | +-+-+-+--                     | closed
    it is open for half a minute             | ----- 29                      | open
    then a call may be risked                | ----- 30                      | probing
    one at a time                            | ----- 30 t                    | probing, busy
    until that has ended                     | ----- 30 t+                   | probing
    or is given up                           | ----- 30 t 120                | probing
    or tells nothing                         | ----- 30 t.                   | probing
    three deliveries close it                | ----- 30 t+t+t+               | closed
    two do not                               | ----- 30 t+t+                 | probing
    a failure opens it again                 | ----- 30 t+t+t-               | open
    for twice as long                        | ----- 30 t- 59                | open
    and then probes again                    | ----- 30 t- 60                | probing
    at most ten minutes                      | ----- 30 t- 60 t- 120 t- 240 t- 480 t- 600 t- 600 | probing
    what refuses us at once is barred        | a                             | barred
    and probed in time all the same          | a 30                          | probing
    a last resort that delivers ends a break | -----+                        | probing
    a second break is longer                 | ----- 30 t+t+t+----- 30       | open
    unless it did well for half an hour      | ----- 30 t+t+t+ 1800 ----- 30 | probing`;
  for (const line of STORIES.trim().split('\n')) {
    const [name = '', story = '', state] = line.split('|').map((cell) => cell.trim());
    it(name, () => {
      assert.equal(told(story), state);
    });
  }

  it('leaves a carrier alone for as long as it asks, within an hour', () => {
    const asked = (retry_after_ms: number): Breaker =>
      [0, 1, 2, 3, 4].reduce<Breaker>(
        (breaker) => withEvent(breaker, { type: 'blamed', at: instant(0), retry_after_ms }),
        START,
      );
    const until = (breaker: Breaker): number => (breaker.state === 'open' ? breaker.until : 0);
    assert.equal(until(asked(1_000)), 30_000);
    assert.equal(until(asked(45_000)), 45_000);
    assert.equal(until(asked(1e12)), 3_600_000);
  });

  it('is never in a break for good: it probes within an hour of any story', () => {
    const stories = fc.array(fc.constantFrom('+', '-', '.', 't', 'a', ' 7 ', ' 40 '), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(stories, (words) => {
        const { breaker, second } = played(words.join(' '));
        assert.notEqual(circuitAt(breaker, instant(second + 600)).state, 'open');
        assert.deepEqual(JSON.parse(JSON.stringify(breaker)), breaker, 'it is plain data');
        if (breaker.state === 'closed') assert.ok(breaker.slots.length <= 7);
      }),
    );
  });
});
