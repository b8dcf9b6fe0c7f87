import {
  clipped,
  gainOf,
  joined,
  PHONE_RATE,
  SAMPLE_MAX,
  samplesIn,
  silence,
  type Sound,
} from './sound.ts';

/** A tone of one or more frequencies. `level_db` is that of each of them, below full scale. */
export interface Tone {
  readonly hz: readonly number[];
  readonly ms: number;
  readonly level_db?: number;
  /** Of a longer tone this is the part that begins so many ms in. */
  readonly part?: { readonly from_ms: number; readonly whole_ms: number };
}

const LEVEL_DB = -15;
/** A tone that begins or ends at once cracks: it swells and fades this long, in ms. */
const RAMP_MS = 5;

export function tone(
  { hz, ms, level_db = LEVEL_DB, part = { from_ms: 0, whole_ms: ms } }: Tone,
  rate: number = PHONE_RATE,
): Sound {
  const samples = new Int16Array(samplesIn(ms, rate));
  const from = samplesIn(part.from_ms, rate);
  const whole = samplesIn(part.whole_ms, rate);
  const size = SAMPLE_MAX * gainOf(level_db);
  const ramp = Math.min(samplesIn(RAMP_MS, rate), whole >> 1);
  const steps = hz.map((each) => (2 * Math.PI * each) / rate);
  for (let at = from; at < from + samples.length; at += 1) {
    const swell = Math.min(1, (at + 1) / ramp, (whole - at) / ramp);
    const wave = steps.reduce((sum, step) => sum + Math.sin(step * at), 0);
    samples[at - from] = clipped(wave * size * swell);
  }
  return { rate, samples };
}

/** What is heard before a recording begins, and when an action beeps. */
export function beep(ms: number, rate: number = PHONE_RATE): Sound {
  return tone({ hz: [1_000], ms }, rate);
}

/** A melody: notes and, where `hz` is empty, rests. */
export function melody(notes: readonly Tone[], rate: number = PHONE_RATE): Sound {
  return joined(
    notes.map((note) => (note.hz.length === 0 ? silence(note.ms, rate) : tone(note, rate))),
    rate,
  );
}
