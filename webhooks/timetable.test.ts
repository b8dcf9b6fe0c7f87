import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '../kernel/brand.ts';
import type { SendResult } from './delivery.ts';
import { JITTER, RETRY_AFTER_MS_MAX, SCHEDULE_S, retryAfterMs, verdictOn } from './timetable.ts';

const NOW = 1_000_000 as Instant;
const first = { tries: 1, schedule_s: [1, 2, 4], now: NOW, fraction: 0.5 };

function answered(status_code: number, retry_after_ms: number | null = null): SendResult {
  return { result: 'answered', status_code, body: '', retry_after_ms, duration_ms: 1 };
}

function delayAfter(result: SendResult, tried = first): number {
  const verdict = verdictOn(result, tried);
  assert(verdict.next === 'retry', verdict.next);
  return verdict.at - NOW;
}

describe('what follows a try', () => {
  it('takes 2xx for success and nothing else', () => {
    for (const status of [200, 201, 204, 299])
      assert.deepEqual(verdictOn(answered(status), first), { next: 'delivered' });
    for (const status of [199, 300, 301, 302, 304, 307, 400, 404, 429, 500, 503])
      assert.equal(verdictOn(answered(status), first).next, 'retry', String(status));
    assert.equal(delayAfter({ result: 'failed', error: 'reset', duration_ms: 1 }), 1_000);
    assert.equal(delayAfter({ result: 'blocked', error: 'loopback' }), 1_000);
  });

  it('goes through the schedule and then gives up', () => {
    for (const [index, delay_s] of first.schedule_s.entries())
      assert.equal(delayAfter(answered(500), { ...first, tries: index + 1 }), delay_s * 1_000);
    assert.deepEqual(verdictOn(answered(500), { ...first, tries: 4 }), { next: 'give_up' });
  });

  it('moves each delay by at most the jitter, either way', () => {
    assert.equal(delayAfter(answered(500), { ...first, fraction: 0 }), 1_000 * (1 - JITTER));
    const late = delayAfter(answered(500), { ...first, fraction: 1 - Number.EPSILON });
    assert(late > 1_100 && late <= 1_000 * (1 + JITTER));
  });

  it('ends the endpoint at 410', () => {
    assert.deepEqual(verdictOn(answered(410), first), { next: 'gone' });
  });

  it('waits as long as 429 and 503 ask, up to a day, and never less than the schedule', () => {
    assert.equal(delayAfter(answered(429, 3_000)), 3_000);
    assert.equal(delayAfter(answered(503, 3_000)), 3_000);
    assert.equal(delayAfter(answered(429, 10)), 1_000);
    assert.equal(delayAfter(answered(429, 1e12)), RETRY_AFTER_MS_MAX);
    assert.equal(delayAfter(answered(500, 3_000)), 1_000, 'only these two may ask');
  });

  it('tries at least ten times over at least three days by default', () => {
    const total_s = SCHEDULE_S.reduce((sum, delay_s) => sum + delay_s, 0);
    assert(SCHEDULE_S.length + 1 >= 10);
    assert(total_s >= 72 * 3_600);
  });
});

it('Retry-After is seconds or an HTTP date', () => {
  const now = Date.UTC(2026, 10, 21) as Instant;
  assert.equal(retryAfterMs('3', now), 3_000);
  assert.equal(retryAfterMs('1000000000', now), 1e12);
  assert.equal(retryAfterMs(new Date(now + 5_000).toUTCString(), now), 5_000);
  assert.equal(retryAfterMs(new Date(now - 5_000).toUTCString(), now), 0);
  for (const bad of [undefined, '', '-1', '1.5', 'soon', 'Monday', '2026-11-21'])
    assert.equal(retryAfterMs(bad, now), null, bad);
});
