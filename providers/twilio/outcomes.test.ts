import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { classOf, type Failure, isGone, isPassing, outcomeOf } from './outcomes.ts';

/** What Twilio says: HTTP status, its own code, and what that means for a dial. */
const STORIES = `
429 20429 throttled | 429 -     throttled | 400 10004 throttled
400 21215 failed    | 400 21216 failed    | 400 21214 failed    | 400 13227 failed
400 21211 number    | 400 21217 number    | 400 13223 number
401 20003 config    | 403 20005 config    | 400 21210 config    | 400 21212 config | 404 20404 config
400 21205 request   | 400 21213 request   | 400 21626 request   | 400 32018 request
400 -     request   | 422 99999 request   | 401 -     config
500 20500 ambiguous | 503 -     ambiguous | 502 -     ambiguous | 302 - ambiguous`;

function refused(status: number, code: number | null): Failure {
  return { kind: 'refused', status, code, message: 'no', retry_after_ms: null };
}

describe('the classes of a dial at Twilio', () => {
  for (const cell of STORIES.split(/[|\n]/).filter((each) => each.trim() !== '')) {
    const [status, code, wanted] = cell.trim().split(/\s+/);
    it(`${cell.trim()}`, () => {
      const failure = refused(Number(status), code === '-' ? null : Number(code));
      assert.equal(classOf(failure), wanted);
      const { outcome } = outcomeOf(failure);
      assert.equal(outcome, wanted === 'ambiguous' ? 'unknown' : 'rejected');
    });
  }

  it('a request that never left is safe to fail over, a lost one is not', () => {
    const lost = { kind: 'network', word: 'ECONNRESET', sent: true } as const;
    assert.equal(outcomeOf({ ...lost, word: 'ECONNREFUSED', sent: false }).outcome, 'rejected');
    assert.equal(outcomeOf(lost).outcome, 'unknown');
    assert.equal(outcomeOf({ kind: 'unreadable', message: 'cut' }).outcome, 'unknown');
  });

  it('says whose fault it was, and when to come again', () => {
    const blames = (code: number): unknown => {
      const told = outcomeOf(refused(400, code));
      return told.outcome === 'rejected' && told.ending.blames_carrier;
    };
    assert.deepEqual([21215, 20003, 21211, 21205].map(blames), [true, true, false, false]);
    const slow = outcomeOf({ ...refused(429, 20429), retry_after_ms: 2_000 } as Failure);
    assert.equal(slow.outcome === 'rejected' && slow.retry_after_ms, 2_000);
  });

  it('knows what is gone, and what may pass', () => {
    assert.ok(isGone(refused(404, 20404)) && isGone(refused(400, 21220)));
    assert.ok(!isGone(refused(401, 20003)) && !isGone(refused(500, null)));
    assert.ok(isPassing(refused(503, null)) && isPassing(refused(429, 20429)));
    assert.ok(!isPassing(refused(400, 21205)));
  });
});
