import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Instant } from '../kernel/brand.ts';
import { NO_TALLY, tallied, tallyAt, tallySum } from './decayed.ts';
import type { Tally } from './decayed.ts';
import { successOf, wilsonBounds } from './success.ts';

const HALF_LIFE_MS = 1_000;
const at = (ms: number): Instant => ms as Instant;
const near = (one: number, other: number): void => {
  assert.ok(Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(other)), `${one} is not ${other}`);
};
const counted = (tries: readonly (readonly [number, boolean])[]): Tally =>
  tries.reduce((tally, [ms, good]) => tallied(tally, { good, at: at(ms) }, HALF_LIFE_MS), NO_TALLY);
const tries = fc.array(fc.tuple(fc.nat(20_000), fc.boolean()), { maxLength: 30 });

describe('a tally', () => {
  it('halves with each half-life', () => {
    const tally = counted([
      [1_000, true],
      [2_000, false],
    ]);
    assert.deepEqual([tally.good, tally.count], [0.5, 1.5]);
    const later = tallyAt(tally, at(3_000), HALF_LIFE_MS);
    assert.deepEqual([later.good, later.count, later.at], [0.25, 0.75, 3_000]);
    assert.deepEqual(tallyAt(tally, at(1_500), HALF_LIFE_MS), tally);
  });

  it('is the same in whatever order the news comes, and on however many nodes', () => {
    fc.assert(
      fc.property(tries, fc.nat(30), (all, cut) => {
        const whole = counted(all);
        const parts = [counted(all.slice(0, cut)), counted(all.slice(cut))] as const;
        for (const other of [counted(all.toReversed()), tallySum(...parts, HALF_LIFE_MS)]) {
          near(other.good, whole.good);
          near(other.count, whole.count);
          assert.equal(other.at, whole.at);
        }
      }),
    );
  });

  it('is what a recount of the log gives', () => {
    fc.assert(
      fc.property(tries, (all) => {
        const { good, count, at: now } = counted(all);
        const weights = all.map(([ms]) => 2 ** ((ms - now) / HALF_LIFE_MS));
        near(
          count,
          weights.reduce((sum, each) => sum + each, 0),
        );
        near(
          good,
          weights.reduce((sum, each, place) => sum + (all[place]?.[1] === true ? each : 0), 0),
        );
      }),
    );
  });
});

describe('the chance that a carrier delivers', () => {
  const p = (good: number, count: number, ...past: [number, number][]): number =>
    successOf(
      { good, count },
      past.map(([sum, all]) => ({ good: sum, count: all })),
    ).p;

  it('is plain trust where nobody knows anything', () => {
    near(p(0, 0), 0.95);
    near(p(0, 0, [0, 0], [0, 0], [0, 0]), 0.95);
  });

  it('leans on the level above for as long as it has few calls of its own', () => {
    near(p(0, 0, [0, 0], [0, 0], [800, 1_000]), (800 + 19) / 1_020);
    near(p(0, 0, [20, 20], [0, 0], [0, 0]), (20 + 19) / 40);
    near(p(0, 0, [10_000, 10_000], [0, 0], [0, 1_000]), (10_000 + (20 * 19) / 1_020) / 10_020);
  });

  it('falls below one half within fifty calls of an outage, however long it went well', () => {
    assert.ok(p(0, 50, [1e6, 1e6]) < 0.5);
    assert.ok(p(0, 49, [1e6, 1e6]) > 0.49);
  });

  it('matches the worked example of the reference', () => {
    near(p(39, 40, [0.97 * 5_020 - 19, 5_000]), (39 + 50 * 0.97) / 90);
    near(p(30, 40, [0.9 * 5_020 - 19, 5_000]), 0.8333333333333334);
  });

  it('grows with every delivery and falls with every failure', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.nat(500), (good, bad, past) => {
        const usual: [number, number] = [past * 0.9, past];
        const now = p(good, good + bad, usual);
        assert.ok(now > 0 && now < 1);
        assert.ok(p(good + 1, good + bad + 1, usual) > now);
        assert.ok(p(good, good + bad + 1, usual) < now);
      }),
    );
  });
});

describe('the bounds of a share', () => {
  const STORIES: readonly (readonly [number, number, number])[] = [
    [1, 1, 0.207],
    [9, 10, 0.596],
    [90, 100, 0.826],
    [900, 1_000, 0.88],
  ];
  for (const [good, count, lower] of STORIES)
    it(`begin at ${lower} for ${good} of ${count}`, () => {
      assert.equal(Math.round(wilsonBounds({ good, count }).lower * 1_000) / 1_000, lower);
    });

  it('are anything without calls, and hold the share', () => {
    assert.deepEqual(wilsonBounds({ good: 0, count: 0 }), { lower: 0, upper: 1 });
    fc.assert(
      fc.property(fc.nat(400), fc.nat(400), (good, bad) => {
        fc.pre(good + bad > 0);
        const { lower, upper } = wilsonBounds({ good, count: good + bad });
        const share = good / (good + bad);
        assert.ok(lower >= 0 && lower <= share + 1e-12 && share <= upper + 1e-12 && upper <= 1);
      }),
    );
  });
});
