import type { Price } from '../calls/call.ts';
import type { Fraction } from '../kernel/rounding.ts';
import { billedMix, meanCharge } from '../billing/mix.ts';
import type { Mix } from '../billing/mix.ts';
import { compareText } from './option.ts';

export interface Offer {
  readonly carrier: string;
  readonly price: Price;
}

export interface CostedOffer extends Offer {
  /** What a call of the mix costs on average, in micros. */
  readonly expected_cost: Fraction;
}

/**
 * Cheapest first by what calls really cost: a low rate in long blocks may be dear. Equal ones by
 * name, so that the order does not depend on the input's.
 */
export function byExpectedCost(offers: readonly Offer[], mix: Mix): CostedOffer[] {
  return offers
    .map((offer) => ({
      ...offer,
      expected_cost: meanCharge(billedMix(mix, offer.price), offer.price),
    }))
    .toSorted(
      (one, other) =>
        compareFractions(one.expected_cost, other.expected_cost) ||
        compareText(one.carrier, other.carrier),
    );
}

function compareFractions(one: Fraction, other: Fraction): number {
  const [left, right] = [one.parts * other.of, other.parts * one.of];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
