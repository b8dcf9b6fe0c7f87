import type { AttemptId, EffectId } from '../kernel/brand.ts';
import type { Attempt, Call } from '../calls/call.ts';
import { ending } from '../calls/cause.ts';
import type { HttpOrder, LegAt } from '../calls/effects.ts';
import type { FactOf, Reply } from '../calls/events.ts';
import type { Instruction } from '../calls/instruction.ts';
import type { Carrier, DialOutcome, LegState, Sought } from '../providers/carrier.ts';
import type { OutboxRow } from '../store/journal.ts';
import type { Outgoing, Sender } from '../webhooks/delivery.ts';
import type { CarrierDesk } from './carrier_desk.ts';
import type { Log } from './log.ts';

const GONE = { ...ending('failed', 'the provider is gone'), blames_carrier: false };

export interface DialParts {
  readonly call: Call;
  readonly attempt: Attempt;
  readonly desk: CarrierDesk;
  readonly log: Log;
}

/** Dials one attempt. Whatever goes wrong after the request may have left is 'unknown'. */
export async function outcomeOf({ call, attempt, desk, log }: DialParts): Promise<DialOutcome> {
  const candidate = call.candidates[attempt.candidate_index];
  const carrier = candidate === undefined ? null : await desk.open(candidate.provider_id);
  if (carrier === null) return { outcome: 'rejected', ending: GONE, retry_after_ms: null };
  try {
    return await carrier.dial(dialOrder(call, attempt));
  } catch (error) {
    log.error({ call_id: call.id, attempt_id: attempt.id, error }, 'the dial threw');
    return { outcome: 'unknown', detail: String(error) };
  }
}

function dialOrder(call: Call, attempt: Attempt): Parameters<Carrier['dial']>[0] {
  return {
    attempt_id: attempt.id,
    call_id: call.id,
    customer_id: call.customer_id,
    source: call.source,
    destination: call.destination,
    dial_timeout_ms: call.dial_timeout_ms,
    talk_ms_max: call.talk_ms_max,
    detect: call.detect,
    sandbox: call.sandbox,
  };
}

/** What the outcome of a dial tells its call. */
export function factOfDial(outcome: DialOutcome, attempt_id: AttemptId): FactOf {
  switch (outcome.outcome) {
    case 'accepted':
      return { type: 'dial_accepted', attempt_id, leg_ref: outcome.leg_ref };
    case 'rejected':
      return { type: 'dial_rejected', attempt_id, ending: outcome.ending };
    case 'unknown':
      return { type: 'dial_lost', attempt_id, detail: outcome.detail };
  }
}

/** What the call is told of an effect that came to nothing; null where only a restart may help. */
export function factOfGivenUp({ id, order }: OutboxRow, detail: string): FactOf | null {
  if (order.do === 'leg_instruct') return factOfRefused(id, order.instruction, detail);
  if (order.do !== 'leg_hangup') return null;
  return { type: 'hangup_refused', attempt_id: order.leg.attempt_id, detail };
}

function factOfRefused(effect_id: EffectId, refused: Instruction, detail: string): FactOf {
  if (refused.do !== 'record_start') return { type: 'media_failed', effect_id, detail, refused };
  const { recording_id } = refused;
  return { type: 'recording_finished', recording_id, duration_ms: 0, cause: 'failed' };
}

/** What the carrier's view of a leg tells: an end that nobody told may bring its answer with it. */
export function factsOfState(
  state: LegState,
  { attempt_id }: LegAt,
  certain_ms: number | null,
): FactOf[] {
  if (state.state === 'absent') return [{ type: 'leg_absent', attempt_id, certain_ms }];
  const { leg_ref } = state;
  switch (state.state) {
    case 'dialing':
      return [{ type: 'dial_accepted', attempt_id, leg_ref }];
    case 'ringing':
      return [{ type: 'leg_ringing', attempt_id, leg_ref }];
    case 'answered':
      return [{ type: 'leg_answered', attempt_id, leg_ref }];
    case 'ended': {
      const { ending: how, talk_ms } = state;
      if (!state.answered) return [{ type: 'leg_ended', attempt_id, leg_ref, ending: how }];
      return [
        { type: 'leg_answered', attempt_id, leg_ref, talk_ms },
        { type: 'leg_ended', attempt_id, leg_ref, ending: how, talk_ms },
      ];
    }
  }
}

/** What a carrier that keeps no reference of ours can look a dial up by. */
export function soughtOf(call: Call, attempt_id: AttemptId): Sought | undefined {
  const attempt = call.attempts.find(({ id }) => id === attempt_id);
  if (attempt === undefined) return undefined;
  const { source, destination } = call;
  return { source, destination, tm_create: attempt.tm_create };
}

/** Makes a flow's request of another server. */
export async function replyTo(sender: Sender, order: HttpOrder): Promise<Reply> {
  const headers: Record<string, string> =
    order.content_type === null ? {} : { 'content-type': order.content_type };
  const outgoing: Outgoing = { method: order.method, url: order.url, headers, body: order.body };
  const sent = await sender.send(outgoing);
  return sent.result === 'answered'
    ? { ok: true, status_code: sent.status_code, body: sent.body }
    : { ok: false, error: sent.error };
}
