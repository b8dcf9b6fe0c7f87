import { decimalOf, type Micros, microsFromDecimal } from '../kernel/money.ts';
import type { Price } from '../calls/call.ts';
import { publicPrice } from '../calls/public.ts';
import type { NumberTerms } from '../store/numbers.ts';
import type { components } from './types.gen.ts';

type Schemas = components['schemas'];

/** A price as it is kept. The contract's pattern is that of kernel/money.ts. */
export function priceOf(written: Schemas['PriceWrite']): Price {
  const { currency, initial_s, increment_s } = written;
  return {
    currency,
    rate_micros_per_minute: microsFromDecimal(written.rate_per_minute) as Micros,
    connect_fee_micros: microsFromDecimal(written.connect_fee) as Micros,
    initial_s,
    increment_s,
  };
}

/** What a provider's numbers cost, as it is kept. */
export function termsOf(written: Schemas['NumberTermsWrite']): NumberTerms | null {
  if (written === null) return null;
  const monthly_micros = microsFromDecimal(written.monthly) as Micros;
  return { monthly_micros, price: priceOf(written.price) };
}

export function termsJson(terms: NumberTerms | null): object | null {
  if (terms === null) return null;
  return { monthly: decimalOf(terms.monthly_micros), price: publicPrice(terms.price) };
}
