import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Cost, Quality, Scale } from './effective_price.ts';
import { effectivePrice, PREFERENCES } from './effective_price.ts';

const SCALE: Scale = { reference: 21_000, factor: 1, short_pool: 0 };
const GOOD: Quality = { p: 1, pdd_ms: 2_000, mos: 4.2, short: 0 };

const cost = (charge: number, attempt_fee = 0): Cost => ({ charge, attempt_fee });
const chance = fc.double({ min: 0.01, max: 1, noNaN: true });
const qualities = fc.record({
  p: chance,
  pdd_ms: fc.option(fc.integer({ min: 0, max: 20_000 })),
  mos: fc.option(fc.double({ min: 1, max: 4.5, noNaN: true })),
  short: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
});
const costs = fc.record({ charge: fc.nat(100_000), attempt_fee: fc.nat(500) });

describe('the effective price', () => {
  it('is that of the worked example of the reference', () => {
    const total = (charge: number, p: number, pdd_ms: number): number =>
      effectivePrice(cost(charge), { ...GOOD, p, pdd_ms }, SCALE).total;
    assert.deepEqual(
      [total(22_000, 0.97222, 4_000), total(20_907, 0.9915, 2_500), total(19_800, 0.83333, 6_000)],
      [24_760, 21_617, 29_040],
    );
  });

  it('is the cost where nothing is known against a carrier', () => {
    const unknown: Quality = { p: 1, pdd_ms: null, mos: null, short: null };
    assert.equal(effectivePrice(cost(19_800, 50), unknown, SCALE).total, 19_850);
  });

  it('takes each lack of quality for what it is worth', () => {
    const terms = effectivePrice(
      cost(10_000, 90),
      { p: 0.9, pdd_ms: 5_000, mos: 3, short: 0.3 },
      { ...SCALE, short_pool: 0.1 },
    );
    assert.deepEqual(terms, {
      cost: 10_100,
      failing: 2_333,
      delay: 3_500,
      mos: 10_500,
      short: 4_200,
      total: 30_633,
    });
  });

  it('adds up to the last micro (R8), and is cost alone where quality counts nothing', () => {
    fc.assert(
      fc.property(costs, qualities, fc.constantFrom(0, 0.25, 1, 4), (money, quality, factor) => {
        const terms = effectivePrice(money, quality, { ...SCALE, factor });
        const { cost: paid, failing, delay, mos, short, total } = terms;
        assert.equal(paid + failing + delay + mos + short, total);
        assert.ok([failing, delay, mos, short].every((each) => each >= 0));
        if (factor === 0) assert.equal(total, paid);
      }),
    );
  });

  it('never falls when a carrier gets worse', () => {
    fc.assert(
      fc.property(costs, qualities, chance, (money, quality, worse) => {
        const total = (change: Partial<Quality>): number =>
          effectivePrice(money, { ...quality, ...change }, SCALE).total;
        const now = total({});
        assert.ok(total({ p: quality.p * worse }) >= now);
        assert.ok(total({ pdd_ms: (quality.pdd_ms ?? 0) + 1_000 }) >= now);
        assert.ok(total({ mos: (quality.mos ?? 4) - 0.5 }) >= now);
        assert.ok(total({ short: (quality.short ?? 0) + 0.1 }) >= now);
      }),
    );
  });

  it('weighs quality as the customer prefers', () => {
    const poor = { ...GOOD, p: 0.8 };
    const totals = Object.values(PREFERENCES).map(
      (factor) => effectivePrice(cost(20_000), poor, { ...SCALE, factor }).total,
    );
    assert.deepEqual(totals, [21_313, 25_250, 41_000]);
  });

  it('orders tries as cheaply as any order does (2.3)', () => {
    const carriers = fc.array(fc.record({ charge: fc.nat(40_000), p: chance }), {
      minLength: 2,
      maxLength: 4,
    });
    fc.assert(
      fc.property(carriers, (all) => {
        const sorted = all.toSorted((one, other) => indexOf(one) - indexOf(other));
        const least = Math.min(...permutations(all).map(lossOf));
        // Whole micros may swap two that are as good as equal.
        assert.ok(lossOf(sorted) <= least + all.length, `${lossOf(sorted)} above ${least}`);
      }),
    );
  });
});

interface Simple {
  readonly charge: number;
  readonly p: number;
}

function indexOf({ charge, p }: Simple): number {
  return effectivePrice(cost(charge), { ...GOOD, p }, SCALE).total;
}

/** What an order costs on average: money, failed tries, and the call itself where all fail. */
function lossOf(order: readonly Simple[]): number {
  let [loss, reached] = [0, 1];
  for (const { charge, p } of order) {
    loss += reached * (SCALE.reference * SCALE.factor * (1 - p) + p * charge);
    reached *= 1 - p;
  }
  return loss + reached * 1e6;
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, place) =>
    permutations(items.filter((_item, other) => other !== place)).map((rest) => [first, ...rest]),
  );
}
