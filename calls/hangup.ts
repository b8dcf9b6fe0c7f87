import type { Call, CallIn, HangupBy, HangupReason } from './call.ts';
import { currentAttempt } from './call.ts';
import type { Cause } from './cause.ts';

/**
 * What the far end's cause means to the customer, by how far the call had come (seed 004 "Hangup
 * Reasons"; incoming: VoIPBIN's table, which knows only noanswer, busy and normal).
 */
export const REASONS: Record<
  Cause,
  {
    readonly outgoing: HangupReason;
    readonly incoming: HangupReason;
    readonly answered: HangupReason;
  }
> = {
  normal: { outgoing: 'normal', incoming: 'normal', answered: 'normal' },
  failed: { outgoing: 'failed', incoming: 'normal', answered: 'normal' },
  busy: { outgoing: 'busy', incoming: 'busy', answered: 'normal' },
  noanswer: { outgoing: 'noanswer', incoming: 'noanswer', answered: 'normal' },
  rejected: { outgoing: 'noanswer', incoming: 'normal', answered: 'normal' },
  cancel: { outgoing: 'cancel', incoming: 'normal', answered: 'normal' },
  dialout: { outgoing: 'dialout', incoming: 'noanswer', answered: 'normal' },
  timeout: { outgoing: 'dialout', incoming: 'normal', answered: 'timeout' },
};

export function reasonFor(call: Call, cause: Cause): HangupReason {
  switch (call.status) {
    case 'terminating':
    case 'hangup':
      return call.hangup_reason;
    case 'canceling':
      return 'cancel';
    case 'progressing':
      return REASONS[cause].answered;
    case 'dialing':
    case 'ringing':
      return REASONS[cause][call.direction];
  }
}

/** What the caller's network is told of a call that was turned down before the answer. */
const TURNED_DOWN: Record<HangupReason, Cause> = {
  normal: 'rejected',
  failed: 'failed',
  busy: 'busy',
  cancel: 'rejected',
  timeout: 'noanswer',
  noanswer: 'noanswer',
  dialout: 'noanswer',
  amd: 'rejected',
};

/** What a leg that we end is ended with: who calls us wants to know why we did not answer. */
export function farewell(call: CallIn<'terminating' | 'canceling'>): Cause {
  if (call.status === 'canceling') return 'cancel';
  if (call.tm_progressing !== null) return 'normal';
  return call.direction === 'incoming' ? TURNED_DOWN[call.hangup_reason] : 'cancel';
}

/** Local when our side asked for the end, or when a limit we set at the carrier ended it. */
export function hungUpBy(call: Call, cause: Cause): HangupBy {
  if (call.status === 'terminating' || call.status === 'canceling') return 'local';
  return cause === 'dialout' || cause === 'timeout' ? 'local' : 'remote';
}

/**
 * The failover rule, whole (DESIGN §4, rule 3): the place of the candidate to try next, or null.
 * Only a network failure deserves another route, and only while no one and nothing has answered.
 */
export function nextCandidate(call: Call, reason: HangupReason): number | null {
  if (reason !== 'failed') return null;
  if (call.status !== 'dialing' && call.status !== 'ringing') return null;
  if (call.direction === 'incoming' || call.type === 'conference') return null;
  if (call.destination.type !== 'tel') return null;
  if (call.early_execution && call.status === 'ringing') return null;
  if (call.attempts.length >= call.attempts_max) return null;
  const next = (currentAttempt(call)?.candidate_index ?? -1) + 1;
  return next < call.candidates.length ? next : null;
}

/**
 * Where to dial again after the carrier said it never saw the dial: on along the list as after any
 * failure, and at its end once more where it was, since that route has not been heard from at all.
 */
export function candidateAfterAbsence(call: Call): number | null {
  const next = nextCandidate(call, 'failed');
  if (next !== null) return next;
  const current = currentAttempt(call);
  if (current === null || call.direction === 'incoming') return null;
  // The call may ring by an earlier route; a flow that began then does not begin again.
  const unheard = call.status === 'ringing' && !call.early_execution && current.tm_ringing === null;
  if (call.status !== 'dialing' && !unheard) return null;
  if (call.attempts.length >= call.attempts_max) return null;
  const { candidate_index } = current;
  const tries = call.attempts.filter((attempt) => attempt.candidate_index === candidate_index);
  return tries.length < 2 ? candidate_index : null;
}
