import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rollerOf } from '../kernel/random.ts';
import { keyListener, keyTones } from './dtmf.ts';
import { mixInto } from './mix.ts';
import { decoded, encoded } from './g711.ts';
import { joined, silence, type Sound } from './sound.ts';
import { tone } from './tone.ts';

const ALL = '1234567890*#ABCD';
const FAST = { duration_ms: 60, interval_ms: 60 };

function heardIn({ rate, samples }: Sound, piece = 160): string {
  const listen = keyListener(rate);
  let digits = '';
  for (let at = 0; at < samples.length; at += piece)
    digits += listen(samples.subarray(at, at + piece));
  return digits;
}

describe('keys', () => {
  it('are told apart, each heard once', () => {
    assert.equal(heardIn(keyTones(ALL, FAST)), ALL);
    assert.equal(heardIn(keyTones('1122', FAST)), '1122');
    assert.equal(heardIn(keyTones('5', { duration_ms: 3_000, interval_ms: 0 })), '5');
  });

  it('are heard in pieces of any length, at other rates, and through G.711', () => {
    assert.equal(heardIn(keyTones('19#', FAST), 37), '19#');
    assert.equal(heardIn(keyTones('19#', FAST, 16_000)), '19#');
    const { rate, samples } = keyTones('19#', FAST);
    assert.equal(heardIn({ rate, samples: decoded(encoded(samples, 'alaw'), 'alaw') }), '19#');
  });

  it('are heard through the noise of a line', () => {
    const roll = rollerOf(7);
    const { rate, samples } = keyTones(ALL, FAST);
    const noisy = samples.map((sample) => sample + roll(800) - 400);
    assert.equal(heardIn({ rate, samples: noisy }), ALL);
  });

  it('are not heard in single tones, in chords, in noise or in clicks', () => {
    const roll = rollerOf(8);
    const noise = { rate: 8_000, samples: new Int16Array(16_000).map(() => roll(20_000) - 10_000) };
    const click = keyTones('5', { duration_ms: 20, interval_ms: 60 });
    const chord = tone({ hz: [697, 1_000, 1_209, 1_400], ms: 500 });
    for (const sound of [tone({ hz: [697], ms: 500 }), chord, noise, click, silence(500)])
      assert.equal(heardIn(sound), '');
  });

  it('that are no keys make no sound', () => {
    assert.equal(keyTones('xw', FAST).samples.length, 0);
  });

  it('are heard beneath somebody who hums softly', () => {
    const line = joined([silence(100), keyTones('42', FAST), silence(100)]);
    mixInto(line.samples, tone({ hz: [300], ms: 400, level_db: -35 }).samples);
    assert.equal(heardIn(line), '42');
  });
});
