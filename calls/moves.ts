import type { Instant } from '../kernel/brand.ts';
import { after } from '../kernel/instant.ts';
import type { Micros } from '../kernel/money.ts';
import type { Step } from '../kernel/step.ts';
import { abandoned, attemptAt, ended, legOf, seen, withAttempt } from './attempts.ts';
import type { Call, CallIn, HangupReason, TimerName } from './call.ts';
import { currentAttempt, hasLeg, currentPrice, NO_TIMERS, paidTalkMs } from './call.ts';
import type { Ending } from './cause.ts';
import { ending } from './cause.ts';
import { asksAtOnce, retryAt, timersOf } from './credit.ts';
import type { Effect } from './effects.ts';
import type { EventOf } from './events.ts';
import { atRest } from './media.ts';
import { candidateAfterAbsence, farewell, hungUpBy, nextCandidate, reasonFor } from './hangup.ts';
import { entered, heardRinging, tellGroup, tellGroups, tellMaster } from './tellings.ts';
import { isAdmitted } from './ties.ts';

export type CallStep = Step<Call, Effect>;
type Unanswered = CallIn<'dialing' | 'ringing'>;
type Open = CallIn<Exclude<Call['status'], 'hangup'>>;
type Closing = CallIn<'terminating' | 'canceling'>;

/** Asked so often in vain while hanging up, the leg is given up and fenced off. */
export const CLOSE_CHECKS_MAX = 8;
/** How soon the carrier is asked about a leg whose dial got no answer, or that should be gone. */
export const LOOK_MS = 2_000;

export function stay(state: Call, effects: readonly Effect[] = []): CallStep {
  return { state, effects };
}

export function withTimer<C extends Call>(call: C, timer: TimerName, at: Instant | null): C {
  return call.timers[timer] === at ? call : { ...call, timers: { ...call.timers, [timer]: at } };
}

/** The carrier has been heard from: it need not be asked for a while. */
export function heard<C extends Call>(call: C, at: Instant): C {
  return { ...withTimer(call, 'check', after(at, call.check_ms)), check_count: 0 };
}

export function accept(call: Call, event: EventOf<'dial_accepted'>): CallStep {
  return stay(heard(seen(call, event.leg_ref), event.at));
}

export function ring(call: Unanswered, event: EventOf<'leg_ringing'>): CallStep {
  const known = heard(seen(call, event.leg_ref), event.at);
  const rung = currentAttempt(known)?.tm_ringing === null;
  const noted = rung ? withAttempt(known, { tm_ringing: event.at }) : known;
  if (noted.status === 'ringing') return stay(noted);
  const ringing: Call = { ...noted, status: 'ringing', tm_ringing: event.at };
  return stay(ringing, heardRinging(ringing));
}

export function answer(call: Unanswered, event: EventOf<'leg_answered'>): CallStep {
  const attempt = currentAttempt(call);
  const begun = attempt?.tm_create ?? call.tm_create;
  const since = Math.max(event.at - (event.talk_ms ?? 0), begun) as Instant;
  // Late news of the answer may date it before late news of the ringing, which came before it.
  const rang = (at: Instant | null): Instant | null =>
    at === null ? null : (Math.min(at, since) as Instant);
  const moments = { tm_ringing: rang(attempt?.tm_ringing ?? null), tm_answer: since };
  const known = withAttempt(seen(call, event.leg_ref), moments);
  const tm_ringing = rang(call.status === 'ringing' ? call.tm_ringing : null);
  const timers = { ...NO_TIMERS, ...timersOf(call, since), action: call.timers.action };
  const talking: Call = {
    ...heard({ ...known, timers }, event.at),
    status: 'progressing',
    tm_ringing,
    tm_progressing: since,
  };
  return stay(talking, [
    ...(asksAtOnce(call) ? [EXTEND] : []),
    ...(isAdmitted(call.ties) ? entered(talking) : []),
    ...tellMaster(talking, { type: 'child_answered', child_call_id: call.id }),
    ...tellGroup(talking, { type: 'member_answered', call_id: call.id }),
  ]);
}

const EXTEND: Effect = { do: 'credit_extend' };

/** What is granted will soon have been talked: time to hold money for more. */
export function extend(call: CallIn<'progressing'>): CallStep {
  return stay(call, [EXTEND]);
}

/** More talk is paid for. Told twice, or late, it grants nothing twice. */
export function grant(call: CallIn<'progressing'>, event: EventOf<'credit_granted'>): CallStep {
  const { granted_ms, hold_micros } = event;
  if (granted_ms <= call.granted_ms) return stay(call);
  const more = {
    ...call,
    granted_ms,
    hold_micros: Math.max(hold_micros, call.hold_micros) as Micros,
  };
  return stay({ ...more, timers: { ...call.timers, ...timersOf(more, call.tm_progressing) } });
}

/** No more talk is paid for just now; money may yet come while what was granted lasts. */
export function wantCredit(
  call: CallIn<'progressing'>,
  event: EventOf<'credit_refused'>,
): CallStep {
  return stay(withTimer(call, 'credit', retryAt(call, event.at)));
}

/** A try has failed, or the leg has ended, before anyone answered: the next route, or the end. */
export function endUnanswered(
  call: Unanswered,
  event: EventOf<'dial_rejected' | 'leg_ended'>,
): CallStep {
  const over = ended(known(call, event), event.ending, event.at);
  const next = nextCandidate(over, reasonFor(call, event.ending.cause));
  return next === null ? close(over, event.ending, event.at) : dialAgain(over, next, event.at);
}

/** A notice names its leg; a refused dial has none. */
function known<C extends Call>(call: C, event: EventOf<'dial_rejected' | 'leg_ended'>): C {
  return event.type === 'leg_ended' ? seen(call, event.leg_ref) : call;
}

/** The carrier is certain that it has no such leg: safe to dial elsewhere (DESIGN §4, rule 4). */
export function endAbsent(call: Unanswered, event: EventOf<'leg_absent'>): CallStep {
  if (currentAttempt(call)?.status === 'intended') return stay(call);
  if (isDoubtful(call, event)) return askLater(call, event);
  const lost = ending('failed', 'the carrier knows no such leg');
  const over = abandoned(call, lost, event.at);
  const next = candidateAfterAbsence(over);
  return next === null ? close(over, lost, event.at) : dialAgain(over, next, event.at);
}

/** Whether the carrier may yet come to know a leg whose name it has not told us. */
function isDoubtful(call: Open, { certain_ms = 0, at }: EventOf<'leg_absent'>): boolean {
  const attempt = currentAttempt(call);
  if (attempt === null || attempt.leg_ref !== null) return false;
  return certain_ms === null || at - attempt.tm_create < certain_ms;
}

function dialAgain(call: Unanswered, candidate_index: number, at: Instant): CallStep {
  const attempt = attemptAt(call, candidate_index, at);
  const dialing: Call = { ...call, attempts: [...call.attempts, attempt], check_count: 0 };
  const timed = withTimer(dialing, 'dial', after(at, call.dial_timeout_ms));
  const effect: Effect = { do: 'leg_dial', attempt_id: attempt.id };
  return stay(withTimer(timed, 'check', after(at, call.check_ms)), [effect]);
}

/** Nobody knows whether the dial arrived. Nothing else is dialled before the carrier is asked. */
export function lose(call: Open, event: EventOf<'dial_lost'>): CallStep {
  if (currentAttempt(call)?.status !== 'intended') return stay(call);
  const unknown = withAttempt(call, { status: 'unknown' });
  return stay(withTimer(unknown, 'check', after(event.at, LOOK_MS)), lookUp(unknown));
}

/** The carrier cannot be asked just now: again later, a little less often each time. */
export function askLater(call: Open, event: EventOf<'leg_unseen' | 'leg_absent'>): CallStep {
  const wait = Math.min(LOOK_MS * 2 ** Math.min(call.check_count, 5), call.check_ms);
  return stay(withTimer(call, 'check', after(event.at, wait)));
}

/** Time to ask the carrier what has become of the leg. */
export function check(call: Open, event: EventOf<'timer_fired'>): CallStep {
  const next = { ...call, check_count: call.check_count + 1 };
  const asked = currentAttempt(call)?.status === 'intended' ? [] : lookUp(call);
  return stay(withTimer(next, 'check', after(event.at, call.check_ms)), asked);
}

/** The same while hanging up: hang up again, ask again, and in the end give the leg up. */
export function checkClosing(call: Closing, event: EventOf<'timer_fired'>): CallStep {
  if (call.check_count >= CLOSE_CHECKS_MAX) {
    const silent = ending('cancel', 'closed without word from the carrier');
    return close(abandoned(call, silent, event.at), silent, event.at);
  }
  const next = { ...call, check_count: call.check_count + 1 };
  return stay(withTimer(next, 'check', after(event.at, LOOK_MS)), [
    ...hangUpLeg(call),
    ...lookUp(call),
  ]);
}

function lookUp(call: Call): Effect[] {
  const leg = legOf(call, currentAttempt(call));
  return leg === null ? [] : [{ do: 'leg_find', leg }];
}

export function dialTimerFired(call: Unanswered, event: EventOf<'timer_fired'>): CallStep {
  if (event.timer === 'check') return check(call, event);
  if (event.timer !== 'dial') return stay(call);
  // A caller whom nobody answers has not been dialled by us.
  return terminate(call, call.direction === 'incoming' ? 'noanswer' : 'dialout', event.at);
}

/** Our side no longer wants an unanswered leg. */
export function cancel(call: Unanswered, event: { readonly at: Instant }): CallStep {
  if (call.direction === 'incoming') return terminate(call, 'normal', event.at);
  const tm_ringing = call.status === 'ringing' ? call.tm_ringing : null;
  return closing({ ...call, status: 'canceling', tm_ringing }, event.at);
}

export function terminate(
  call: CallIn<'dialing' | 'ringing' | 'progressing'>,
  hangup_reason: HangupReason,
  at: Instant,
): CallStep {
  const state: Closing = { ...call, ...times(call), status: 'terminating', hangup_reason };
  // Where there is no leg, nobody has to be told before it is over.
  return hasLeg(call) ? closing(state, at) : close(state, ending('normal'), at);
}

function closing(call: Closing, at: Instant): CallStep {
  const timers = { ...NO_TIMERS, check: after(at, LOOK_MS) };
  return stay({ ...call, timers, check_count: 0 }, hangUpLeg(call));
}

/** While hanging up, any sign of life of the leg is answered by hanging it up again. */
export function hangUpSeen(
  call: Closing,
  event: EventOf<'dial_accepted' | 'leg_ringing' | 'leg_answered'>,
): CallStep {
  const known = seen(call, event.leg_ref);
  return stay(known, hangUpLeg(known));
}

export function endOf(call: Open, event: EventOf<'leg_ended' | 'dial_rejected'>): CallStep {
  const at = endedAt(call, event);
  return close(ended(known(call, event), event.ending, at), event.ending, at);
}

/** Late news of an end that counts the talk: the call ended then. Nobody pays for silence. */
function endedAt(call: Open, event: EventOf<'leg_ended' | 'dial_rejected'>): Instant {
  const { tm_progressing } = times(call);
  const talk_ms = event.type === 'leg_ended' ? event.talk_ms : undefined;
  if (tm_progressing === null || talk_ms === undefined) return event.at;
  return Math.min(tm_progressing + talk_ms, event.at) as Instant;
}

/** The carrier has no such leg any more: it ended, and the news was lost. */
export function vanish(call: Open, event: EventOf<'leg_absent'>): CallStep {
  if (isDoubtful(call, event)) return askLater(call, event);
  const gone = ending('normal', 'the leg is gone at the carrier');
  return close(abandoned(call, gone, event.at), gone, event.at);
}

/** The end of a call, whichever way it came. */
export function close(call: Open, how: Ending, at: Instant): CallStep {
  const { tm_ringing, tm_progressing } = times(call);
  const hangup_reason = reasonFor(call, how.cause);
  const state: CallIn<'hangup'> = {
    ...call,
    tm_ringing,
    // Where there was no leg, nobody has talked.
    tm_progressing: hasLeg(call) ? tm_progressing : null,
    timers: NO_TIMERS,
    media: atRest(call.media),
    status: 'hangup',
    hangup_by: hungUpBy(call, how.cause),
    hangup_reason,
    tm_hangup: at,
  };
  const talk_ms = paidTalkMs(state);
  const usage: Effect = { do: 'usage_record', usage: { talk_ms, price: currentPrice(call) } };
  return stay(state, [
    ...(hasLeg(call) ? [usage] : []),
    ...call.chained_call_ids.map((call_id): Effect => ({
      do: 'call_tell',
      call_id,
      fact: { type: 'master_ended' },
    })),
    ...tellMaster(call, { type: 'child_ended', child_call_id: call.id, reason: hangup_reason }),
    ...tellGroups(call, hangup_reason),
  ]);
}

/** An order to hang up the current leg; while its dial is on the way, the answer brings it. */
function hangUpLeg(call: Closing): readonly Effect[] {
  const attempt = currentAttempt(call);
  const leg = legOf(call, attempt);
  if (leg === null || attempt === null) return [];
  if (attempt.status !== 'accepted' && attempt.status !== 'unknown') return [];
  return [{ do: 'leg_hangup', leg, cause: farewell(call) }];
}

function times(call: Call): { tm_ringing: Instant | null; tm_progressing: Instant | null } {
  return {
    tm_ringing: 'tm_ringing' in call ? call.tm_ringing : null,
    tm_progressing: 'tm_progressing' in call ? call.tm_progressing : null,
  };
}
