import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { micros } from '../kernel/money.ts';
import { rollerOf } from '../kernel/random.ts';
import type { Price } from '../calls/call.ts';
import type { Grant } from './grant.ts';
import { firstGrants, grantWithin, nextGrants } from './grant.ts';
import { billedSeconds, chargeOf } from './rate.ts';

const HOUR_MS = 3_600_000;
type Now = Parameters<typeof grantWithin>[1];
const NOTHING: Now = { granted_ms: 0, hold_micros: micros(0), talk_ms_max: HOUR_MS };

function priceOf(rate: number, initial_s: number, increment_s: number, fee = 0): Price {
  return {
    currency: 'USD',
    rate_micros_per_minute: micros(rate),
    connect_fee_micros: micros(fee),
    initial_s,
    increment_s,
  };
}

const shown = (grants: readonly Grant[]): (readonly [number, number])[] =>
  grants.map(({ granted_ms, hold_micros }) => [granted_ms, hold_micros]);

describe('the grant a call is placed with', () => {
  it('is a minute, and the first block where the account does not bear that', () => {
    const first = (...prices: Price[]) => shown(firstGrants(prices, HOUR_MS));
    assert.deepEqual(first(priceOf(6_000, 60, 60)), [[60_000, 6_000]]);
    assert.deepEqual(first(priceOf(6_000, 90, 60)), [[90_000, 9_000]]);
    assert.deepEqual(first(priceOf(6_000, 1, 1)), [
      [60_000, 6_000],
      [1_000, 100],
    ]);
    assert.deepEqual(first(priceOf(6_000, 30, 6, 500)), [
      [60_000, 6_500],
      [30_000, 3_500],
    ]);
  });

  it('pays for whichever candidate answers', () => {
    const grants = firstGrants([priceOf(6_000, 1, 1), priceOf(60_000, 30, 6)], HOUR_MS);
    assert.deepEqual(shown(grants), [
      [60_000, 60_000],
      [30_000, 30_000],
    ]);
  });

  it('never pays for more talk than the call may have', () => {
    assert.deepEqual(shown(firstGrants([priceOf(6_000, 1, 1)], 10_500)), [
      [10_500, 1_100],
      [1_000, 100],
    ]);
    assert.deepEqual(shown(firstGrants([priceOf(6_000, 60, 60)], 10_500)), [[10_500, 6_000]]);
  });

  it('is all the talk there may be where talk is free', () => {
    assert.deepEqual(shown(firstGrants([priceOf(0, 60, 60)], HOUR_MS)), [[HOUR_MS, 0]]);
  });
});

describe('the grant within what is left', () => {
  const within = (available: number, price: Price, rest: Partial<Now> = {}) => {
    const grant = grantWithin(micros(available), { ...NOTHING, ...rest }, [price]);
    return grant === null ? null : [grant.granted_ms / 1_000, grant.hold_micros];
  };

  it('is a quantum, or the first block where that is longer, in whole increments', () => {
    assert.deepEqual(within(1_000_000, priceOf(6_000, 1, 1)), [60, 6_000]);
    assert.deepEqual(within(1_000_000, priceOf(6_000, 90, 60)), [90, 9_000]);
    assert.deepEqual(within(1_000_000, priceOf(6_000, 50, 45)), [95, 9_500]);
    assert.deepEqual(within(1_000_000, priceOf(6_000, 1, 1), { quantum_ms: 10_500 }), [11, 1_100]);
  });

  it('is what the money buys where that is less', () => {
    assert.deepEqual(within(5_099, priceOf(6_000, 1, 1)), [50, 5_000]);
    assert.deepEqual(within(5_099, priceOf(6_000, 30, 6, 500)), [42, 4_700]);
    assert.equal(within(99, priceOf(6_000, 1, 1)), null);
    assert.equal(within(5_999, priceOf(6_000, 60, 60)), null);
    assert.equal(within(-1, priceOf(0, 60, 60)), null);
  });

  it('grows by what is left beside what is held already', () => {
    const held = { granted_ms: 60_000, hold_micros: micros(6_000) };
    assert.deepEqual(within(6_000, priceOf(6_000, 60, 60), held), [120, 12_000]);
    assert.equal(within(5_999, priceOf(6_000, 60, 60), held), null);
    assert.deepEqual(within(100, priceOf(6_000, 1, 1), held), [61, 6_100]);
    assert.deepEqual(within(0, priceOf(0, 1, 1), { ...held, hold_micros: micros(0) }), [120, 0]);
  });

  it('pays for whichever candidate answers', () => {
    const prices = [priceOf(6_000, 1, 1), priceOf(60_000, 30, 6)];
    const grant = (available: number) => grantWithin(micros(available), NOTHING, prices);
    assert.deepEqual(grant(1e9), { granted_ms: 60_000, hold_micros: 60_000 });
    assert.deepEqual(grant(37_000), { granted_ms: 36_000, hold_micros: 36_000 });
    assert.equal(grant(29_999), null);
  });

  it('is never more than there is, and one increment more would be', () => {
    const roll = rollerOf(20_261_122);
    for (let round = 0; round < 3_000; round += 1) {
      const prices = Array.from({ length: 1 + roll(3) }, () =>
        priceOf(1 + roll(20_000), roll(91), 1 + roll(90), roll(3) === 0 ? roll(1_000) : 0),
      );
      const available = micros(roll(40_000));
      const grant = grantWithin(available, NOTHING, prices);
      const costs = (talk_ms: number) => prices.map((price) => chargeOf(talk_ms, price));
      // A fraction of a micro too dear is too dear: rounded, it may just be all there is.
      if (grant === null) assert.ok(Math.max(...costs(1)) >= available);
      else {
        assert.ok(grant.hold_micros <= available);
        assert.equal(grant.hold_micros, Math.max(...costs(grant.granted_ms)));
        const enough = grant.granted_ms >= 60_000;
        assert.ok(enough || Math.max(...costs(grant.granted_ms + 1_000)) >= available);
      }
    }
  });

  it('ends with the longest talk', () => {
    const price = priceOf(6_000, 60, 60);
    assert.deepEqual(within(6_000, price, { talk_ms_max: 10_500 }), [10.5, 6_000]);
    assert.equal(within(6_000, price, { talk_ms_max: 10_500, granted_ms: 10_500 }), null);
  });
});

describe('the grants that follow', () => {
  const next = (granted_ms: number, hold: number, price: Price, talk_ms_max = HOUR_MS) =>
    shown(nextGrants({ granted_ms, hold_micros: micros(hold), talk_ms_max }, price));

  it('are a minute more, else less and less of it, down to one increment', () => {
    assert.deepEqual(next(60_000, 6_000, priceOf(6_000, 60, 60)), [[120_000, 12_000]]);
    assert.deepEqual(
      next(60_000, 6_000, priceOf(6_000, 30, 6)).map(([talk]) => talk / 1_000),
      [120, 90, 78, 72, 66],
    );
    assert.deepEqual(
      next(1_000, 100, priceOf(6_000, 1, 1)).map(([talk]) => talk / 1_000),
      [61, 31, 16, 9, 5, 3, 2],
    );
  });

  it('end with the longest talk', () => {
    const price = priceOf(6_000, 60, 60);
    assert.deepEqual(next(60_000, 6_000, price, 90_000), [[90_000, 12_000]]);
    assert.deepEqual(next(90_000, 12_000, price, 90_000), []);
  });

  it('hold nothing more while a cheaper candidate uses up what was held for a dearer', () => {
    const [best] = nextGrants(
      { granted_ms: 60_000, hold_micros: micros(60_000), talk_ms_max: HOUR_MS },
      priceOf(6_000, 60, 60),
    );
    assert.deepEqual(best, { granted_ms: 600_000, hold_micros: 60_000 });
  });

  it('always pay for the talk they grant, and always grant more', () => {
    const roll = rollerOf(20_261_121);
    const drawn = (): Price =>
      priceOf(roll(20_000), roll(91), 1 + roll(90), roll(3) === 0 ? roll(1_000) : 0);
    for (let round = 0; round < 3_000; round += 1) {
      const prices = Array.from({ length: 1 + roll(3) }, drawn);
      const talk_ms_max = 1_000 + roll(300_000);
      const [price] = prices as [Price];
      const starts = firstGrants(prices, talk_ms_max);
      let now = { ...(starts[roll(starts.length)] as Grant), talk_ms_max };
      for (const each of prices) assert.ok(chargeOf(now.granted_ms, each) <= now.hold_micros);
      while (now.granted_ms < talk_ms_max) {
        const grants = nextGrants(now, price);
        const grant = grants[roll(grants.length)] as Grant;
        const before = now;
        now = { ...grant, talk_ms_max };
        assert.ok(now.granted_ms > before.granted_ms && now.granted_ms <= talk_ms_max);
        assert.ok(now.hold_micros >= before.hold_micros);
        assert.ok(chargeOf(now.granted_ms, price) <= now.hold_micros);
        const whole = billedSeconds(now.granted_ms, price) * 1_000 === now.granted_ms;
        assert.ok(whole || now.granted_ms === talk_ms_max, 'whole increments');
      }
    }
  });
});
