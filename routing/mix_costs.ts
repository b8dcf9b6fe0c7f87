import type { BilledMix, Mix } from '../billing/mix.ts';
import { billedMix } from '../billing/mix.ts';
import type { Price } from '../calls/call.ts';
import { micros } from '../kernel/money.ts';
import type { DeckMatch } from './deck_lookup.ts';
import type { KeptTerms } from './deck.ts';
import type { Cost } from './effective_price.ts';

const SIXTIETHS = 60;

/**
 * Prices the rows of a deck on one destination's mix of calls. What a mix is billed for depends on
 * the terms of a row alone, and is kept: a price is then a multiplication. The amounts are for
 * comparing routes and so may be fractions of a micro; nothing is ever charged by them.
 */
export function mixCosts(mix: Mix): (match: DeckMatch) => Cost {
  const kept = new WeakMap<KeptTerms, BilledMix>();
  return ({ rate_micros_per_minute: rate, terms }) => {
    const billed = kept.get(terms) ?? billedMix(mix, priceIn(terms));
    kept.set(terms, billed);
    const fees = terms.connect_fee_micros * billed.answered * SIXTIETHS;
    const talk = rate * (billed.initial_s + billed.further_s);
    const charge = (fees + talk) / (billed.total * SIXTIETHS);
    return { charge, attempt_fee: terms.attempt_fee_micros };
  };
}

/** The price of a row, as it is copied to a call (D7). */
export function priceOfRow({ rate_micros_per_minute, terms }: DeckMatch, currency: string): Price {
  return { ...priceIn(terms), currency, rate_micros_per_minute };
}

function priceIn({ initial_s, increment_s, connect_fee_micros }: KeptTerms): Price {
  const none = { currency: '', rate_micros_per_minute: micros(0) };
  return { ...none, initial_s, increment_s, connect_fee_micros };
}
