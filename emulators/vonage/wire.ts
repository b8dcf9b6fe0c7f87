import type { Instant } from '../../kernel/brand.ts';
import type { Answer } from '../web/server.ts';
import type { Call, Endpoint, Json, OwnedNumber } from './state.ts';

const RATE_PER_MINUTE = 0.0079;
export const NETWORK = 'US-FIXED';

export function json(status: number, body: Json): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

export const NO_CONTENT: Answer = { status: 204 };

/** An error as the voice API answers it (RFC 9457 in form). */
export function refused(status: number, title: string, more: Json = {}): Answer {
  const type = `https://developer.vonage.com/api-errors/voice#${status}`;
  return json(status, { type, title, instance: 'emulator', ...more });
}

export const UNAUTHORIZED = refused(401, 'Unauthorized', {
  detail: 'You did not provide correct credentials.',
});

export function notFound(): Answer {
  return refused(404, 'Not Found', { detail: 'The resource could not be found.' });
}

/** RFC 3339 in UTC with ms, as every event has it. */
export function stampOf(at: Instant): string {
  return new Date(at).toISOString();
}

/** Talk time in whole seconds. */
export function durationOf({ tm_answered, tm_ended }: Call): number {
  if (tm_answered === null || tm_ended === null) return 0;
  return Math.round((tm_ended - tm_answered) / 1_000);
}

/** Billed by the second, in euros. */
export function priceOf(call: Call): string {
  return ((durationOf(call) / 60) * RATE_PER_MINUTE).toFixed(8);
}

export const RATE = RATE_PER_MINUTE.toFixed(8);

/** An endpoint as one text: the number, the URI. */
export function addressOf({ number, uri }: Endpoint): string {
  return number ?? uri ?? '';
}

function endpointJson(address: string, type = 'phone'): Json {
  return type === 'phone' ? { type, number: address } : { type, uri: address };
}

/** A call as GET shows it. */
export function callJson(call: Call, { priced }: { readonly priced: boolean }): Json {
  const { uuid, order, conversation, status, direction, tm_answered, tm_ended } = call;
  const over = tm_ended !== null;
  const space = (at: Instant): string => stampOf(at).slice(0, 19).replace('T', ' ');
  return {
    _links: { self: { href: `/calls/${uuid}` } },
    uuid,
    conversation_uuid: conversation.uuid,
    to: endpointJson(addressOf(order.to), order.to.type),
    from: endpointJson(order.from),
    status,
    direction,
    rate: over && priced ? RATE : null,
    price: over && priced ? priceOf(call) : null,
    duration: over ? String(durationOf(call)) : null,
    start_time: tm_answered === null ? null : space(tm_answered),
    end_time: over ? space(tm_ended) : null,
    network: over ? NETWORK : null,
  };
}

export function numberJson(number: OwnedNumber): Json {
  return {
    country: number.country,
    msisdn: number.msisdn,
    type: 'landline',
    features: ['VOICE', 'SMS'],
    ...(number.app_id === '' ? {} : { app_id: number.app_id }),
    ...(number.fields['voiceCallbackType'] === undefined
      ? {}
      : {
          voiceCallbackType: number.fields['voiceCallbackType'],
          voiceCallbackValue: number.fields['voiceCallbackValue'] ?? '',
        }),
  };
}
