/** How something is said: how fast, how high, how loud, each against the usual. */
export interface Manner {
  readonly rate: number;
  readonly pitch_st: number;
  readonly volume_db: number;
}

export const PLAIN: Manner = { rate: 1, pitch_st: 0, volume_db: 0 };

/** Beyond these nothing is to be understood, whatever tags within tags add up to. */
const RATE = { min: 0.3, max: 3 };
const PITCH_ST = { min: -12, max: 12 };
const VOLUME_DB = { min: -96, max: 12 };

const RATES: Readonly<Record<string, number>> = {
  'x-slow': 0.5,
  slow: 0.75,
  medium: 1,
  fast: 1.25,
  'x-fast': 1.6,
  default: 1,
};
const PITCHES_ST: Readonly<Record<string, number>> = {
  'x-low': -6,
  low: -3,
  medium: 0,
  high: 3,
  'x-high': 6,
  default: 0,
};
const VOLUMES_DB: Readonly<Record<string, number>> = {
  silent: -96,
  'x-soft': -12,
  soft: -6,
  medium: 0,
  loud: 6,
  'x-loud': 12,
  default: 0,
};
const EMPHASES: Readonly<Record<string, Partial<Manner>>> = {
  strong: { rate: 0.85, pitch_st: 2, volume_db: 4 },
  moderate: { rate: 0.92, pitch_st: 1, volume_db: 2 },
  none: {},
  reduced: { rate: 1.1, volume_db: -4 },
};

/** The manner of what lies in a <prosody> (SSML 1.1 §3.2.4). What it does not name stays. */
export function prosody(
  { rate, pitch, volume }: Readonly<Record<string, string>>,
  around: Manner,
): Manner {
  return added(around, {
    rate: named(RATES, rate) ?? percentIn(rate) ?? 1,
    pitch_st: named(PITCHES_ST, pitch) ?? semitonesIn(pitch) ?? 0,
    volume_db: named(VOLUMES_DB, volume) ?? decibelsIn(volume) ?? 0,
  });
}

/** The manner of what lies in an <emphasis> (§3.2.2). */
export function emphasized(level: string | undefined, around: Manner): Manner {
  const known = level !== undefined && Object.hasOwn(EMPHASES, level) ? level : 'moderate';
  return added(around, EMPHASES[known] ?? {});
}

function added(around: Manner, { rate = 1, pitch_st = 0, volume_db = 0 }: Partial<Manner>): Manner {
  return {
    rate: within(around.rate * rate, RATE),
    pitch_st: within(around.pitch_st + pitch_st, PITCH_ST),
    volume_db: within(around.volume_db + volume_db, VOLUME_DB),
  };
}

function within(
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  return Math.min(max, Math.max(min, value));
}

function named(names: Readonly<Record<string, number>>, word: string | undefined): number | null {
  return word !== undefined && Object.hasOwn(names, word) ? (names[word] ?? null) : null;
}

/** "80%" is four fifths of the usual, "+20%" a fifth more. */
function percentIn(text: string | undefined): number | null {
  const [, sign, number] = /^([+-]?)(\d+(?:\.\d+)?)%$/.exec(text ?? '') ?? [];
  if (number === undefined) return null;
  return sign === '' ? Number(number) / 100 : 1 + Number(`${sign ?? ''}${number}`) / 100;
}

function semitonesIn(text: string | undefined): number | null {
  const [, number] = /^([+-]\d+(?:\.\d+)?)st$/.exec(text ?? '') ?? [];
  if (number !== undefined) return Number(number);
  const factor = percentIn(text);
  return factor === null || factor <= 0 ? null : 12 * Math.log2(factor);
}

function decibelsIn(text: string | undefined): number | null {
  const [, number] = /^([+-]\d+(?:\.\d+)?)dB$/.exec(text ?? '') ?? [];
  return number === undefined ? null : Number(number);
}
