import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fractionOf } from '../kernel/random.ts';
import { weightedOrder } from './weighted_order.ts';

const WEIGHTS = [
  { name: 'a', weight: 10 },
  { name: 'b', weight: 5 },
  { name: 'c', weight: 1 },
];
const RUNS = 40_000;

function order(seed: number, items = WEIGHTS): string {
  const drawFor = ({ name }: { name: string }): number => fractionOf(`call-${seed}/${name}`);
  return weightedOrder(items, drawFor)
    .map(({ name }) => name)
    .join('');
}

/** How often orders begin so, of all. */
function shares(...beginnings: string[]): number[] {
  const orders = Array.from({ length: RUNS }, (_none, seed) => order(seed));
  return beginnings.map((start) => orders.filter((each) => each.startsWith(start)).length / RUNS);
}

describe('a weighted order', () => {
  it('gives each place its share, and the rest theirs', () => {
    const exact = {
      a: 10 / 16,
      b: 5 / 16,
      c: 1 / 16,
      bc: (5 / 16) * (1 / 11),
      ca: (1 / 16) * (10 / 15),
    };
    const found = shares(...Object.keys(exact));
    Object.values(exact).forEach((share, place) => {
      const spread = 4 * Math.sqrt((share * (1 - share)) / RUNS);
      assert.ok(Math.abs((found[place] ?? 0) - share) < spread, `${found[place]} for ${share}`);
    });
  });

  it('keeps those without weight for last, as they were given', () => {
    const rest = ['z', 'y'].map((name) => ({ name, weight: 0 }));
    for (let seed = 0; seed < 200; seed += 1)
      assert.ok(order(seed, [...rest, ...WEIGHTS]).endsWith('zy'));
  });

  it('is the same for the same call, and does not change when one goes', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const whole = order(seed);
      assert.equal(order(seed, WEIGHTS.toReversed()), whole);
      for (const gone of WEIGHTS) {
        const left = WEIGHTS.filter((each) => each !== gone);
        assert.equal(order(seed, left), whole.replace(gone.name, ''));
      }
    }
  });
});

describe('fractionOf', () => {
  it('lies between 0 and 1, evenly, and differs from text to text', () => {
    const drawn = Array.from({ length: RUNS }, (_none, place) => fractionOf(`c${place}`));
    assert.ok(drawn.every((each) => each > 0 && each < 1));
    assert.equal(new Set(drawn).size, RUNS);
    const bins = new Array<number>(20).fill(0);
    for (const each of drawn) bins[Math.floor(each * 20)] = (bins[Math.floor(each * 20)] ?? 0) + 1;
    const expected = RUNS / 20;
    const chi = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // Chi squared with 19 degrees of freedom passes 43.8 once in a thousand times.
    assert.ok(chi < 43.8, `${chi}`);
  });
});
