import { keyTones } from '../../media/dtmf.ts';
import { interleaved, mixInto } from '../../media/mix.ts';
import { resampled } from '../../media/resample.ts';
import { PHONE_RATE, samplesIn, type Sound } from '../../media/sound.ts';
import { fitted } from '../../media/stretch.ts';
import { melody, type Tone, tone } from '../../media/tone.ts';
import { HEADER_BYTES, wavBytes, wavHeader } from '../../media/wav.ts';
import type { Source, Stretch, Strip } from './strips.ts';
import type { Said, Studio } from './studio.ts';

/** Sound is made a second at a time: a day of it takes no more memory than a minute. */
const BLOCK_MS = 1_000;

/** What a file of so many ms and channels is long, in bytes. */
export function bytesOf(ms: number, channels: number): number {
  return HEADER_BYTES + samplesIn(ms) * 2 * channels;
}

/**
 * A WAV file of a stretch of time, piece by piece: one channel for each list of strips. The same
 * strips and the same voices give the same bytes.
 */
export async function* rendered(
  channels: readonly (readonly Strip[])[],
  during: Stretch,
  studio: Studio,
): AsyncGenerator<Uint8Array> {
  const ms = during.until - during.from;
  const form = { rate: PHONE_RATE, channels: channels.length };
  yield wavHeader(form, bytesOf(ms, channels.length) - HEADER_BYTES);
  const desk = new MixingDesk(studio);
  for (let from = during.from; from < during.until; from += BLOCK_MS) {
    const block = { from, until: Math.min(during.until, from + BLOCK_MS) };
    const mixes: Int16Array[] = [];
    for (const strips of channels) mixes.push(await desk.mix(strips, block));
    yield wavBytes(interleaved(mixes));
  }
}

/** Holds the sounds of strips while they are heard. */
class MixingDesk {
  readonly #studio: Studio;
  readonly #held = new Map<Source, Promise<Sound>>();

  constructor(studio: Studio) {
    this.#studio = studio;
  }

  async mix(strips: readonly Strip[], block: Stretch): Promise<Int16Array> {
    const mix = new Int16Array(samplesIn(block.until - block.from));
    for (const strip of strips) {
      if (strip.from >= block.until) continue;
      if (strip.until <= block.from) this.#held.delete(strip.source);
      else mixInto(mix, await this.#pieceOf(strip, block), samplesIn(startIn(strip, block)));
    }
    return mix;
  }

  /** As much of a strip as lies in a block. */
  async #pieceOf({ since, from, until, source }: Strip, block: Stretch): Promise<Int16Array> {
    const first = Math.max(from, block.from) - since;
    const last = Math.min(until, block.until) - since;
    if (source.is === 'tone') return hummed(source, { first, last, whole: until - since });
    const held = this.#held.get(source) ?? soundOf(source, this.#studio);
    this.#held.set(source, held);
    const { samples } = await held;
    const at = samplesIn(first);
    if (source.is !== 'music') return samples.subarray(at, samplesIn(last));
    return looped(samples, at, samplesIn(last) - at);
  }
}

function startIn(strip: Strip, block: Stretch): number {
  return Math.max(0, strip.from - block.from);
}

/**
 * A part of a tone that may go on for hours: made where it is needed. Its waves go on from one
 * block to the next, and it swells and fades only where it really begins and ends.
 */
function hummed(
  { hz, level_db }: Extract<Source, { is: 'tone' }>,
  { first, last, whole }: { readonly first: number; readonly last: number; readonly whole: number },
): Int16Array {
  const part = { from_ms: first, whole_ms: whole };
  return tone({ hz, ms: last - first, level_db, part }).samples;
}

function looped(samples: Int16Array, from: number, count: number): Int16Array {
  return Int16Array.from(
    { length: count },
    (_each, at) => samples[(from + at) % samples.length] ?? 0,
  );
}

async function soundOf(source: Exclude<Source, { is: 'tone' }>, studio: Studio): Promise<Sound> {
  switch (source.is) {
    case 'music':
      return MUSIC;
    case 'keys':
      return keyTones(source.digits, source);
    case 'played':
      return resampled((await studio.kept(source.key)) ?? EMPTY, PHONE_RATE);
    case 'said': {
      const spoken = await studio.say(source.said);
      return fitted(
        spoken === null ? murmured(source.said) : resampled(spoken, PHONE_RATE),
        source.ms,
      );
    }
  }
}

const EMPTY: Sound = { rate: PHONE_RATE, samples: new Int16Array(0) };

/** Where nobody speaks a text is hummed: a note for each word, as long as the word. */
const NOTES_HZ = [262, 294, 330, 349, 392, 440];
const LETTER_MS = 50;
const WORD_GAP_MS = 40;

function murmured({ text }: Said): Sound {
  const words = text
    .replace(/<[^>]*>/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
  const notes = words.flatMap((word): Tone[] => [
    { hz: [NOTES_HZ[word.length % NOTES_HZ.length] ?? 0], ms: word.length * LETTER_MS },
    { hz: [], ms: WORD_GAP_MS },
  ]);
  return melody(notes);
}

/** What is heard while one waits: four soft chords, over and over. */
const CHORDS_HZ = [
  [196, 247, 294],
  [220, 262, 330],
  [175, 220, 262],
  [196, 247, 294],
];
const MUSIC = melody(CHORDS_HZ.map((hz) => ({ hz, ms: 1_000, level_db: -26 })));
