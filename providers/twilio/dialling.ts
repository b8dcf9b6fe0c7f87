import type { CallListInstanceCreateOptions } from 'twilio/lib/rest/api/v2010/account/call.js';
import type { Address } from '../../kernel/address.ts';
import type { DialOrder } from '../carrier.ts';
import { urlOf } from './paths.ts';

/** Twilio's bounds of Timeout and TimeLimit, in seconds. */
const RING_S_MAX = 600;
const TALK_S_MAX = 86_400;

/**
 * How Twilio is to repeat a status that we did not take: three times, whatever went wrong. It
 * stands in the fragment, which is not sent; whether it is signed Twilio does not say.
 */
export const STATUS_RETRIES = '#rc=3&rp=all';

/** Whom to dial, as Twilio writes it. */
export function targetOf({ type, target }: Address): string {
  if (type !== 'sip') return target;
  return /^sips?:/i.test(target) ? target : `sip:${target}`;
}

function within(ms: number, most: number): number {
  return Math.min(most, Math.max(1, Math.ceil(ms / 1_000)));
}

/**
 * The parameters of a new call. It is answered by a document of ours, never by one that goes along:
 * the address tells us the leg's name before Twilio does, and fences a leg that we gave up.
 */
export function dialParams(order: DialOrder, notice_url: string): CallListInstanceCreateOptions {
  const { attempt_id } = order;
  const at = (place: 'answer' | 'amd'): string => urlOf(notice_url, { place, attempt_id });
  const limit_s = within(order.talk_ms_max, TALK_S_MAX);
  const status = urlOf(notice_url, { place: 'status', attempt_id, limit_s });
  return {
    to: targetOf(order.destination),
    from: order.source.target,
    url: at('answer'),
    method: 'POST',
    fallbackUrl: at('answer'),
    fallbackMethod: 'POST',
    statusCallback: status + STATUS_RETRIES,
    statusCallbackEvent: ['ringing', 'completed'],
    statusCallbackMethod: 'POST',
    timeout: within(order.dial_timeout_ms, RING_S_MAX),
    timeLimit: limit_s,
    ...(order.detect ? detection(at('amd')) : {}),
  };
}

/** Asked for apart from the answer: a person must not wait in silence for the verdict. */
function detection(url: string): Partial<CallListInstanceCreateOptions> {
  return {
    machineDetection: 'Enable',
    asyncAmd: 'true',
    asyncAmdStatusCallback: url,
    asyncAmdStatusCallbackMethod: 'POST',
  };
}
