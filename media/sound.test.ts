import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { heardBy, interleaved, mixed, mixInto } from './mix.ts';
import { silenceListener } from './quiet.ts';
import { amplified, joined, levelOf, msOf, samplesIn, silence } from './sound.ts';
import { shareAt } from './goertzel.ts';
import { beep, melody, tone } from './tone.ts';

const of = (...samples: number[]): Int16Array => Int16Array.from(samples);

describe('sound', () => {
  it('counts samples down and milliseconds up', () => {
    assert.equal(samplesIn(20), 160);
    assert.equal(samplesIn(1, 11_025), 11);
    assert.equal(msOf({ rate: 8_000, samples: new Int16Array(161) }), 21);
  });

  it('is joined in order, and silent where it is silence', () => {
    const whole = joined([silence(1), { rate: 8_000, samples: of(1, 2) }]);
    assert.deepEqual([...whole.samples], [0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
    assert.equal(levelOf(silence(20).samples), -Infinity);
  });

  it('is held at the edge when it is made too loud', () => {
    const loud = amplified({ rate: 8_000, samples: of(20_000, -20_000, 10) }, 20);
    assert.deepEqual([...loud.samples], [32_767, -32_768, 100]);
  });
});

describe('a mix', () => {
  it('adds what overlaps and clips what overflows', () => {
    const target = of(1, 2, 30_000, 4);
    mixInto(target, of(10, 10_000, 5), 1);
    assert.deepEqual([...target], [1, 12, 32_767, 9]);
    mixInto(target, of(1, 1, 1), -2);
    mixInto(target, of(1, 1, 1), 3);
    assert.deepEqual([...target], [2, 12, 32_767, 10]);
  });

  it('does not depend on the order in which parties are added', () => {
    const parties = [of(30_000), of(30_000), of(-30_000)];
    assert.deepEqual([...mixed(parties)], [30_000]);
    assert.deepEqual([...mixed(parties.toReversed())], [30_000]);
  });

  it('lets each party hear all the others, and not itself', () => {
    const heard = heardBy([of(1, 1), of(10, 10), of(100, 100)]);
    assert.deepEqual(
      heard.map((samples) => [...samples]),
      [
        [110, 110],
        [101, 101],
        [11, 11],
      ],
    );
  });

  it('keeps channels apart', () => {
    assert.deepEqual([...interleaved([of(1, 2), of(3, 4)])], [1, 3, 2, 4]);
    assert.deepEqual([...interleaved([of(1, 2)])], [1, 2]);
  });
});

describe('a tone', () => {
  it('has its frequency and its level, and no others', () => {
    const { samples, rate } = tone({ hz: [440], ms: 500, level_db: -20 });
    assert.ok(shareAt(samples, 440, rate) > 0.99);
    assert.ok(shareAt(samples, 620, rate) < 0.001);
    assert.ok(Math.abs(levelOf(samples) - -23) < 0.3, `${levelOf(samples)}`);
  });

  it('swells and fades, so that it does not crack', () => {
    const { samples } = tone({ hz: [1_000], ms: 100, level_db: -3 });
    assert.ok(Math.abs(samples[1] ?? 0) < 2_000);
    assert.ok(Math.abs(samples.at(-2) ?? 0) < 2_000);
  });

  it('lasts exactly as long as asked, rests too', () => {
    const tune = melody([
      { hz: [400], ms: 100 },
      { hz: [], ms: 50 },
      { hz: [500, 600], ms: 100 },
    ]);
    assert.equal(msOf(tune), 250);
    assert.equal(levelOf(tune.samples.subarray(800, 1_200)), -Infinity);
    assert.equal(msOf(beep(500)), 500);
  });
});

describe('the end of speech', () => {
  it('is counted from the last sound, across pieces of any length', () => {
    const listen = silenceListener();
    const line = joined([tone({ hz: [300], ms: 200 }), silence(615)]).samples;
    let quiet_ms = 0;
    for (let at = 0; at < line.length; at += 77) quiet_ms = listen(line.subarray(at, at + 77));
    assert.equal(quiet_ms, 600);
    assert.equal(listen(tone({ hz: [300], ms: 40 }).samples), 0);
  });

  it('does not take the noise of a line for speech', () => {
    const listen = silenceListener();
    assert.equal(listen(tone({ hz: [50], ms: 100, level_db: -55 }).samples), 100);
  });
});
