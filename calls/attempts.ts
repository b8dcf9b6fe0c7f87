import type { AttemptId, Instant, LegRef, ProviderId } from '../kernel/brand.ts';
import { assert } from '../kernel/assert.ts';
import { derive } from '../kernel/uuid.ts';
import type { Attempt, Call, Facts } from './call.ts';
import { currentAttempt } from './call.ts';
import type { Ending } from './cause.ts';
import type { LegAt } from './effects.ts';

/** A fresh try of one candidate. Its id is derived: the same try has the same id in a rerun. */
export function attemptAt(call: Facts, candidate_index: number, at: Instant): Attempt {
  const number = call.attempts.length + 1;
  return {
    id: derive(call.id, `attempt:${number}`, at),
    number,
    candidate_index,
    status: 'intended',
    leg_ref: null,
    ending: null,
    tm_create: at,
    tm_ringing: null,
    tm_answer: null,
    tm_end: null,
  };
}

/**
 * Our name for a leg that a carrier brings: the same whenever it is told of, since nobody but the
 * carrier names it before we do.
 */
export function attemptOfLeg(provider_id: ProviderId, leg_ref: string): AttemptId {
  return derive(provider_id, `leg:${leg_ref}`, LONG_AGO);
}

/** The carrier's name says nothing about when the call came. */
const LONG_AGO = 0 as Instant;

/** The call with its current attempt changed. */
export function withAttempt<C extends Call>(call: C, change: Partial<Attempt>): C {
  const current = currentAttempt(call);
  assert(current !== null, 'a leg that tells something has an attempt');
  return { ...call, attempts: [...call.attempts.slice(0, -1), { ...current, ...change }] };
}

/** The call with the carrier's name for its leg noted, as soon as anything tells it. */
export function seen<C extends Call>(call: C, leg_ref: LegRef): C {
  const current = currentAttempt(call);
  if (current?.status === 'accepted' && current.leg_ref === leg_ref) return call;
  return withAttempt(call, { status: 'accepted', leg_ref });
}

export function ended<C extends Call>(call: C, ending: Ending, at: Instant): C {
  return withAttempt(call, { status: 'ended', ending, tm_end: at });
}

export function abandoned<C extends Call>(call: C, ending: Ending, at: Instant): C {
  return withAttempt(call, { status: 'abandoned', ending, tm_end: at });
}

/** Where an attempt's leg is to be found; null when the call has no such attempt. */
export function legOf(call: Call, attempt: Attempt | null): LegAt | null {
  const candidate = attempt === null ? undefined : call.candidates[attempt.candidate_index];
  if (attempt === null || candidate === undefined) return null;
  const { provider_id } = candidate;
  return { provider_id, attempt_id: attempt.id, leg_ref: attempt.leg_ref };
}
