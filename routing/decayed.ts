import type { Instant } from '../kernel/brand.ts';

/** Tries of which older ones count less: half as much after each half-life. */
export interface Tally {
  readonly good: number;
  readonly count: number;
  /** The instant for which both are right. */
  readonly at: Instant;
}

/** For what happens now: an outage shows within minutes. */
export const RECENT_HALF_LIFE_MS = 10 * 60_000;
/** For what is usual: a week. */
export const PAST_HALF_LIFE_MS = 7 * 24 * 3_600_000;

export const NO_TALLY: Tally = { good: 0, count: 0, at: 0 as Instant };

/** The same tally later on. An earlier instant changes nothing: news may come out of order. */
export function tallyAt(tally: Tally, at: Instant, half_life_ms: number): Tally {
  if (at <= tally.at || tally.count === 0) return { ...tally, at: later(tally.at, at) };
  const left = 2 ** ((tally.at - at) / half_life_ms);
  return { good: tally.good * left, count: tally.count * left, at };
}

/** One more try. News of an earlier one counts as little as its age says. */
export function tallied(
  tally: Tally,
  tried: { readonly good: boolean; readonly at: Instant },
  half_life_ms: number,
): Tally {
  const now = tallyAt(tally, tried.at, half_life_ms);
  const weight = 2 ** ((tried.at - now.at) / half_life_ms);
  return {
    good: now.good + (tried.good ? weight : 0),
    count: now.count + weight,
    at: now.at,
  };
}

/** Two tallies as one, as of the later: what several nodes have counted. */
export function tallySum(one: Tally, other: Tally, half_life_ms: number): Tally {
  const at = later(one.at, other.at);
  const [left, right] = [tallyAt(one, at, half_life_ms), tallyAt(other, at, half_life_ms)];
  return { good: left.good + right.good, count: left.count + right.count, at };
}

function later(one: Instant, other: Instant): Instant {
  return one > other ? one : other;
}
