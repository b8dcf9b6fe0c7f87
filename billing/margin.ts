import type { Fraction } from '../kernel/rounding.ts';
import type { Price } from '../calls/call.ts';
import type { Mix } from './mix.ts';
import { billedMix, meanCharge } from './mix.ts';

/** What selling at one price and buying at another means. */
export interface Margin {
  /** Whether the price list promises a profit: its rates say nothing of blocks and fees. */
  readonly headline_positive: boolean;
  readonly expected_sell: Fraction;
  readonly expected_buy: Fraction;
  /** Whether calls of the mix are not sold below cost. */
  readonly covers_cost: boolean;
}

/** Millionths of a whole. */
const PPM = 1_000_000n;

/**
 * Weighs a sell price against a buy price on the calls that are really made, exactly. A margin of
 * `min_ppm` millionths of the cost is asked for on top of it.
 */
export function marginOf(
  { sell, buy }: { readonly sell: Price; readonly buy: Price },
  mix: Mix,
  min_ppm = 0,
): Margin {
  const expected_sell = meanCharge(billedMix(mix, sell), sell);
  const expected_buy = meanCharge(billedMix(mix, buy), buy);
  const earned = expected_sell.parts * expected_buy.of * PPM;
  const asked = expected_buy.parts * expected_sell.of * (PPM + BigInt(min_ppm));
  return {
    headline_positive: sell.rate_micros_per_minute > buy.rate_micros_per_minute,
    expected_sell,
    expected_buy,
    covers_cost: earned >= asked,
  };
}
