import { faultOf } from '../../billing/rate.ts';
import { each } from '../option.ts';

/**
 * A route that cannot be charged must not be dialled: its call would end in a broken invariant, or
 * in an entry of another currency than the wallet. A rate of zero is kept, since somebody wrote it
 * down on purpose.
 */
export const byPrice = each(({ route: { price } }, { currency }) => {
  if (price.currency !== currency)
    return { reason: 'no_price', detail: `${price.currency} for an account in ${currency}` };
  return faultOf(price) === null ? null : { reason: 'no_price', detail: null };
});
