import { unreachable } from '../kernel/assert.ts';
import type { EffectId, EventId, Instant } from '../kernel/brand.ts';
import { after } from '../kernel/instant.ts';
import type { Step } from '../kernel/step.ts';
import { legOf } from '../calls/attempts.ts';
import type { Call } from '../calls/call.ts';
import { currentAttempt } from '../calls/call.ts';
import type { Effect } from '../calls/effects.ts';
import type { CallEvent } from '../calls/events.ts';
import { stay, withTimer } from '../calls/moves.ts';
import { objectionTo, ordered, tagged } from '../calls/orders.ts';
import { tellRecordings } from '../calls/recordings.ts';
import { isAdmitted, tied } from '../calls/ties.ts';
import { announceMedia, isStale, transition } from '../calls/transition.ts';
import type { ActionOrder } from '../flows/action.ts';
import type { FlowStep, Stage } from '../flows/advance.ts';
import { advance, begin, endRun } from '../flows/advance.ts';
import type { FlowRun } from '../flows/flow.ts';
import type { CarrierKind } from '../providers/carrier.ts';

/** A call and the flow it drives. */
export interface Pair {
  readonly call: Call;
  readonly run: FlowRun;
}
/** An effect with the name under which it waits in the outbox and its end is told. */
export interface NamedEffect {
  readonly id: EffectId;
  readonly effect: Effect;
  /** How things stood when it was ordered: one event may change a call's status twice. */
  readonly pair: Pair;
}
export type PairStep = Step<Pair, NamedEffect>;

/** What carriers can do, by their kinds: names of needs, and true where one can. */
export type Carriers = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** The same of carriers as they are installed. */
export function carriersOf(
  kinds: ReadonlyMap<string, Pick<CarrierKind, 'capabilities'>>,
): Carriers {
  return new Map([...kinds].map(([name, { capabilities }]) => [name, capabilities]));
}

/** What a step is taken with: the actions there are, and the version the leg will have after it. */
export interface Turnstile {
  readonly language: Stage['language'];
  /** What carriers can do, by their kinds. */
  readonly carriers: Carriers;
  readonly version: number;
}

/**
 * Pure: one event through the call machine, then through the flow it drives. The engine commits
 * the result whole. An event that changes nothing leaves the very same call and run.
 */
export function step(before: Pair, event: CallEvent, turnstile: Turnstile): PairStep {
  const stale = isStale(before.call, event);
  const moved = transition(before.call, event);
  const names = namer(before.call, turnstile.version);
  const call = moved.state;
  const pair = { call, run: before.run };
  const news = tellRecordings(before.call, event, call);
  const named = [...moved.effects, ...news].map((effect) => ({ id: names(), effect, pair }));
  const { language, carriers } = turnstile;
  const can = ableOf(call, carriers);
  const stage = { call, now: event.at, language, can, effectId: names };
  const flowed = stale ? null : flow(before.run, event, stage);
  if (flowed === null) return { state: pair, effects: named };
  return join(pair, flowed, { event, named, names });
}

/** What the carrier of the current leg can do. Of one we do not know, we learn by asking it. */
function ableOf(call: Call, carriers: Carriers): Stage['can'] {
  const candidate = call.candidates[currentAttempt(call)?.candidate_index ?? -1];
  const able = carriers.get(candidate?.carrier ?? '');
  return (need) => able === undefined || able[need] === true;
}

/** Names effects one after the other: call, version, place. Short, and the same in a rerun. */
function namer(call: Call, version: number): () => EffectId {
  let count = 0;
  return () => `${call.id}.${version}.${count++}` as EffectId;
}

function flow(run: FlowRun, event: CallEvent, stage: Stage): FlowStep | null {
  if (run.status === 'ended') return null;
  if (run.status === 'running') return advance(run, event, stage);
  if (stage.call.status === 'hangup')
    return { ...NOTHING, state: endRun(run, 'call_ended', event.at) };
  if (event.type === 'flow_stop_asked' || event.type === 'redirect_asked')
    return advance(run, event, stage);
  return mayBegin(stage.call) ? begin(run, stage) : null;
}
const NOTHING = { effects: [], wake: { set: undefined }, hangup: null } as const;

/**
 * A flow begins at the answer; at ringing if asked so; for an incoming leg, to decide on it. The
 * flow of a group's member waits until the group takes it.
 */
function mayBegin(call: Call): boolean {
  if (!isAdmitted(call.ties)) return false;
  if (call.status === 'progressing') return true;
  if (call.direction === 'incoming') return call.status === 'dialing';
  return call.early_execution && call.status === 'ringing';
}

/** What of an event its type does not matter to. */
type Moment = Pick<CallEvent, 'id' | 'call_id' | 'at'>;

interface Margin {
  readonly event: Moment;
  readonly named: readonly NamedEffect[];
  readonly names: () => EffectId;
}

function join(before: Pair, flowed: FlowStep, { event, named, names }: Margin): PairStep {
  const given = givenBy(flowed, awoken(chained(before.call, flowed), flowed, event));
  const news = announceMedia(before.call, stay(given.call));
  const pair = { call: news.state, run: told(before.run, flowed.state) };
  const effects = [
    ...named,
    ...news.effects.map((effect) => ({ id: names(), effect, pair })),
    ...newsOf(flowed, pair, names),
    ...given.orders.map(({ id, effect }) => ({ id, effect, pair })),
  ];
  const joined: PairStep = { state: pair, effects };
  return flowed.hangup === null ? joined : hangUp(joined, flowed.hangup, { event, names });
}

interface Given {
  readonly call: Call;
  readonly orders: readonly Pick<NamedEffect, 'id' | 'effect'>[];
}

/** What a flow's orders make of the call, and come to. Orders that would change nothing do not. */
function givenBy(flowed: FlowStep, before: Call): Given {
  return flowed.effects.reduce<Given>(
    ({ call, orders }, { id, order }) => {
      if (order.give === 'tag') return { call: tagged(call, order.metadata), orders };
      const effect = effectOf(call, order);
      const after = order.give === 'instruct' ? ordered(call, order.instruction) : call;
      return effect === null
        ? { call, orders }
        : { call: after, orders: [...orders, { id, effect }] };
    },
    { call: before, orders: [] },
  );
}

function newsOf(flowed: FlowStep, pair: Pair, names: () => EffectId): NamedEffect[] {
  if (pair.run === flowed.state) return [];
  return [{ id: names(), effect: { do: 'notice_tell', notice: 'activeflow_updated' }, pair }];
}

/** Every action begun or skipped and every end of a run is told, as VoIPBIN does. */
function told(before: FlowRun, run: FlowRun): FlowRun {
  const moved = before.current_action !== run.current_action || before.status !== run.status;
  return moved || before.skipped !== run.skipped ? { ...run, told_count: run.told_count + 1 } : run;
}

/**
 * Children and groups are the call's from the moment they are asked for: its end is theirs (rule
 * 5).
 */
function chained(call: Call, flowed: FlowStep): Call {
  const children = flowed.effects.flatMap(({ order }) =>
    order.give === 'child' && order.order.master_call_id !== null ? [order.order.call_id] : [],
  );
  const ties = flowed.effects.reduce((all, { order }) => tiesAfter(all, order, call), call.ties);
  if (children.length === 0) return ties === call.ties ? call : { ...call, ties };
  return { ...call, ties, chained_call_ids: [...call.chained_call_ids, ...children] };
}

function tiesAfter(ties: Call['ties'], order: ActionOrder, call: Call): Call['ties'] {
  if (order.give === 'group_tell' && order.joins) return tied(ties, 'joined', order.group_id);
  if (order.give !== 'group_open' || order.order.master_call_id !== call.id) return ties;
  return tied(ties, 'opened', order.order.group_id);
}

function awoken(call: Call, flowed: FlowStep, event: Moment): Call {
  if (flowed.wake.set === undefined || call.status === 'hangup') return call;
  const { set } = flowed.wake;
  return withTimer(call, 'action', set === null ? null : after(event.at, set));
}

function effectOf(call: Call, order: Exclude<ActionOrder, { give: 'tag' }>): Effect | null {
  switch (order.give) {
    case 'instruct': {
      const leg = legOf(call, currentAttempt(call));
      const { instruction } = order;
      return leg === null || objectionTo(call, instruction) !== null
        ? null
        : { do: 'leg_instruct', leg, instruction };
    }
    case 'request':
      return { do: 'http_request', order: order.order };
    case 'flow_fetch':
      return { do: 'flow_fetch', flow_id: order.flow_id };
    case 'reason_fetch':
      return { do: 'reason_fetch', call_id: order.call_id };
    case 'queue_read': {
      const { queue_id, queuecall_id } = order;
      return { do: 'queue_read', queue_id, queuecall_id };
    }
    case 'child':
      return { do: 'child_place', order: order.order };
    case 'group_open':
      return { do: 'group_open', order: order.order };
    case 'group_tell':
      return { do: 'group_tell', group_id: order.group_id, fact: order.fact };
    case 'child_hangup': {
      const fact = { type: 'hangup_asked', reason: 'normal' } as const;
      return { do: 'call_tell', call_id: order.call_id, fact };
    }
    default:
      return unreachable(order);
  }
}

/** A call outlives its flow by nothing: when no action is left, it is asked to hang up. */
function hangUp(
  done: PairStep,
  reason: NonNullable<FlowStep['hangup']>,
  { event, names }: Omit<Margin, 'named'>,
): PairStep {
  const { id, call_id, at } = event;
  const asked: CallEvent = { type: 'hangup_asked', reason, id: `${id}/h` as EventId, call_id, at };
  const moved = transition(done.state.call, asked);
  const pair = { ...done.state, call: moved.state };
  const named = moved.effects.map((effect) => ({ id: names(), effect, pair }));
  return { state: pair, effects: [...done.effects, ...named] };
}

/** The name of the first event of every call. */
export const PLACED = 'placed' as EventId;

/**
 * Pure: the first step of a new leg and its run, told as created. The flow of an incoming leg
 * begins with it, since nothing else would happen on that leg before it has.
 */
export function openPair(
  opened: Step<Call, Effect>,
  run: FlowRun,
  { at, language, carriers }: Omit<Turnstile, 'version'> & { readonly at: Instant },
): PairStep {
  const names = namer(opened.state, 1);
  const fresh: Effect = { do: 'notice_tell', notice: 'activeflow_created' };
  const pair = { call: { ...opened.state, tm_update: at }, run: { ...run, told_count: 1 } };
  const effects = [...opened.effects, fresh].map((effect) => ({ id: names(), effect, pair }));
  if (!mayBegin(pair.call)) return { state: pair, effects };
  const can = ableOf(pair.call, carriers);
  const flowed = begin(pair.run, { call: pair.call, now: at, language, can, effectId: names });
  const event = { id: PLACED, call_id: pair.call.id, at };
  return join(pair, flowed, { event, named: effects, names });
}
