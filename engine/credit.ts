import { nextGrants } from '../billing/grant.ts';
import type { Call } from '../calls/call.ts';
import { currentPrice } from '../calls/call.ts';
import type { FactOf } from '../calls/events.ts';
import type { HandleResult } from './loop.ts';

/** Tells one fact to the call; 'no_funds': it was refused whole, and another may be told. */
export type Tell = (fact: FactOf<'credit_granted' | 'credit_refused'>) => Promise<HandleResult>;

/**
 * Holds money for more talk of a call: as much as a grant gives, else less, else none. Each try is
 * one conditional update in the transaction that tells the call, so that calls side by side never
 * hold more than there is.
 */
export async function extendCredit(call: Call, tell: Tell): Promise<HandleResult> {
  for (const grant of grantsOf(call)) {
    const result = await tell({ type: 'credit_granted', ...grant });
    if (result !== 'no_funds') return result;
  }
  return tell({ type: 'credit_refused' });
}

/** What has no price, as a leg that a carrier brought, may talk its longest. */
function grantsOf(call: Call): ReturnType<typeof nextGrants> {
  const price = currentPrice(call);
  if (price !== null) return nextGrants(call, price);
  return [{ granted_ms: call.talk_ms_max, hold_micros: call.hold_micros }];
}
