import type { GroupId, Instant } from '../kernel/brand.ts';
import { after } from '../kernel/instant.ts';
import { derive } from '../kernel/uuid.ts';
import type { HangupReason } from '../calls/call.ts';
import type { GroupEventOf, GroupStep } from './effects.ts';
import { stay } from './effects.ts';
import { withTimer } from './group.ts';
import { type Held, type Queuecall, type QueuecallDraft, waitedMs } from './queuecall.ts';
import * as tell from './queuecall_tellings.ts';

type Step = GroupStep<Queuecall>;
type Moment = { readonly at: Instant };

/** Phones that were told to be silent and have not said that they are, are told again. */
export const HANG_UP_AGAIN_MS = 10_000;
/** A call that is sent on is given so long to go. */
export const LEAVE_MS = 10_000;

/** A call that comes into a queue. */
export function openQueuecall(draft: QueuecallDraft): Step {
  const { wait_timeout_ms, tm_create } = draft;
  const fresh: Queuecall = {
    ...draft,
    kind: 'queuecall',
    status: 'initiating',
    ahead: 0,
    held: null,
    last_offer: 0,
    service_agent_id: null,
    service_call_id: null,
    overdue: false,
    tm_service: null,
    tm_end: null,
    timers: wait_timeout_ms === 0 ? {} : { wait: after(tm_create, wait_timeout_ms) },
    told_count: 0,
    tm_update: tm_create,
    tm_delete: null,
  };
  return stay(fresh, [{ do: 'notice_tell', notice: 'queuecall_created' }, tell.entered(fresh)]);
}

export function join(own: Queuecall, { ahead }: GroupEventOf<'line_joined'>): Step {
  return stay({ ...own, status: 'waiting', ahead });
}

/** It had left before the queue heard of it. */
export function leaveAgain(own: Queuecall): Step {
  return stay(own, [tell.left(own)]);
}

/** An agent is held for it: its phones ring. */
export function connect(own: Queuecall, event: GroupEventOf<'agent_taken'>): Step {
  const { agent_id, offer, at } = event;
  if (offer <= own.last_offer) return release(own, event);
  const ring_id = derive<GroupId>(own.id, `ring:${offer}`, own.tm_create);
  const held: Held = { agent_id, offer, ring_id, given_up: false };
  const ringing: Queuecall = { ...own, status: 'connecting', held, last_offer: offer };
  const due = after(at, own.ring_timeout_ms);
  return stay(withTimer(ringing, 'ring', due), [tell.ring(own, held)]);
}

/** An agent that is held for what has no need of it is free again; said of the one that rings. */
export function release(own: Queuecall, event: GroupEventOf<'agent_taken' | 'agent_asks'>): Step {
  const { held } = own;
  const needed = held?.agent_id === event.agent_id && held.offer === event.offer;
  return stay(own, needed ? [] : [tell.freed(own, event, 0)]);
}

/** The same, where the queue seems not to know that the call is over. */
export function releaseOver(own: Queuecall, event: GroupEventOf<'agent_taken'>): Step {
  const step = release(own, event);
  return { ...step, effects: [...step.effects, tell.left(own)] };
}

/** An agent has answered. It is heard only now, for the caller may be gone meanwhile. */
export function serve(own: Queuecall, event: GroupEventOf<'nested_answered'>): Step {
  const { held } = own;
  if (held === null || held.ring_id !== event.nested_id || held.given_up) return refuse(own, event);
  const due = own.service_timeout_ms === 0 ? null : after(event.at, own.service_timeout_ms);
  const quiet = withTimer(withTimer(own, 'ring', null), 'wait', null);
  const served: Queuecall = {
    ...withTimer(quiet, 'service', due),
    status: 'service',
    service_agent_id: held.agent_id,
    service_call_id: event.call_id,
    tm_service: event.at,
  };
  return stay(served, [
    tell.admitted(held),
    tell.joined(own, event.call_id),
    tell.answered(own, held),
    tell.served(own, waitedMs(served)),
  ]);
}

/** Whoever answers too late is hung up. */
export function refuse(own: Queuecall, event: GroupEventOf<'nested_answered'>): Step {
  return stay(own, [tell.hungUp(event.nested_id)]);
}

/** The same, but for the agent that is being talked with. */
export function refuseOther(own: Queuecall, event: GroupEventOf<'nested_answered'>): Step {
  return own.held?.ring_id === event.nested_id ? stay(own) : refuse(own, event);
}

type Silent = GroupEventOf<'nested_ended'>;

function isAbout({ held }: Queuecall, event: Silent): boolean {
  return held?.ring_id === event.nested_id;
}

/** The agent did not answer: the next one, unless it has waited long enough. */
export function miss(own: Queuecall, event: Silent): Step {
  const { held } = own;
  if (held === null || !isAbout(own, event)) return stay(own);
  const waiting: Queuecall = { ...withoutHeld(own), status: 'waiting' };
  const freed = tell.freed(own, held, 0);
  if (!own.overdue) return stay(waiting, [freed, tell.back(own, held.offer)]);
  const step = timeOut(waiting, event);
  return { ...step, effects: [freed, ...step.effects] };
}

/** The talk is over, and the call goes on with its flow. */
export function finish(own: Queuecall, event: Silent): Step {
  const { held } = own;
  if (held === null || !isAbout(own, event)) return stay(own);
  const ended = over(withoutHeld(own), event);
  const freed = tell.freed(own, held, own.wrap_up_ms);
  return stay(ended, [tell.sentOn(own, 'normal'), freed, tell.left(ended)]);
}

/** The phones of an agent that is not needed any more are silent at last. */
export function silence(own: Queuecall, event: Silent): Step {
  const { held } = own;
  if (held === null || !isAbout(own, event)) return stay(own);
  const served = own.service_agent_id === held.agent_id;
  return stay(withoutHeld(own), [tell.freed(own, held, served ? own.wrap_up_ms : 0)]);
}

function withoutHeld(own: Queuecall): Queuecall {
  return withTimer({ ...own, held: null }, 'ring', null);
}

/** The caller has hung up, or its flow has gone elsewhere. */
export function leave(own: Queuecall, event: GroupEventOf<'master_ended' | 'call_left'>): Step {
  const { state, effects } = giveUp(own, event);
  const ended = over(state, event);
  return stay(ended, [...effects, tell.left(ended)]);
}

/** It is sent on: its flow leaves the queue, and says so. */
function kick(own: Queuecall, event: Moment, reason: HangupReason): Step {
  const { state, effects } = giveUp(own, event);
  const quiet = withTimer(withTimer(state, 'wait', null), 'service', null);
  const going: Queuecall = { ...quiet, status: 'kicking' };
  const timed = withTimer(going, 'leave', after(event.at, LEAVE_MS));
  return stay(timed, [tell.sentOn(own, reason), ...effects]);
}

export function kicked(own: Queuecall, event: GroupEventOf<'kick_asked'>): Step {
  return kick(own, event, 'cancel');
}

/** Too many wait already, or the queue is gone. */
export function turnedAway(own: Queuecall, event: GroupEventOf<'line_refused'>): Step {
  return kick(own, event, 'busy');
}

function timeOut(own: Queuecall, event: Moment): Step {
  return kick(own, event, 'timeout');
}

/** Its flow did not say that it has gone; it has had its time. */
export function gone(own: Queuecall, event: Moment): Step {
  const ended = over(own, event);
  return stay(ended, [tell.left(ended)]);
}

export function removed(own: Queuecall, event: GroupEventOf<'delete_asked'>): Step {
  if (own.tm_delete !== null) return stay(own);
  const step = kick(own, event, 'cancel');
  return { ...step, state: { ...step.state, tm_delete: event.at } };
}

export function hidden(own: Queuecall, event: GroupEventOf<'delete_asked'>): Step {
  return own.tm_delete === null ? stay({ ...own, tm_delete: event.at }) : stay(own);
}

/** The agent's phones are told to be silent, and told again until they are. */
function giveUp(own: Queuecall, { at }: Moment): Step {
  const { held } = own;
  if (held === null) return stay(own);
  const given = { ...own, held: { ...held, given_up: true } };
  return stay(withTimer(given, 'ring', after(at, HANG_UP_AGAIN_MS)), [tell.hungUp(held.ring_id)]);
}

type Fired = GroupEventOf<'timer_fired'>;

export function firedWaiting(own: Queuecall, event: Fired): Step {
  return event.timer === 'wait' ? timeOut(own, event) : stay(own);
}

/** While an agent rings the time of waiting may run out: that agent still may answer. */
export function firedConnecting(own: Queuecall, event: Fired): Step {
  return event.timer === 'wait' ? stay({ ...own, overdue: true }) : giveUp(own, event);
}

export function firedService(own: Queuecall, event: Fired): Step {
  return event.timer === 'service' ? timeOut(own, event) : stay(own);
}

export function firedKicking(own: Queuecall, event: Fired): Step {
  return event.timer === 'leave' ? gone(own, event) : giveUp(own, event);
}

export function firedOver(own: Queuecall, event: Fired): Step {
  return giveUp(own, event);
}

/** It is out of the queue: served, or not. */
function over(own: Queuecall, { at }: Moment): Queuecall {
  const status = own.tm_service === null ? 'abandoned' : 'done';
  const { ring } = own.timers;
  return { ...own, status, timers: ring === undefined ? {} : { ring }, tm_end: at };
}
