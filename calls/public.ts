import type { Address } from '../kernel/address.ts';
import { NULL_ID } from '../kernel/brand.ts';
import { rfc3339 } from '../kernel/instant.ts';
import type { Micros } from '../kernel/money.ts';
import { decimalOf } from '../kernel/money.ts';
import type { Attempt, Call, Candidate, Price } from './call.ts';
import { currentAttempt } from './call.ts';
import { REASONS } from './hangup.ts';
import type { Arrival } from './passage.ts';
import type { Media } from './media.ts';

/** What customers see of a call is more than the call: its flow's action, and what it cost. */
export interface Beside {
  /** The action its flow is at, with its variables filled in; null when there is none. */
  readonly action: object | null;
  /** What the leg was charged; null while it is not over. */
  readonly amount_micros: Micros | null;
}

/** A call as customers see it, in VoIPBIN's words (API, webhooks and stream alike). */
export function publicCall(call: Call, beside: Beside): Record<string, unknown> {
  const candidate = call.candidates[currentAttempt(call)?.candidate_index ?? -1] ?? null;
  const over = call.status === 'hangup' ? call : null;
  return {
    id: call.id,
    customer_id: call.customer_id,
    owner_type: '',
    owner_id: NULL_ID,
    flow_id: call.flow_id ?? NULL_ID,
    activeflow_id: call.activeflow_id,
    type: call.type,
    master_call_id: call.master_call_id ?? NULL_ID,
    chained_call_ids: call.chained_call_ids,
    groupcall_id: call.ties?.member_of ?? NULL_ID,
    source: publicAddress(call.source),
    destination: publicAddress(call.destination),
    arrival: publicArrival(call.passage.arrival),
    status: call.status,
    action: beside.action,
    direction: call.direction,
    ...publicMedia(call.media),
    hangup_by: over?.hangup_by ?? '',
    hangup_reason: 'hangup_reason' in call ? call.hangup_reason : '',
    ...limitsOf(call),
    metadata: call.metadata,
    provider: candidate === null ? null : publicProvider(candidate),
    attempts: call.attempts.map((attempt) => publicAttempt(call, attempt)),
    price: candidate === null ? null : publicPrice(candidate.price),
    amount: beside.amount_micros === null ? null : decimalOf(beside.amount_micros),
    test: call.test,
    ...instantsOf(call),
  };
}

/** What is done to the sound of a leg, and who answered it: call_updated tells of every change. */
export function publicMedia(media: Media): Record<string, unknown> {
  const { line, party, recording_id, recording_ids, stream_id } = media;
  return {
    ...line,
    answered_by: party ?? '',
    recording_id: recording_id ?? NULL_ID,
    recording_ids,
    external_media_id: stream_id ?? NULL_ID,
  };
}

function limitsOf({ dial_timeout_ms, talk_ms_max, early_execution }: Call) {
  const limits = { dial_timeout: dial_timeout_ms / 1000, max_duration: talk_ms_max / 1000 };
  return { ...limits, early_execution };
}

function instantsOf(call: Call): Record<string, string | null> {
  return {
    tm_create: rfc3339(call.tm_create),
    tm_update: rfc3339(call.tm_update),
    tm_delete: null,
    tm_ringing: rfc3339('tm_ringing' in call ? call.tm_ringing : null),
    tm_progressing: rfc3339('tm_progressing' in call ? call.tm_progressing : null),
    tm_hangup: rfc3339(call.status === 'hangup' ? call.tm_hangup : null),
  };
}

function publicArrival(arrival: Arrival | null): Record<string, unknown> | null {
  if (arrival === null) return null;
  const { number_id, anonymous, verstat, attestation, diversions, marks } = arrival;
  return { number_id, anonymous, verstat, attestation: attestation ?? '', diversions, marks };
}

export function publicAddress(address: Address): Record<string, unknown> {
  const { type, target, target_name, name, detail } = address;
  return { type, target, target_name, name, detail };
}

function publicProvider(candidate: Candidate): Record<string, unknown> {
  return {
    id: candidate.provider_id,
    name: candidate.provider_name,
    type: candidate.carrier,
    route_id: candidate.route_id,
  };
}

/** A price as decimal strings of its currency. */
export function publicPrice(price: Price): Record<string, unknown> {
  return {
    currency: price.currency,
    rate_per_minute: decimalOf(price.rate_micros_per_minute),
    connect_fee: decimalOf(price.connect_fee_micros),
    initial_s: price.initial_s,
    increment_s: price.increment_s,
  };
}

/** One try of one route, with how it ended and how long the far end took to ring. */
export function publicAttempt(call: Call, attempt: Attempt): Record<string, unknown> {
  const candidate = call.candidates[attempt.candidate_index];
  const signs = [attempt.tm_ringing, attempt.tm_answer].filter((at) => at !== null);
  return {
    id: attempt.id,
    number: attempt.number,
    provider_id: candidate?.provider_id ?? NULL_ID,
    provider_name: candidate?.provider_name ?? '',
    carrier: candidate?.carrier ?? '',
    route_id: candidate?.route_id ?? NULL_ID,
    status: attempt.status,
    leg_ref: attempt.leg_ref,
    hangup_reason:
      attempt.ending === null ? '' : REASONS[attempt.ending.cause][stageOf(call, attempt)],
    sip_code: attempt.ending?.sip_code ?? null,
    q850: attempt.ending?.q850 ?? null,
    detail: attempt.ending?.detail ?? null,
    post_dial_delay_ms: signs.length === 0 ? null : Math.min(...signs) - attempt.tm_create,
    tm_create: rfc3339(attempt.tm_create),
    tm_ringing: rfc3339(attempt.tm_ringing),
    tm_answer: rfc3339(attempt.tm_answer),
    tm_end: rfc3339(attempt.tm_end),
  };
}

function stageOf({ direction }: Call, { tm_answer }: Attempt): 'answered' | Call['direction'] {
  return tm_answer === null ? direction : 'answered';
}
