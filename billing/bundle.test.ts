import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Instant } from '../kernel/brand.ts';
import { micros } from '../kernel/money.ts';
import type { Price } from '../calls/call.ts';
import type { Bundle } from './bundle.ts';
import { drawFrom } from './bundle.ts';
import { billedSeconds, chargeOf } from './rate.ts';

const PRICE: Price = {
  currency: 'USD',
  rate_micros_per_minute: micros(60_000),
  connect_fee_micros: micros(500),
  initial_s: 60,
  increment_s: 60,
};

function bundle(id: string, seconds_left: number, rest: Partial<Bundle> = {}): Bundle {
  const anywhere = { prefix_length: 0, tm_expire: null, covers_connect_fee: false };
  return { id, seconds_left, ...anywhere, ...rest };
}

const told = (bundles: readonly Bundle[], talk_ms: number, price = PRICE): string => {
  const { free_s, charged_s, charge_micros, draws } = drawFrom(bundles, talk_ms, price);
  const taken = draws.map(({ bundle_id, seconds }) => `${bundle_id} ${seconds}`);
  return `${taken.join(', ')} | ${free_s} free, ${charged_s} paid, ${charge_micros}`;
};

describe('free seconds', () => {
  it('are used as they are billed, not as they are talked', () => {
    assert.equal(told([bundle('a', 600)], 61_000), 'a 120 | 120 free, 0 paid, 500');
  });

  it('come from the most specific bundle, then from the one that expires soonest', () => {
    const bundles = [
      bundle('world', 1_000),
      bundle('soon', 20, { tm_expire: 5 as Instant }),
      bundle('late', 20, { tm_expire: 9 as Instant }),
      bundle('mobile', 30, { prefix_length: 3 }),
      bundle('equal', 20, { tm_expire: 9 as Instant }),
    ];
    const order = 'mobile 30, soon 20, equal 20, late 20, world 30 | 120 free, 0 paid, 500';
    assert.equal(told(bundles, 61_000), order);
    assert.equal(told(bundles.toReversed(), 61_000), order);
  });

  it('leave the fee due unless a bundle that gave some covers it', () => {
    const covering = { covers_connect_fee: true };
    assert.equal(told([bundle('a', 10, covering)], 1), 'a 10 | 10 free, 50 paid, 50000');
    assert.equal(told([bundle('a', 0, covering)], 1), ' | 0 free, 60 paid, 60500');
    const unused = [bundle('a', 60, { prefix_length: 1 }), bundle('b', 60, covering)];
    assert.equal(told(unused, 1), 'a 60 | 60 free, 0 paid, 500');
  });

  it('take the first block before the others, each at its own rate', () => {
    const price = { ...PRICE, initial_rate_micros_per_minute: micros(600_000) };
    assert.equal(told([bundle('a', 30)], 61_000, price), 'a 30 | 30 free, 90 paid, 360500');
    assert.equal(told([bundle('a', 90)], 61_000, price), 'a 90 | 90 free, 30 paid, 30500');
  });

  it('make a least amount fall away only where nothing is paid by the second', () => {
    const price = { ...PRICE, connect_fee_micros: micros(0), minimum_micros: micros(90_000) };
    assert.equal(told([bundle('a', 30)], 1, price), 'a 30 | 30 free, 30 paid, 90000');
    assert.equal(told([bundle('a', 60)], 1, price), 'a 60 | 60 free, 0 paid, 0');
    assert.equal(told([bundle('a', 60)], 0, price), ' | 0 free, 0 paid, 0');
  });

  it('never make a call dearer, and account for every billed second', () => {
    const left = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 4 });
    fc.assert(
      fc.property(left, fc.integer({ min: 0, max: 900_000 }), (seconds, talk_ms) => {
        const bundles = seconds.map((each, place) => bundle(`b${place}`, each));
        const drawn = drawFrom(bundles, talk_ms, PRICE);
        assert.equal(drawn.free_s + drawn.charged_s, billedSeconds(talk_ms, PRICE));
        assert.equal(
          drawn.free_s,
          drawn.draws.reduce((sum, draw) => sum + draw.seconds, 0),
        );
        assert.ok(drawn.charge_micros <= chargeOf(talk_ms, PRICE));
        if (bundles.length === 0) assert.equal(drawn.charge_micros, chargeOf(talk_ms, PRICE));
      }),
    );
  });
});
