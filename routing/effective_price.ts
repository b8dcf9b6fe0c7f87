import { assert } from '../kernel/assert.ts';

/** What counts how much for a customer: quality is weighed against money by this factor. */
export const PREFERENCES = { economy: 0.25, balanced: 1, premium: 4 } as const;
export type Preference = keyof typeof PREFERENCES;

/** What a failed try costs, in calls of the reference price. */
const FAILED_TRY = 1;
/** Each second of post-dial delay beyond two, likewise. */
const DELAY_PER_S = 0.05;
const DELAY_FREE_MS = 2_000;
/** Each point of MOS below four, likewise. */
const PER_MOS = 0.5;
const GOOD_MOS = 4;
/** Short calls beyond what is usual, likewise, by their share. */
const PER_SHORT = 1;

/** How a carrier does on a destination. What nobody has measured is null, and counts as good. */
export interface Quality {
  /** The chance that it delivers, in (0, 1]. */
  readonly p: number;
  readonly pdd_ms: number | null;
  readonly mos: number | null;
  /** Share of answered calls that are suspiciously short. */
  readonly short: number | null;
}

/** What a call by one carrier costs in money, all in micros. */
export interface Cost {
  /** Expected charge of a delivered call: see billing/mix.ts. */
  readonly charge: number;
  /** For each try, whatever becomes of it. */
  readonly attempt_fee: number;
}

/** What quality is worth in money on a destination, the same for all its carriers. */
export interface Scale {
  /** The sell price of a reference call, in micros; fixed by the deck, not by who is asked. */
  readonly reference: number;
  /** A factor of PREFERENCES; 0 is cost alone. */
  readonly factor: number;
  /** The usual share of short calls on the destination. */
  readonly short_pool: number;
}

/** Money and quality in one unit: whole micros a call. `total` is the sum of the others. */
export interface EffectivePrice {
  readonly cost: number;
  readonly failing: number;
  readonly delay: number;
  readonly mos: number;
  readonly short: number;
  readonly total: number;
}

/**
 * The index routes are ordered by (reference 2.3): the expected cost, and what quality lacks, in
 * money. Trying carriers one after another by cost + cost of a try / p is the cheapest order there
 * is when tries are independent. No carrier's index depends on another's, so that adding one never
 * turns the order of the rest (R2); terms are whole, so that what is shown adds up (R8).
 */
export function effectivePrice(cost: Cost, quality: Quality, scale: Scale): EffectivePrice {
  const { p, pdd_ms, mos, short } = quality;
  assert(p > 0 && p <= 1, `no chance is ${p}`);
  const unit = scale.reference * scale.factor;
  const late_s = Math.max(0, (pdd_ms ?? 0) - DELAY_FREE_MS) / 1_000;
  const terms = {
    cost: Math.round(cost.charge + cost.attempt_fee / p),
    failing: Math.round(unit * FAILED_TRY * (1 / p - 1)),
    delay: Math.round((unit * DELAY_PER_S * late_s) / p),
    mos: Math.round(unit * PER_MOS * Math.max(0, GOOD_MOS - (mos ?? GOOD_MOS))),
    short: Math.round(unit * PER_SHORT * Math.max(0, (short ?? 0) - scale.short_pool)),
  };
  const { cost: money, failing, delay, mos: clarity, short: brief } = terms;
  return { ...terms, total: money + failing + delay + clarity + brief };
}
