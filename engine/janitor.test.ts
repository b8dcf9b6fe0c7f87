import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '../kernel/brand.ts';
import { manualClock } from '../tests/conformance/manual_clock.ts';
import { IDEMPOTENCY_MS, startJanitor } from './janitor.ts';
import { NO_LOG } from './log.ts';

describe('janitor', () => {
  it('forgets keys a day old, again and again until it is stopped', async () => {
    const clock = manualClock();
    const asked: Instant[] = [];
    const idempotency = {
      claim: () => assert.fail('not its business'),
      complete: () => assert.fail('not its business'),
      release: () => assert.fail('not its business'),
      expire: async (before: Instant) => void asked.push(before),
    };
    const stop = startJanitor({ idempotency, clock, log: NO_LOG });
    const began = clock.now();
    await clock.advance(1_800_000);
    assert.equal(asked.length, 3);
    assert.equal(asked[2], began + 1_800_000 - IDEMPOTENCY_MS);
    stop();
    await clock.advance(1_800_000);
    assert.equal(asked.length, 3);
  });
});
