import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { LANGUAGES } from '../flows/languages.ts';
import { levelOf, msOf, type Sound } from '../media/sound.ts';
import { openEspeak } from './espeak/espeak.ts';
import { findEspeak, runEspeak } from './espeak/program.ts';
import { openFlite } from './flite/flite.ts';
import type { Engine, Words } from './speech.ts';

const flite = openFlite();
const espeak = await openEspeak();
const folder = mkdtempSync(join(tmpdir(), 'tandem-espeak-'));
after(async () => {
  await Promise.all([flite?.close(), espeak?.close()]);
  rmSync(folder, { recursive: true });
});

const HELLO: Words = {
  text: 'Hello, this is a longer sentence: number 12 & more.',
  language: 'en-US',
  gender: 'neutral',
  rate: 1,
  pitch_st: 0,
};

/** Zero crossings a second: a rough pitch, good enough to tell a man from a woman. */
function isSpeech(sound: Sound): void {
  assert.ok(msOf(sound) > 1_500 && msOf(sound) < 8_000, `${msOf(sound)} ms`);
  assert.ok(levelOf(sound.samples) > -35, `${levelOf(sound.samples)} dB`);
}

function describeEngine(name: string, engine: Engine | null): void {
  describe(name, () => {
    const only = engine === null ? { skip: `${name} is not here` } : {};
    const given = engine as Engine;

    it('says a sentence', only, async () => isSpeech(await given.speak(HELLO)));

    it('says it faster and slower', only, async () => {
      const usual = msOf(await given.speak(HELLO));
      const fast = msOf(await given.speak({ ...HELLO, rate: 1.5 }));
      const slow = msOf(await given.speak({ ...HELLO, rate: 0.7 }));
      assert.ok(fast < usual * 0.8 && slow > usual * 1.2, `${fast} ${usual} ${slow}`);
    });

    it('has voices for men and women, and other pitches', only, async () => {
      const sounds = [
        await given.speak({ ...HELLO, gender: 'male' }),
        await given.speak({ ...HELLO, gender: 'female' }),
        await given.speak({ ...HELLO, gender: 'female', pitch_st: 5 }),
      ];
      const texts = sounds.map(({ samples }) => Buffer.from(samples.buffer).toString('latin1'));
      assert.equal(new Set(texts).size, 3);
    });

    it('says the same the same way each time', only, async () => {
      const [once, again] = [await given.speak(HELLO), await given.speak(HELLO)];
      assert.deepEqual(once.samples, again.samples);
    });

    it('takes any text as text', only, async () => {
      const odd = ['', ' ', '-v de', '$(reboot) `ls` ; rm -rf /', '\u0000\u0007', '🎉', '%s%n'];
      for (const text of odd) await given.speak({ ...HELLO, text });
    });

    it('says several at once', only, async () => {
      const texts = ['one', 'two', 'three', 'four'];
      const sounds = await Promise.all(texts.map((text) => given.speak({ ...HELLO, text })));
      assert.equal(sounds.length, 4);
      sounds.forEach((sound) => assert.ok(levelOf(sound.samples) > -40));
    });
  });
}

describeEngine('flite', flite);
describeEngine('espeak-ng', espeak);

describe('flite', () => {
  it('speaks English and nothing else', { skip: flite === null }, () => {
    assert.ok(flite?.speaks('en-GB') === true && !flite.speaks('de-DE'));
  });
});

describe('espeak-ng', () => {
  it('speaks at least fifty languages', { skip: espeak === null }, async () => {
    const spoken = Object.keys(LANGUAGES).filter((language) => espeak?.speaks(language) === true);
    assert.ok(spoken.length >= 50, `${spoken.length}: ${spoken.join(' ')}`);
    const german = await espeak?.speak({ ...HELLO, language: 'de-DE', text: 'Grüße aus Köln' });
    assert.ok(german !== undefined && levelOf(german.samples) > -35);
  });

  it('that is not there is no engine', async () => {
    assert.equal(findEspeak(folder), null);
    assert.equal(await openEspeak(join(folder, 'nothing')), null);
  });

  it('is killed when it takes too long, says too much, or fails', async () => {
    const errand = { args: [], text: 'x' };
    const cases: readonly (readonly [string, RegExp])[] = [
      ['exec sleep 60', /too long/],
      ['exec yes', /too much/],
      ['exit 3', /ended with 3/],
    ];
    for (const [script, why] of cases) {
      const program = join(folder, 'program');
      writeFileSync(program, `#!/bin/sh\n${script}\n`);
      chmodSync(program, 0o755);
      const bounds = { timeout_ms: 500, output_bytes_max: 100_000 };
      await assert.rejects(runEspeak(program, errand, bounds), why);
    }
  });
});
