import { energyAt } from './goertzel.ts';
import { melody } from './tone.ts';
import { PHONE_RATE, samplesIn, type Sound } from './sound.ts';

/** ITU-T Q.23: a key is a low tone (its row) and a high one (its column). */
const ROWS = [697, 770, 852, 941];
const COLUMNS = [1_209, 1_336, 1_477, 1_633];
const KEYS = ['123A', '456B', '789C', '*0#D'];

/** How long keys sound and how long the pauses between them are, in ms. */
export interface Keying {
  readonly duration_ms: number;
  readonly interval_ms: number;
}

/** The sound of keys being pressed. Characters that are no key are left out. */
export function keyTones(digits: string, keying: Keying, rate: number = PHONE_RATE): Sound {
  const notes = [...digits].flatMap((digit) => {
    const hz = pairOf(digit);
    if (hz === null) return [];
    return [
      { hz, ms: keying.duration_ms, level_db: -12 },
      { hz: [], ms: keying.interval_ms },
    ];
  });
  return melody(notes, rate);
}

function pairOf(digit: string): [number, number] | null {
  const row = KEYS.findIndex((keys) => keys.includes(digit));
  if (row < 0) return null;
  return [ROWS[row] ?? 0, COLUMNS[KEYS[row]?.indexOf(digit) ?? 0] ?? 0];
}

/** A look at the sound every so often, over a little more than that. */
const HOP_MS = 10;
const WINDOW_MS = 25;
/** A key counts after 40 ms, and ends after 40 ms without it (ITU-T Q.24, annex A). */
const LOOKS_MIN = 3;
/** Below this the loudest tone is noise: a mean square, some 46 dB below full scale. */
const NOISE = 160 ** 2;
/** Speech has energy everywhere; a key has at least this part of it in its two tones. */
const PURITY = 0.7;
/** How much louder one of the tones may be: 8 dB (Q.24). */
const TWIST = 6.3;

/** Listens to one party: shown sound as it comes, it answers the keys that were pressed. */
export type KeyListener = (samples: Int16Array) => string;

export function keyListener(rate: number = PHONE_RATE): KeyListener {
  const hop = samplesIn(HOP_MS, rate);
  const window = samplesIn(WINDOW_MS, rate);
  let rest = new Int16Array(0);
  let seen: string | null = null;
  let looks = 0;
  let down: string | null = null;
  return (samples) => {
    const known = new Int16Array(rest.length + samples.length);
    known.set(rest);
    known.set(samples, rest.length);
    let heard = '';
    let at = 0;
    for (; at + window <= known.length; at += hop) {
      const key = keyIn(known.subarray(at, at + window), rate);
      looks = key === seen ? looks + 1 : 1;
      seen = key;
      if (looks !== LOOKS_MIN || seen === down) continue;
      down = seen;
      heard += down ?? '';
    }
    rest = known.slice(at);
    return heard;
  };
}

/** The key that sounds in a window; null when none does. */
function keyIn(samples: Int16Array, rate: number): string | null {
  const whole = samples.reduce((sum, sample) => sum + sample * sample, 0);
  if (whole / samples.length < NOISE) return null;
  const row = loudest(samples, ROWS, rate);
  const column = loudest(samples, COLUMNS, rate);
  const twist = row.energy / column.energy;
  const purity = (2 * (row.energy + column.energy)) / (whole * samples.length);
  if (purity < PURITY || twist > TWIST || twist < 1 / TWIST) return null;
  return KEYS[row.place]?.[column.place] ?? null;
}

function loudest(
  samples: Int16Array,
  frequencies: readonly number[],
  rate: number,
): { readonly place: number; readonly energy: number } {
  const energies = frequencies.map((hz) => energyAt(samples, hz, rate));
  const energy = Math.max(...energies);
  return { place: energies.indexOf(energy), energy };
}
