import type { Price } from '../../calls/call.ts';
import { each } from '../option.ts';

/**
 * A route that cannot be charged must not be dialled: its call would end in a broken invariant, or
 * in an entry of another currency than the wallet. A rate of zero is kept, since somebody wrote it
 * down on purpose.
 */
export const byPrice = each(({ route: { price } }, { currency }) => {
  if (price.currency !== currency)
    return { reason: 'no_price', detail: `${price.currency} for an account in ${currency}` };
  return isChargeable(price) ? null : { reason: 'no_price', detail: null };
});

function isChargeable(price: Price): boolean {
  return (
    isWhole(price.rate_micros_per_minute, 0) &&
    isWhole(price.connect_fee_micros, 0) &&
    isWhole(price.initial_s, 0) &&
    isWhole(price.increment_s, 1)
  );
}

function isWhole(amount: number, least: number): boolean {
  return Number.isSafeInteger(amount) && amount >= least;
}
