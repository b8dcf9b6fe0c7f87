import { samplesIn, type Sound } from './sound.ts';

/** Pieces long enough to hold two periods of the deepest voice, short enough to blur no sound. */
const PIECE_MS = 40;
/** How far a piece may be moved so that it fits the one before: a period of a deep voice. */
const SEEK_MS = 10;
/** Faster or slower than this is not to be understood. */
const FACTOR_MIN = 0.5;
const FACTOR_MAX = 2;

/**
 * Speech made longer or shorter without changing its pitch (WSOLA: pieces overlap by half, each
 * taken where it best continues what was heard). At most twice as fast or as slow; what is too long
 * even then is cut off, what is too short is followed by silence.
 */
export function fitted({ rate, samples }: Sound, ms: number): Sound {
  const length = samplesIn(ms, rate);
  const fit = new Int16Array(length);
  if (samples.length === 0 || length === 0) return { rate, samples: fit };
  const factor = Math.min(FACTOR_MAX, Math.max(FACTOR_MIN, length / samples.length));
  const stretched = factor === 1 ? samples : stretch({ rate, samples }, factor);
  fit.set(stretched.subarray(0, length));
  return { rate, samples: fit };
}

function stretch({ rate, samples }: Sound, factor: number): Int16Array {
  const half = samplesIn(PIECE_MS, rate) >> 1;
  const seek = samplesIn(SEEK_MS, rate);
  const out = new Float32Array(Math.ceil(samples.length * factor) + 2 * half);
  let from = 0;
  for (let place = 0; place + 2 * half <= out.length; place += half) {
    overlap(out, samples, { place, from, half });
    // The piece that would go on naturally lies half a piece further on in what was recorded.
    const wanted = Math.round((place + half) / factor);
    from = bestNear(samples, { wanted, natural: from + half, seek, half });
  }
  return Int16Array.from(out.subarray(0, Math.round(samples.length * factor)));
}

interface Piece {
  readonly place: number;
  readonly from: number;
  readonly half: number;
}

/** Adds a piece under a Hann window: two that overlap by half add up to the sound itself. */
function overlap(out: Float32Array, samples: Int16Array, { place, from, half }: Piece): void {
  for (let at = 0; at < 2 * half; at += 1) {
    const weight = place === 0 && at < half ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * at) / half);
    out[place + at] = (out[place + at] ?? 0) + weight * (samples[from + at] ?? 0);
  }
}

interface Search {
  readonly wanted: number;
  readonly natural: number;
  readonly seek: number;
  readonly half: number;
}

/** The place near the wanted one whose sound is most like what would have come naturally. */
function bestNear(samples: Int16Array, { wanted, natural, seek, half }: Search): number {
  let best = { place: Math.max(0, wanted), likeness: -Infinity };
  for (let place = Math.max(0, wanted - seek); place <= wanted + seek; place += 2) {
    let likeness = 0;
    for (let at = 0; at < half; at += 4)
      likeness += (samples[place + at] ?? 0) * (samples[natural + at] ?? 0);
    if (likeness > best.likeness) best = { place, likeness };
  }
  return best.place;
}
