import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shareAt } from './goertzel.ts';
import { resampled, resampler } from './resample.ts';
import { levelOf, msOf } from './sound.ts';
import { fitted } from './stretch.ts';
import { tone } from './tone.ts';

const RATES = [8_000, 11_025, 16_000, 22_050, 44_100, 48_000];

describe('a change of rate', () => {
  for (const from of RATES)
    it(`keeps tone, level and length, from ${from} Hz`, () => {
      const before = tone({ hz: [440], ms: 300 }, from);
      for (const to of RATES) {
        const after = resampled(before, to);
        assert.equal(after.rate, to);
        assert.ok(Math.abs(msOf(after) - 300) <= 1, `${to}: ${msOf(after)} ms`);
        assert.ok(shareAt(after.samples, 440, to) > 0.98, `${to}`);
        assert.ok(Math.abs(levelOf(after.samples) - levelOf(before.samples)) < 0.2, `${to}`);
      }
    });

  it('lets nothing through that the new rate cannot carry', () => {
    const { samples } = resampled(tone({ hz: [5_000], ms: 200 }, 16_000), 8_000);
    assert.ok(levelOf(samples) < -60, `${levelOf(samples)}`);
  });

  it('comes to the same whether it is shown whole or in pieces', () => {
    const { samples } = tone({ hz: [440, 1_234], ms: 100 }, 22_050);
    const whole = resampler(22_050, 8_000);
    const wanted = [...whole.push(samples), ...whole.end()];
    const filter = resampler(22_050, 8_000);
    const pieces: number[] = [];
    for (let at = 0; at < samples.length; at += 113)
      pieces.push(...filter.push(samples.subarray(at, at + 113)));
    assert.deepEqual([...pieces, ...filter.end()], wanted);
  });

  it('is as new after its end', () => {
    const { samples } = tone({ hz: [440], ms: 50 }, 16_000);
    const filter = resampler(16_000, 8_000);
    const once = [...filter.push(samples), ...filter.end()];
    assert.deepEqual([...filter.push(samples), ...filter.end()], once);
  });
});

describe('a change of length', () => {
  const voice = tone({ hz: [150, 300, 450], ms: 1_000, level_db: -20 });

  for (const ms of [600, 800, 1_000, 1_300, 1_900])
    it(`to ${ms} ms keeps the pitch and the level`, () => {
      const fit = fitted(voice, ms);
      assert.equal(msOf(fit), ms);
      const shares = [150, 300, 450].map((hz) => shareAt(fit.samples, hz, 8_000));
      assert.ok(Math.min(...shares) > 0.25, shares.join());
      assert.ok(Math.abs(levelOf(fit.samples) - levelOf(voice.samples)) < 1);
    });

  it('cuts off what cannot be hurried, and is silent where nothing is left', () => {
    assert.equal(msOf(fitted(voice, 100)), 100);
    const long = fitted(voice, 5_000);
    assert.equal(msOf(long), 5_000);
    assert.ok(levelOf(long.samples.subarray(0, 8_000)) > -30);
    assert.equal(levelOf(long.samples.subarray(17_000)), -Infinity);
    assert.equal(msOf(fitted({ rate: 8_000, samples: new Int16Array(0) }, 100)), 100);
  });
});
