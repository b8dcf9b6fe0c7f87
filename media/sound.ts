/** Sound as numbers: one channel of signed 16-bit samples. */
export interface Sound {
  /** Samples a second. */
  readonly rate: number;
  readonly samples: Int16Array;
}

/** What a telephone carries (ITU-T G.711): everything is recorded and played at this rate. */
export const PHONE_RATE = 8_000;
/** The largest and the smallest sample there can be. */
export const SAMPLE_MAX = 32_767;
const SAMPLE_MIN = -32_768;

/** How many samples a span of time has; part of a sample counts as none. */
export function samplesIn(ms: number, rate: number = PHONE_RATE): number {
  return Math.floor((ms * rate) / 1_000);
}

/** How long it lasts, in ms, rounded up: nobody should call it over while it sounds. */
export function msOf({ rate, samples }: Sound): number {
  return Math.ceil((samples.length * 1_000) / rate);
}

export function silence(ms: number, rate: number = PHONE_RATE): Sound {
  return { rate, samples: new Int16Array(samplesIn(ms, rate)) };
}

/** A sample that overflows is held at the edge: wrapped around it would crack. */
export function clipped(value: number): number {
  if (value > SAMPLE_MAX) return SAMPLE_MAX;
  return value < SAMPLE_MIN ? SAMPLE_MIN : Math.round(value);
}

/** The factor by which decibels change a level. */
export function gainOf(db: number): number {
  return 10 ** (db / 20);
}

export function amplified({ rate, samples }: Sound, db: number): Sound {
  const gain = gainOf(db);
  return { rate, samples: samples.map((sample) => clipped(sample * gain)) };
}

/** Sounds one after the other. All have the rate of the first. */
export function joined(sounds: readonly Sound[], rate: number = PHONE_RATE): Sound {
  const length = sounds.reduce((sum, { samples }) => sum + samples.length, 0);
  const samples = new Int16Array(length);
  let place = 0;
  for (const each of sounds) {
    samples.set(each.samples, place);
    place += each.samples.length;
  }
  return { rate: sounds[0]?.rate ?? rate, samples };
}

/** How loud it is on the whole, in dB below a full-scale square wave; -Infinity for nothing. */
export function levelOf(samples: Int16Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  if (energy === 0) return -Infinity;
  return 10 * Math.log10(energy / samples.length) - 20 * Math.log10(SAMPLE_MAX);
}
