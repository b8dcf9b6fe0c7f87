import type { Tally } from './decayed.ts';

/** What a carrier that nobody has tried is trusted with. */
const TRUST = 0.95;
/** How many calls of its own a level must have to weigh as much as the level above it. */
const PRIOR_CALLS = 20;
/**
 * What is usual never weighs more than so many calls, so that an outage of a busy carrier shows
 * within as many.
 */
const PAST_CALLS_MAX = 50;

/** Two-sided 95 % of a normal distribution. */
const Z_95 = 1.959964;

type Counts = Pick<Tally, 'good' | 'count'>;

/** How likely a carrier delivers, and what that is known from. */
export interface Success {
  /** In (0, 1): expected share of calls delivered. */
  readonly p: number;
  readonly n_recent: number;
  readonly n_past: number;
}

/**
 * The chance that a carrier delivers (reference 2.4): what happened lately, upon what is usual for
 * it. `past` goes from the finest level to the widest: carrier and destination group, carrier and
 * country, carrier. A level with few calls leans on the next one, and the widest on plain trust.
 */
export function successOf(recent: Counts, past: readonly Counts[]): Success {
  const usual = past.reduceRight(
    (wider, { good, count }) => (good + PRIOR_CALLS * wider) / (count + PRIOR_CALLS),
    TRUST,
  );
  const n_past = past[0]?.count ?? 0;
  const weight = Math.min(n_past + PRIOR_CALLS, PAST_CALLS_MAX);
  const p = (recent.good + weight * usual) / (recent.count + weight);
  return { p, n_recent: recent.count, n_past };
}

/**
 * Between which shares the true one lies, nineteen times out of twenty (Wilson's score interval):
 * for people, who would else take 1 of 1 for perfect. No calls: anything is possible.
 */
export function wilsonBounds({ good, count }: Counts): { lower: number; upper: number } {
  if (count <= 0) return { lower: 0, upper: 1 };
  const share = good / count;
  const square = Z_95 ** 2;
  const middle = share + square / (2 * count);
  const spread = Z_95 * Math.sqrt((share * (1 - share) + square / (4 * count)) / count);
  const whole = 1 + square / count;
  return {
    lower: Math.max(0, (middle - spread) / whole),
    upper: Math.min(1, (middle + spread) / whole),
  };
}
