import { clipped, type Sound } from './sound.ts';

/** Lobes of the filter on either side: more cuts sharper and costs more. */
const LOBES = 16;
/** Of the band that both rates can carry, this part is kept: the rest is where the filter falls. */
const BAND = 0.92;

/** Shown sound at one rate as it comes, answers it at another. */
export interface Resampler {
  push(samples: Int16Array): Int16Array;
  /** What is still in the filter. Afterwards it is as new. */
  end(): Int16Array;
}

/**
 * Changes the rate by a sinc filter under a Blackman window, one set of weights for each place
 * between two samples that can occur. Rates are whole numbers of Hz.
 */
export function resampler(from: number, to: number): Resampler {
  const divisor = gcd(from, to);
  const [up, down] = [to / divisor, from / divisor];
  const cutoff = BAND * Math.min(1, to / from);
  const half = Math.ceil(LOBES / cutoff);
  const weights = new Map<number, Float64Array>();
  let known = new Int16Array(half);
  /** How many results have been given, and how many samples have gone out of `known`. */
  let given = 0;
  let gone = -half;
  const drawn = (until: number): Int16Array => {
    const found: number[] = [];
    for (; Math.floor((given * down) / up) + half < until; given += 1) {
      const phase = (given * down) % up;
      const center = (given * down - phase) / up - gone;
      const row = weights.get(phase) ?? weightsAt(phase / up, cutoff, half);
      weights.set(phase, row);
      found.push(weighed(known, center - half + 1, row));
    }
    const needless = Math.max(0, Math.floor((given * down) / up) - half + 1 - gone);
    known = known.slice(needless);
    gone += needless;
    return Int16Array.from(found);
  };
  const push = (samples: Int16Array): Int16Array => {
    const longer = new Int16Array(known.length + samples.length);
    longer.set(known);
    longer.set(samples, known.length);
    known = longer;
    return drawn(gone + known.length);
  };
  return {
    push,
    end: () => {
      const rest = push(new Int16Array(half));
      [known, given, gone] = [new Int16Array(half), 0, -half];
      return rest;
    },
  };
}

/** A whole sound at another rate: as long as before, to the sample. */
export function resampled(sound: Sound, rate: number): Sound {
  if (sound.rate === rate) return sound;
  const filter = resampler(sound.rate, rate);
  const body = filter.push(sound.samples);
  const tail = filter.end();
  const samples = new Int16Array(Math.floor((sound.samples.length * rate) / sound.rate));
  const first = body.subarray(0, samples.length);
  samples.set(first);
  samples.set(tail.subarray(0, samples.length - first.length), first.length);
  return { rate, samples };
}

/** The filter where the result lies `offset` of a sample behind the one before it. */
function weightsAt(offset: number, cutoff: number, half: number): Float64Array {
  const weights = new Float64Array(2 * half);
  let sum = 0;
  for (let tap = 0; tap < weights.length; tap += 1) {
    const distance = tap - half + 1 - offset;
    const weight = sinc(distance * cutoff) * blackman(distance / half);
    weights[tap] = weight;
    sum += weight;
  }
  // Each set gives 1 for a constant, else a steady sound would hum at the rate of the phases.
  return weights.map((weight) => weight / sum);
}

function weighed(samples: Int16Array, from: number, weights: Float64Array): number {
  let sum = 0;
  for (let tap = 0; tap < weights.length; tap += 1)
    sum += (samples[from + tap] ?? 0) * (weights[tap] ?? 0);
  return clipped(sum);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function blackman(x: number): number {
  if (Math.abs(x) >= 1) return 0;
  return 0.42 + 0.5 * Math.cos(Math.PI * x) + 0.08 * Math.cos(2 * Math.PI * x);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
