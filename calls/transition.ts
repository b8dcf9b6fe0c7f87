import { assert } from '../kernel/assert.ts';
import type { Instant, LegRef } from '../kernel/brand.ts';
import { after } from '../kernel/instant.ts';
import { attemptAt, legOf } from './attempts.ts';
import type { Attempt, Call, CallIn, CallStatus, Facts } from './call.ts';
import { currentAttempt, hasLeg, NO_TIMERS } from './call.ts';
import type { Effect } from './effects.ts';
import type { CallEvent, EventOf, EventType } from './events.ts';
import * as handover from './handover.ts';
import * as kin from './kin.ts';
import type { CallStep } from './moves.ts';
import { isMediaNews } from './media.ts';
import * as media from './media_moves.ts';
import * as moves from './moves.ts';
import { stay, terminate } from './moves.ts';

/** A cell of the table either handles the event, or says why it may be ignored. */
type Ignored = { readonly ignored_because: string };
type Cell<Status extends CallStatus, Type extends EventType> =
  Ignored | ((call: CallIn<Status>, event: EventOf<Type>) => CallStep);
type Row<Status extends CallStatus> = { readonly [Type in EventType]: Cell<Status, Type> };

const ignore = (ignored_because: string): Ignored => ({ ignored_because });
const reordered = ignore('carriers may deliver ringing after answer; status only moves forward');
const flowOnly = ignore('concerns the flow, not the call');
const live = ignore('the leg has shown itself alive since the dial was sent');
const unheard = ignore('talk is extended only once it has begun');
const silent = ignore('media is ordered only while the call talks');
const closing = ignore('the hangup is already under way');
const again = ignore('it is looked for, and hung up again, until it is gone');
const unheard_of = ignore('a group admits only who has answered');
const settled = ignore('whoever answers is admitted by that, not by having been heard');
const over = ignore('the call is over');

/** What conferences tell flows. */
const doors = (cell: Ignored) =>
  ({ seat_taken: cell, seat_refused: cell, room_entered: cell, room_closed: cell }) as const;

/** What running flows are told and calls are not moved by. */
const FLOW_ONLY = {
  digits_pressed: flowOnly,
  media_finished: flowOnly,
  media_failed: media.undo,
  recording_started: flowOnly,
  recording_finished: media.endRecording,
  stream_ended: media.endStream,
  request_finished: flowOnly,
  flow_stop_asked: flowOnly,
  continue_asked: flowOnly,
  redirect_asked: flowOnly,
  child_answered: flowOnly,
  child_ended: flowOnly,
  ...kin.PARTED,
  group_answered: kin.chainMember,
  ...doors(flowOnly),
  ...handover.HANDED,
  master_adopted: handover.adopt,
} as const;

const UNANSWERED = {
  ...FLOW_ONLY,
  party_detected: (call: CallIn<'dialing' | 'ringing'>, event: EventOf<'party_detected'>) =>
    stay(media.detect(call, event)),
  line_asked: silent,
  media_asked: silent,
  dial_accepted: moves.accept,
  dial_rejected: moves.endUnanswered,
  dial_lost: moves.lose,
  leg_absent: moves.endAbsent,
  leg_unseen: moves.askLater,
  hangup_refused: live,
  leg_ringing: moves.ring,
  leg_answered: moves.answer,
  leg_ended: moves.endUnanswered,
  timer_fired: moves.dialTimerFired,
  credit_granted: unheard,
  credit_refused: unheard,
  hangup_asked: (call: CallIn<'dialing' | 'ringing'>, event: EventOf<'hangup_asked'>) =>
    call.direction === 'incoming'
      ? terminate(call, event.reason, event.at)
      : moves.cancel(call, event),
  master_ended: moves.cancel,
  admitted: unheard_of,
  heard: kin.admitEarly,
} as const;

const CLOSING = {
  dial_accepted: moves.hangUpSeen,
  dial_rejected: moves.endOf,
  dial_lost: moves.lose,
  leg_absent: moves.vanish,
  leg_unseen: moves.askLater,
  hangup_refused: again,
  leg_ringing: moves.hangUpSeen,
  leg_answered: moves.hangUpSeen,
  leg_ended: moves.endOf,
  timer_fired: (call: CallIn<'terminating' | 'canceling'>, event: EventOf<'timer_fired'>) =>
    event.timer === 'check' ? moves.checkClosing(call, event) : stay(call),
  credit_granted: closing,
  credit_refused: closing,
  hangup_asked: closing,
  master_ended: closing,
  digits_pressed: closing,
  party_detected: closing,
  line_asked: closing,
  media_asked: closing,
  media_finished: closing,
  media_failed: closing,
  recording_started: closing,
  recording_finished: media.endRecording,
  stream_ended: media.endStream,
  request_finished: closing,
  flow_stop_asked: closing,
  continue_asked: closing,
  redirect_asked: closing,
  child_answered: closing,
  child_ended: closing,
  ...kin.PARTED,
  admitted: closing,
  heard: closing,
  group_answered: closing,
  ...doors(closing),
  ...handover.HANDED,
  master_adopted: closing,
} as const;

/**
 * The whole life of a call. Every status must answer every event: a new event does not compile
 * until it does. docs/states.md is printed from here.
 */
export const TABLE: { readonly [Status in CallStatus]: Row<Status> } = {
  dialing: UNANSWERED,
  ringing: UNANSWERED,
  progressing: {
    ...FLOW_ONLY,
    party_detected: media.detectTalking,
    line_asked: media.askLine,
    media_asked: media.askMedia,
    dial_accepted: live,
    dial_rejected: live,
    dial_lost: live,
    leg_absent: moves.vanish,
    leg_unseen: moves.askLater,
    hangup_refused: live,
    leg_ringing: reordered,
    leg_answered: ignore('already answered'),
    leg_ended: moves.endOf,
    timer_fired: (call, event) => {
      if (event.timer === 'check') return moves.check(call, event);
      if (event.timer === 'credit') return moves.extend(call);
      return event.timer === 'talk' ? terminate(call, 'timeout', event.at) : stay(call);
    },
    credit_granted: moves.grant,
    credit_refused: moves.wantCredit,
    hangup_asked: (call, event) => terminate(call, event.reason, event.at),
    master_ended: (call, event) => terminate(call, 'normal', event.at),
    admitted: kin.admit,
    heard: settled,
    child_released: handover.letGo,
  },
  terminating: CLOSING,
  canceling: CLOSING,
  hangup: {
    dial_accepted: over,
    dial_rejected: over,
    dial_lost: over,
    leg_absent: over,
    leg_unseen: over,
    hangup_refused: over,
    leg_ringing: over,
    leg_answered: over,
    leg_ended: over,
    digits_pressed: over,
    party_detected: over,
    line_asked: over,
    media_asked: over,
    recording_started: over,
    recording_finished: over,
    stream_ended: over,
    media_finished: over,
    media_failed: over,
    request_finished: over,
    timer_fired: over,
    credit_granted: over,
    credit_refused: over,
    hangup_asked: over,
    flow_stop_asked: over,
    continue_asked: over,
    redirect_asked: over,
    master_ended: over,
    child_answered: over,
    child_ended: over,
    child_refused: over,
    admitted: over,
    heard: over,
    group_answered: over,
    group_ended: over,
    group_absent: over,
    ...doors(over),
    child_released: handover.keep,
    master_released: handover.tellEnd,
    master_adopted: over,
  },
};

/** Pure: the same call and the same event always give the same step. */
export function transition(call: Call, event: CallEvent): CallStep {
  assert(event.call_id === call.id, 'an event reaches only its own call');
  const fenced = fence(call, event);
  if (fenced !== null) return fenced;
  // The table pairs status and event types; the compiler cannot follow the pairing through two
  // lookups.
  const cell = TABLE[call.status][event.type] as Cell<CallStatus, EventType>;
  const timed = event.type === 'timer_fired' ? moves.withTimer(call, event.timer, null) : call;
  if ('ignored_because' in cell) return stay(timed);
  const step = cell(timed, event);
  // What is over stays the very same, also where it still answers what it is told.
  if (step.state === call && (step.effects.length === 0 || call.status === 'hangup')) return step;
  return announce(call, { ...step, state: { ...step.state, tm_update: event.at } });
}

/**
 * Keeps what is stale from the table: timers set anew since they were due, and words about attempts
 * that are over. A leg we gave up that shows itself is hung up at once, whatever the call does now.
 */
function fence(call: Call, event: CallEvent): CallStep | null {
  if (event.type === 'timer_fired')
    return call.timers[event.timer] === event.due ? null : stay(call);
  if (!('attempt_id' in event)) return null;
  const attempt = call.attempts.find((each) => each.id === event.attempt_id) ?? null;
  if (attempt === null) return stay(call);
  const current = attempt === currentAttempt(call);
  if (current && attempt.status !== 'ended' && attempt.status !== 'abandoned') return null;
  if (event.type === 'hangup_refused') return chase(call, attempt);
  const alive =
    event.type === 'dial_accepted' || event.type === 'leg_ringing' || event.type === 'leg_answered';
  const leg = legOf(call, attempt);
  if (!alive || attempt.status !== 'abandoned' || leg === null) return stay(call);
  const ghost = { ...leg, leg_ref: event.leg_ref };
  return stay(call, [{ do: 'leg_hangup', leg: ghost, cause: 'cancel' }]);
}

/** A leg we gave up would not be hung up: if it is still there, that is told, and it goes on. */
function chase(call: Call, attempt: Attempt): CallStep {
  const leg = attempt.status === 'abandoned' ? legOf(call, attempt) : null;
  return stay(call, leg === null ? [] : [{ do: 'leg_find', leg }]);
}

/** Whether an event is about something that is over: a timer set anew, an attempt given up. */
export function isStale(call: Call, event: CallEvent): boolean {
  return fence(call, event) !== null;
}

/** Says call_updated once per change of status, so that no cell can forget to. */
function announce(before: Call, step: CallStep): CallStep {
  const { state } = step;
  if (!hasLeg(state)) return step;
  if (before.status === state.status) return announceMedia(before, step);
  const told: Effect[] = [{ do: 'notice_tell', notice: 'call_updated' }];
  if (state.status === 'hangup') told.push({ do: 'notice_tell', notice: 'call_hangup' });
  return {
    state: { ...state, told_count: state.told_count + told.length },
    effects: [...told, ...step.effects],
  };
}

/** Says call_updated when what customers see of a call has changed beside its status. */
export function announceMedia(before: Call, step: CallStep): CallStep {
  const { state, effects } = step;
  if (!isMediaNews(before.media, state.media) && before.metadata === state.metadata) return step;
  const told: Effect = { do: 'notice_tell', notice: 'call_updated' };
  return { state: { ...state, told_count: state.told_count + 1 }, effects: [told, ...effects] };
}

/**
 * Pure: a new incoming call. Its carrier holds the line until the flow has decided on it; what
 * nobody answers in time is turned down.
 */
export function receive(facts: Facts, leg: CarriedLeg, at: Instant): CallStep {
  const attempt = { ...attemptAt(facts, 0, at), ...leg, status: 'accepted' } as const;
  return stay(opened(facts, attempt, at), [{ do: 'notice_tell', notice: 'call_created' }]);
}

/** The names of a leg that a carrier brings: ours for it, and its own. */
export type CarriedLeg = Pick<Attempt, 'id'> & { readonly leg_ref: LegRef };

/** Pure: a new outgoing call, dialling its first candidate. */
export function place(facts: Facts, at: Instant): CallStep {
  const attempt = attemptAt(facts, 0, at);
  return stay(opened(facts, attempt, at), [
    { do: 'notice_tell', notice: 'call_created' },
    { do: 'leg_dial', attempt_id: attempt.id },
  ]);
}

function opened(facts: Facts, attempt: Attempt, at: Instant): Call {
  const dial = after(at, facts.dial_timeout_ms);
  const timers = { ...NO_TIMERS, dial, check: after(at, facts.check_ms) };
  return { ...facts, attempts: [attempt], timers, told_count: 1, status: 'dialing' };
}
