import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { micros } from '../kernel/money.ts';
import type { Price } from '../calls/call.ts';
import { marginOf } from './margin.ts';
import { billedMix, expectedCharge, meanCharge, mixOf } from './mix.ts';
import { profitOf } from './profit.ts';
import { chargeOf } from './rate.ts';

function price(rate: number, blocks: string, fee = 0): Price {
  const [initial_s = 0, increment_s = 1] = blocks.split('/').map(Number);
  return {
    currency: 'USD',
    rate_micros_per_minute: micros(rate),
    connect_fee_micros: micros(fee),
    initial_s,
    increment_s,
  };
}

const MIX = mixOf([
  { talk_s: 10, weight: 40 },
  { talk_s: 60, weight: 30 },
  { talk_s: 300, weight: 30 },
]);
const prices = fc
  .record({
    rate: fc.integer({ min: 0, max: 900_000 }),
    initial: fc.integer({ min: 0, max: 90 }),
    increment: fc.integer({ min: 1, max: 90 }),
    fee: fc.integer({ min: 0, max: 50_000 }),
  })
  .map(({ rate, initial, increment, fee }) => price(rate, `${initial}/${increment}`, fee));
const mixes = fc
  .array(fc.record({ talk_s: fc.nat(2_000), weight: fc.integer({ min: 1, max: 50 }) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map(mixOf);

describe('an expected charge', () => {
  it('is dearer in long blocks than the rate tells', () => {
    assert.equal(expectedCharge(MIX, price(10_000, '60/60')), 22_000);
    assert.equal(expectedCharge(MIX, price(11_200, '1/1')), 20_907);
    assert.equal(expectedCharge(MIX, price(9_000, '60/60')), 19_800);
  });

  it('lies within half a micro of the mean of the charges', () => {
    fc.assert(
      fc.property(prices, mixes, (one, mix) => {
        const { parts, of } = meanCharge(billedMix(mix, one), one);
        const charges = mix.bins.map(
          ({ talk_s, weight }) => weight * chargeOf(talk_s * 1_000, one),
        );
        const mean = charges.reduce((sum, each) => sum + each, 0) / mix.total;
        assert.ok(Math.abs(Number(parts) / Number(of) - mean) <= 0.5 + mean * 1e-12);
      }),
    );
  });
});

describe('a margin', () => {
  it('knows a loss that the rates hide', () => {
    const sides = { sell: price(10_000, '1/1'), buy: price(9_000, '60/60') };
    const { headline_positive, covers_cost } = marginOf(sides, MIX);
    assert.deepEqual([headline_positive, covers_cost], [true, false]);
  });

  it('covers the cost when it is just met, with what is asked on top of it', () => {
    const sides = { sell: price(11_000, '60/60'), buy: price(10_000, '60/60') };
    const covers = (min_ppm: number): boolean => marginOf(sides, MIX, min_ppm).covers_cost;
    assert.deepEqual([covers(0), covers(100_000), covers(100_001)], [true, true, false]);
    assert.equal(marginOf({ sell: sides.buy, buy: sides.buy }, MIX).covers_cost, true);
    assert.equal(marginOf({ sell: sides.buy, buy: sides.buy }, MIX).headline_positive, false);
  });

  it('is never covered both ways, unless both sides cost the same', () => {
    fc.assert(
      fc.property(prices, prices, mixes, (sell, buy, mix) => {
        const there = marginOf({ sell, buy }, mix);
        const back = marginOf({ sell: buy, buy: sell }, mix);
        const { expected_sell: one, expected_buy: other } = there;
        const equal = one.parts * other.of === other.parts * one.of;
        assert.equal(there.covers_cost && back.covers_cost, equal);
        assert.ok(there.covers_cost || back.covers_cost);
      }),
    );
  });
});

describe('the profit of a leg', () => {
  const sides = {
    sell: price(20_000, '1/1'),
    buy: price(9_000, '60/60'),
    attempt_fees_micros: micros(7),
  };

  it('is what was sold less what was bought, with the fees of every try', () => {
    assert.deepEqual(profitOf(61_000, sides), {
      sell_micros: 20_333,
      buy_micros: 18_007,
      profit_micros: 2_326,
    });
  });

  it('of a leg that nobody answered is the cost of its tries', () => {
    assert.deepEqual(profitOf(0, sides), { sell_micros: 0, buy_micros: 7, profit_micros: -7 });
    assert.equal(profitOf(5_000, { ...sides, sell: null, buy: null }).profit_micros, -7);
  });
});
