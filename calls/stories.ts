import { assert } from '../kernel/assert.ts';
import type {
  AccountId,
  ActiveflowId,
  AttemptId,
  CallId,
  CustomerId,
  EffectId,
  EventId,
  GroupId,
  Instant,
  LegRef,
  ProviderId,
  RouteId,
} from '../kernel/brand.ts';
import { micros } from '../kernel/money.ts';
import type { Call, Candidate, Facts } from './call.ts';
import { currentAttempt, NO_TIMERS } from './call.ts';
import type { Cause } from './cause.ts';
import { ending } from './cause.ts';
import type { Effect } from './effects.ts';
import type { CallEvent, EventType, FactOf } from './events.ts';
import { PLAIN } from './media.ts';
import { DOOR_STEMS, KIN_STEMS, kinFacts } from './stories_kin.ts';
import { mediaFacts } from './stories_media.ts';
import { DIRECT } from './passage.ts';
import { asMember, tied } from './ties.ts';
import { place, receive } from './transition.ts';

const NOBODY = { type: 'tel', target_name: '', name: '', detail: '' } as const;

function candidateOf(name: string): Candidate {
  const price = {
    currency: 'USD',
    rate_micros_per_minute: micros(6_000),
    connect_fee_micros: micros(0),
    initial_s: 60,
    increment_s: 60,
  };
  return {
    route_id: `route-${name}` as RouteId,
    provider_id: name as ProviderId,
    provider_name: name,
    carrier: 'sandbox',
    target: 'all',
    price,
  };
}

/** The facts every story begins with: an outgoing call with three ways out. */
export const FACTS: Facts = {
  id: 'c1' as CallId,
  customer_id: 'customer' as CustomerId,
  account_id: 'account' as AccountId,
  type: 'flow',
  direction: 'outgoing',
  source: { ...NOBODY, target: '+15005550006' },
  destination: { ...NOBODY, target: '+12125550100' },
  passage: DIRECT,
  flow_id: null,
  activeflow_id: 'run' as ActiveflowId,
  master_call_id: null,
  chained_call_ids: [],
  room_id: null,
  ties: null,
  candidates: ['x', 'y', 'z'].map(candidateOf),
  attempts: [],
  attempts_max: 5,
  early_execution: false,
  detect: false,
  dial_timeout_ms: 60_000,
  talk_ms_max: 600_000,
  granted_ms: 60_000,
  hold_micros: micros(6_000),
  media: PLAIN,
  metadata: {},
  sandbox: null,
  test: true,
  timers: NO_TIMERS,
  check_ms: 30_000,
  check_count: 0,
  told_count: 0,
  tm_create: 1_000 as Instant,
  tm_update: 1_000 as Instant,
};

/** A call as a story finds it: fresh, with what the story says is different about it. */
export function freshCall(traits: string): Call {
  const facts: Facts = traits
    .split(' ')
    .filter((trait) => trait !== '')
    .reduce((made, trait) => ({ ...made, ...traitOf(trait) }), FACTS);
  if (facts.direction === 'outgoing') return place(facts, facts.tm_create).state;
  const leg = { id: 'brought' as AttemptId, leg_ref: 'leg-1' as LegRef };
  return receive(facts, leg, facts.tm_create).state;
}

function traitOf(trait: string): Partial<Facts> {
  const [name = '', value = ''] = trait.split('=');
  switch (name) {
    case 'incoming':
      return { direction: 'incoming' };
    case 'early':
      return { early_execution: true };
    case 'conference':
      return { type: 'conference' };
    case 'sip':
      return { destination: { ...NOBODY, type: 'sip', target: 'sip:a@example.com' } };
    case 'routes':
      return { candidates: FACTS.candidates.slice(0, Number(value)) };
    case 'tries':
      return { attempts_max: Number(value) };
    case 'granted':
      return { granted_ms: Number(value) };
    case 'talk':
      return { talk_ms_max: Number(value) };
    case 'children':
      return { chained_call_ids: value.split(',') as CallId[] };
    case 'member':
      return { ties: asMember('g' as GroupId) };
    case 'opened':
      return { ties: tied(null, 'opened', 'g' as GroupId) };
    case 'joined':
      return { ties: tied(null, 'joined', 'g' as GroupId) };
    case 'child':
      return { master_call_id: 'master' as CallId };
    default:
      return assert(false, `no trait is called ${trait}`) as never;
  }
}

/** Reads a fact from a story: "ended busy", "ringing #1" (attempt 1), "timer dial". */
export function factIn(words: string, call: Call): FactOf {
  const [stem = '', ...rest] = words.split(' ');
  const mark = rest.find((word) => word.startsWith('#'));
  const [word = ''] = rest.filter((each) => each !== mark);
  const attempt =
    mark === undefined ? currentAttempt(call) : (call.attempts[Number(mark.slice(1)) - 1] ?? null);
  assert(attempt !== null, `${words}: the call has no such attempt`);
  return told([stem, word], attempt.id, call);
}

function told([stem, word]: readonly [string, string], attempt_id: AttemptId, call: Call): FactOf {
  const at = { attempt_id, leg_ref: `leg-${attempt_id}` as LegRef };
  const facts: Record<string, () => FactOf> = {
    accepted: () => ({ type: 'dial_accepted', ...at }),
    rejected: () => ({ type: 'dial_rejected', attempt_id, ending: ending(word as Cause) }),
    lost: () => ({ type: 'dial_lost', attempt_id, detail: 'timeout' }),
    ...askedFacts(word, attempt_id),
    ringing: () => ({ type: 'leg_ringing', ...at }),
    answered: () => ({ type: 'leg_answered', ...at, ...lateBy(word) }),
    ended: () => ({
      type: 'leg_ended',
      ...at,
      ending: ending(word.split('+')[0] as Cause),
      ...lateBy(word.split('+')[1] ?? ''),
    }),
    digits: () => ({ type: 'digits_pressed', digits: '1' }),
    media: () => ({ type: 'media_finished', effect_id: 'x' as EffectId }),
    broken: () => ({ type: 'media_failed', effect_id: 'x' as EffectId, detail: '' }),
    ...mediaFacts(word, call),
    request: () => ({ type: 'request_finished', effect_id: 'x' as EffectId, reply: REPLY }),
    timer: () => timer(word, call),
    asked: () => ({ type: 'hangup_asked', reason: (word || 'normal') as 'normal' }),
    paid: () => paid(Number(word)),
    unpaid: () => ({ type: 'credit_refused' }),
    ...flowFacts(),
    master: () => ({ type: 'master_ended' }),
    ...kinFacts(),
  };
  const make = facts[stem];
  assert(make !== undefined, `no event is called ${stem}`);
  return make();
}

const REPLY = { ok: true, status_code: 200, body: '' } as const;

/** Talk at 6,000 micros a minute. */
function paid(granted_ms: number): FactOf {
  return { type: 'credit_granted', granted_ms, hold_micros: micros(granted_ms / 10) };
}

/** What people want of the flow. */
function flowFacts(): Record<string, () => FactOf> {
  return {
    elsewhere: () => ({ type: 'redirect_asked', flow_id: null, actions: [] }),
    go: () => ({ type: 'continue_asked', variables: {} }),
    stopped: () => ({ type: 'flow_stop_asked' }),
  };
}

/** What a carrier says that was asked, or told to hang up. */
function askedFacts(word: string, attempt_id: AttemptId): Record<string, () => FactOf> {
  return {
    absent: () => ({ type: 'leg_absent', attempt_id, ...certainBy(word) }),
    unseen: () => ({ type: 'leg_unseen', attempt_id, detail: 'refused' }),
    deaf: () => ({ type: 'hangup_refused', attempt_id, detail: 'no' }),
  };
}

/** "absent 30000": certain once the dial is so old; "absent never". */
function certainBy(word: string): { certain_ms?: number | null } {
  if (word === '') return {};
  return { certain_ms: word === 'never' ? null : Number(word) };
}

function lateBy(word: string): { talk_ms?: number } {
  return word === '' ? {} : { talk_ms: Number(word) };
}

/** A timer as it is set now; "timer dial-stale" is one that has been set anew since. */
function timer(word: string, call: Call): FactOf {
  const [name = '', stale] = word.split('-');
  const due = call.timers[name as 'dial'];
  return {
    type: 'timer_fired',
    timer: name as 'dial',
    due: (stale === undefined && due !== null ? due : 7) as Instant,
  };
}

export const STEMS: Record<EventType, string> = {
  dial_accepted: 'accepted',
  dial_rejected: 'rejected',
  dial_lost: 'lost',
  leg_absent: 'absent',
  leg_unseen: 'unseen',
  hangup_refused: 'deaf',
  leg_ringing: 'ringing',
  leg_answered: 'answered',
  leg_ended: 'ended',
  digits_pressed: 'digits',
  media_finished: 'media',
  media_failed: 'broken',
  party_detected: 'party',
  recording_started: 'recording',
  recording_finished: 'recorded',
  stream_ended: 'streamed',
  line_asked: 'line',
  media_asked: 'order',
  request_finished: 'request',
  timer_fired: 'timer',
  hangup_asked: 'asked',
  credit_granted: 'paid',
  credit_refused: 'unpaid',
  flow_stop_asked: 'stopped',
  continue_asked: 'go',
  redirect_asked: 'elsewhere',
  master_ended: 'master',
  ...KIN_STEMS,
  ...DOOR_STEMS,
};

export function eventIn(words: string, call: Call, at: number): CallEvent {
  const named = { id: `e${at}` as EventId, call_id: call.id, at: at as Instant };
  // A fact with a name and an instant is the event of its type.
  return { ...factIn(words, call), ...named };
}

/** How a call stands, in a story's words. */
export function standing(call: Call): string {
  const attempt = currentAttempt(call);
  const way = `${call.candidates[attempt?.candidate_index ?? -1]?.provider_name}${attempt?.number}`;
  if (call.status === 'hangup') return `hangup ${call.hangup_by} ${call.hangup_reason} ${way}`;
  if (call.status === 'terminating') return `terminating ${call.hangup_reason} ${way}`;
  return `${call.status} ${way}`;
}

/** An effect in a story's words. */
export function telling(effect: Effect, call: Call): string {
  const nameOf = (id: AttemptId): string =>
    `#${call.attempts.find((each) => each.id === id)?.number}`;
  switch (effect.do) {
    case 'leg_dial':
      return `dial ${nameOf(effect.attempt_id)}`;
    case 'leg_find':
      return `find ${nameOf(effect.leg.attempt_id)}`;
    case 'leg_hangup':
      return `hangup ${nameOf(effect.leg.attempt_id)}`;
    case 'notice_tell':
      return effect.notice.replace('call_', '');
    case 'usage_record':
      return `usage ${effect.usage.talk_ms}`;
    case 'credit_extend':
      return 'extend';
    case 'group_tell':
      return `tell ${effect.group_id} ${effect.fact.type}`;
    case 'call_tell':
      return `tell ${effect.call_id} ${effect.fact.type}`;
    default:
      return effect.do;
  }
}
