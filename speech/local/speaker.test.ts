import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { shareAt } from '../../media/goertzel.ts';
import { levelOf, msOf } from '../../media/sound.ts';
import { tone } from '../../media/tone.ts';
import type { Engine, Utterance, Words } from '../speech.ts';
import { SpeechError } from '../speech.ts';
import { openShelf } from './shelf.ts';
import { makeSpeaker } from './speaker.ts';

const root = mkdtempSync(join(tmpdir(), 'tandem-speech-'));
after(() => rmSync(root, { recursive: true }));

let folder = '';
let asked: Words[] = [];
let gate: Promise<void> = Promise.resolve();
let rounds = 0;
beforeEach(() => {
  folder = join(root, `${(rounds += 1)}`);
  asked = [];
  gate = Promise.resolve();
});

/** Says every text as a tone of 100 ms, at a rate that is not the telephone's. */
function engine(name: string, language: string): Engine {
  return {
    name,
    speaks: (tag) => tag.startsWith(language),
    speak: async (words) => {
      asked.push(words);
      await gate;
      if (words.text === 'break') throw new SpeechError('broken', 'it broke');
      return tone({ hz: [440], ms: 100 }, 16_000);
    },
    close: () => Promise.resolve(),
  };
}

function speaker(limits: { at_once?: number; waiting_max?: number; bytes?: number } = {}) {
  const { at_once = 2, waiting_max = 10, bytes = 1_000_000 } = limits;
  const engines = [engine('first', 'en'), engine('second', 'en'), engine('third', 'de')];
  const report = (error: unknown) => assert.fail(String(error));
  return makeSpeaker({ engines, shelf: openShelf(folder, bytes), at_once, waiting_max, report });
}

function utterance(text: string, more: Partial<Utterance> = {}): Utterance {
  return { text, language: 'en-US', gender: 'neutral', ...more };
}

describe('a speaker', () => {
  it('asks the first engine that speaks the language', async () => {
    const speech = speaker();
    assert.deepEqual(
      ['en-GB', 'de-AT', 'fr'].map((each) => speech.engineFor(each)),
      [...['first', 'third', null]],
    );
    await assert.rejects(speech.say(utterance('x', { language: 'fr-FR' })), { fault: 'unspoken' });
    await assert.rejects(speech.say(utterance('<speak>')), { fault: 'malformed' });
    assert.equal(asked.length, 0);
  });

  it('puts words, pauses and loudness together', async () => {
    const text = '<speak>a<break time="200ms"/><prosody volume="soft">b</prosody></speak>';
    const sound = await speaker().say(utterance(text));
    assert.equal(msOf(sound), 400);
    const [first, second] = [sound.samples.slice(0, 1_600), sound.samples.slice(-1_600)];
    assert.ok(shareAt(first, 440, sound.rate) > 0.9);
    assert.ok(Math.abs(levelOf(first) - levelOf(second) - 6) < 0.2);
    assert.equal(levelOf(sound.samples.slice(1_700, 4_700)), -Infinity);
  });

  it('says a text once, also to several who ask at once, and after a new start', async () => {
    const speech = speaker();
    const sounds = await Promise.all([1, 2, 3].map(() => speech.say(utterance('hello'))));
    sounds.push(await speaker().say(utterance('hello')));
    assert.equal(asked.length, 1);
    assert.deepEqual(new Set(sounds.map(({ samples }) => samples.length)).size, 1);
    await speech.say(utterance('hello', { gender: 'male' }));
    await speech.say(utterance('hello', { language: 'en-GB' }));
    assert.equal(asked.length, 3);
  });

  it('does not keep what went wrong', async () => {
    const speech = speaker();
    for (let round = 0; round < 2; round += 1)
      await assert.rejects(speech.say(utterance('break')), { fault: 'broken' });
    assert.equal(asked.length, 2);
  });

  it('lets only so many speak, and turns away who comes beyond those that wait', async () => {
    let open = (): void => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const speech = speaker({ at_once: 1, waiting_max: 1 });
    const results = Promise.allSettled(['a', 'b', 'c'].map((text) => speech.say(utterance(text))));
    while (asked.length === 0) await new Promise((next) => setImmediate(next));
    open();
    const outcomes = (await results).map((each) =>
      each.status === 'rejected' ? (each.reason as SpeechError).fault : 'said',
    );
    assert.deepEqual(outcomes.toSorted(), ['busy', 'said', 'said']);
    await speech.say(utterance('d'));
  });
});

describe('the shelf of what was said', () => {
  it('throws away what was not used for longest', async () => {
    const speech = speaker({ bytes: 33_000 });
    await speech.say(utterance('first'));
    const [first = ''] = readdirSync(folder);
    const { size } = statSync(join(folder, first));
    utimesSync(join(folder, first), 1, 1);
    const room = Math.floor(33_000 / size);
    for (let count = 0; count < 70; count += 1) await speech.say(utterance(`text ${count}`));
    assert.ok(readdirSync(folder).length < 70);
    assert.ok(!readdirSync(folder).includes(first));
    assert.ok(room > 5);
  });

  it('makes anew what is broken on it', async () => {
    await speaker().say(utterance('hello'));
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'torn');
    assert.equal(msOf(await speaker().say(utterance('hello'))), 100);
    assert.equal(asked.length, 2);
  });

  it('keeps nothing that is larger than itself', async () => {
    await speaker({ bytes: 10 }).say(utterance('hello'));
    assert.deepEqual([...(await import('node:fs')).globSync(join(folder, '*'))], []);
  });
});
