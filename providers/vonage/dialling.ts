import type { Vonage } from '@vonage/server-sdk';
import type { Address } from '../../kernel/address.ts';
import type { DialOrder } from '../carrier.ts';
import { urlOf } from './paths.ts';

/** Vonage's bounds of ringing_timer and length_timer, in seconds. */
const RING_S_MAX = 120;
const TALK_S_MAX = 86_400;

/** A number as Vonage writes it: without the plus. */
export function numberOf(number: string): string {
  return number.replace(/^\+/, '');
}

/** Whom to dial. */
export function endpointOf({ type, target }: Address): object {
  if (type !== 'sip') return { type: 'phone', number: numberOf(target) };
  return { type: 'sip', uri: /^sips?:/i.test(target) ? target : `sip:${target}` };
}

function within(ms: number, most: number): number {
  return Math.min(most, Math.max(1, Math.ceil(ms / 1_000)));
}

/**
 * The body of a new call. It is answered by an NCCO of ours, never by one that goes along: the
 * address tells us the leg's name before Vonage does, and fences a leg that we gave up.
 */
export function dialParams(
  order: DialOrder,
  notice_url: string,
): Parameters<Vonage['voice']['createOutboundCall']>[0] {
  const { attempt_id } = order;
  const limit_s = within(order.talk_ms_max, TALK_S_MAX);
  const detection = { behavior: 'continue', mode: 'detect' };
  const body = {
    to: [endpointOf(order.destination)],
    from: { type: 'phone', number: numberOf(order.source.target) },
    answer_url: [urlOf(notice_url, { place: 'answer', attempt_id })],
    answer_method: 'POST',
    event_url: [urlOf(notice_url, { place: 'event', attempt_id, limit_s })],
    event_method: 'POST',
    ringing_timer: within(order.dial_timeout_ms, RING_S_MAX),
    length_timer: limit_s,
    ...(order.detect ? { advanced_machine_detection: detection } : {}),
  };
  return body as unknown as ReturnType<typeof dialParams>;
}
