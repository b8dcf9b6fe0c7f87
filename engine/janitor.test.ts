import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '../kernel/brand.ts';
import { manualClock } from '../tests/conformance/manual_clock.ts';
import { IDEMPOTENCY_MS, startJanitor } from './janitor.ts';
import { NO_LOG } from './log.ts';

const NOT_ITS_BUSINESS = {
  traffic: () => assert.fail('not its business'),
  note: () => assert.fail('not its business'),
  refused: () => assert.fail('not its business'),
  refusedOne: () => assert.fail('not its business'),
};

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
    const store = { idempotency, arrivals: { ...NOT_ITS_BUSINESS, forget: async () => undefined } };
    const numbers = { settle: async () => undefined, renew: async () => [] };
    const stop = startJanitor({ store, numbers, clock, log: NO_LOG });
    const began = clock.now();
    await clock.advance(1_800_000);
    assert.equal(asked.length, 3);
    assert.equal(asked[2], began + 1_800_000 - IDEMPOTENCY_MS);
    await stop();
    await clock.advance(1_800_000);
    assert.equal(asked.length, 3);
  });
});
