import { assert } from '../kernel/assert.ts';
import type { EffectId, Instant } from '../kernel/brand.ts';
import { derive } from '../kernel/uuid.ts';
import type { Call, HangupReason } from '../calls/call.ts';
import type { CallEvent } from '../calls/events.ts';
import { objectionTo, ordered } from '../calls/orders.ts';
import type { ActionOrder, Need, Scene, Turn } from './action.ts';
import type { Action, EndedBecause, FlowRun } from './flow.ts';
import { actionAt, countLoop, frameOf, type Frames, onward, seek } from './frames.ts';
import { type Language, outlookOf, verbOf } from './language.ts';
import * as limit from './limits.ts';
import { readActions } from './check/check.ts';
import { obstacleTo } from './obstacle.ts';
import { callVariables, DIGITS, DIGITS_UNREAD, fillOption, sizeOf } from './variables.ts';

/** What a run is played on. */
export interface Stage {
  /** The call as the event left it. */
  readonly call: Call;
  readonly now: Instant;
  readonly language: Language;
  /** Whether the carrier of the call's leg offers something. */
  readonly can: (need: Need) => boolean;
  /** Names the k-th effect (from 0) of the flow in this event; the engine adds its own offset. */
  readonly effectId: (k: number) => EffectId;
}

/** An order of an action, with the name under which its end is told. */
export interface FlowEffect {
  readonly id: EffectId;
  readonly order: ActionOrder;
}

/** A run on its way through one event; it never leaves flows/advance.ts. */
export interface Walk {
  readonly stage: Stage;
  run: FlowRun;
  /** The call as the orders given so far leave it. */
  call: Call;
  readonly effects: FlowEffect[];
  wake: number | null | undefined;
  hangup: HangupReason | null;
}

/** How a run is over: for the customer, and for the call (null: nobody asks it to hang up). */
interface End {
  readonly because: EndedBecause;
  readonly detail: string | null;
  readonly hangup: HangupReason | null;
}

/** Begins actions, one after the other, until one waits or the run is over. */
export function walkOn(walk: Walk): void {
  let begun = 0;
  while (walk.run.status === 'running') {
    const action = actionAt(walk.run.program, walk.run.frames);
    if (action === null) {
      finish(walk, { because: 'finished', detail: null, hangup: 'normal' });
      return;
    }
    const cut = limitMet(walk.run, begun);
    if (cut !== null) fail(walk, cut, `before ${nameOf(action)}`);
    else if (!enter(walk, action)) return;
    begun += 1;
  }
}

function limitMet(run: FlowRun, begun: number): EndedBecause | null {
  if (run.executed_count >= limit.EXECUTED_ACTIONS_MAX) return 'limit_actions';
  return begun >= limit.INSTANT_ACTIONS_MAX ? 'limit_instant_actions' : null;
}

/** Begins an action. Answers whether the next one may begin at once. */
function enter(walk: Walk, written: Action): boolean {
  const verb = verbOf(walk.stage.language, written.type);
  if (verb === null) return fail(walk, 'action_failed', `${nameOf(written)} is not a known action`);
  const { kind } = verb;
  const variables = variablesOf(walk);
  const action = { ...written, option: fillOption(written.option, kind.keeps, variables) };
  change(walk, { current_action: action, memory: {}, awaits: null });
  const needs = [...kind.needs, ...(outlookOf(verb, action.option).needs ?? [])];
  const obstacle = obstacleTo({ needs, on_leg: kind.on_leg }, walk.call, walk.stage.can);
  if (obstacle?.then === 'hold') return hold(walk);
  change(walk, { executed_count: walk.run.executed_count + 1 });
  if (obstacle !== null) return skip(walk, action, obstacle.why);
  // The option satisfied the schema of its type when the flow was accepted.
  return take(walk, action, kind.begin(action.option as never, sceneOf(walk, action, variables)));
}

/** The action begins when the call is answered; should it never be, the run ends with it. */
function hold(walk: Walk): false {
  change(walk, { held: true });
  return false;
}

/** Goes on without the action, and says why. */
function skip(walk: Walk, action: Action, why: string): boolean {
  noteSkipped(walk, action, why);
  return goOnward(walk, action);
}

/** Remembers what came to nothing, for whoever looks at the run. */
export function noteSkipped(walk: Walk, { id, type }: Action, why: string): void {
  const { run, stage } = walk;
  const note = { action_id: id, type, why: why.slice(0, limit.DETAIL_CHARACTERS_MAX) };
  const skipped = [...run.skipped, { number: run.executed_count, ...note, at: stage.now }];
  change(walk, { skipped: skipped.slice(-limit.SKIPPED_KEPT_MAX) });
}

/** Shows the waiting action an event. Answers whether the next one may begin at once. */
export function show(walk: Walk, action: Action, event: CallEvent): boolean {
  const kind = verbOf(walk.stage.language, action.type)?.kind;
  assert(kind?.react !== undefined, `${action.type} waits, so it must react`);
  const scene = sceneOf(walk, action, variablesOf(walk));
  // As in enter.
  return take(walk, action, kind.react(action.option as never, scene, event));
}

function sceneOf(walk: Walk, action: Action, variables: Scene['variables']): Scene {
  const { run, stage } = walk;
  const { call, now, language } = stage;
  const name = `${run.id}/${run.executed_count}`;
  const idFor = (label: string): string => derive(name, label, now);
  return {
    call_id: call.id,
    customer_id: call.customer_id,
    action_id: action.id,
    number: run.executed_count,
    direction: call.direction,
    status: call.status,
    media: walk.call.media,
    source: call.source,
    destination: call.destination,
    now,
    variables,
    memory: run.memory,
    awaits: run.awaits,
    loops_left: run.frames.at(-1)?.loops_left[action.id] ?? null,
    idFor,
    readActions: (json) => readActions(json, idFor, language),
  };
}

function variablesOf({ run, stage }: Walk): Scene['variables'] {
  return { ...run.variables, ...callVariables(stage.call, run) };
}

/** Does what a turn says. Answers whether the next action may begin at once. */
function take(walk: Walk, action: Action, turn: Turn): boolean {
  for (const order of turn.orders ?? []) {
    const objection = order.give === 'instruct' ? objectionTo(walk.call, order.instruction) : null;
    if (objection === null) give(walk, order);
    // What it was to wait for does not happen: there is nothing else for it to do.
    else if (turn.next === 'wait' && isAwaited(order)) return skip(walk, action, objection);
    else noteSkipped(walk, action, objection);
  }
  if (turn.skipped !== undefined) noteSkipped(walk, action, turn.skipped);
  if (turn.memory !== undefined) change(walk, { memory: turn.memory });
  if (turn.set !== undefined && !set(walk, action, turn.set)) return false;
  if (turn.next === 'wait') {
    if (turn.wake_after_ms !== undefined) walk.wake = turn.wake_after_ms;
    return false;
  }
  walk.wake = null;
  return move(walk, action, turn);
}

function give(walk: Walk, order: ActionOrder): void {
  const id = walk.stage.effectId(walk.effects.length);
  walk.effects.push({ id, order });
  if (order.give === 'instruct') walk.call = ordered(walk.call, order.instruction);
  if (isAwaited(order)) change(walk, { awaits: id });
}

function isAwaited(order: ActionOrder): boolean {
  if (order.give === 'instruct') return order.awaited;
  return order.give === 'request' ? order.order.awaited : order.give === 'flow_fetch';
}

function set(walk: Walk, action: Action, values: NonNullable<Turn['set']>): boolean {
  // Whoever writes the digits has read them: they must not be taken a second time.
  const read = Object.hasOwn(values, DIGITS) ? { [DIGITS_UNREAD]: '' } : {};
  const variables = { ...walk.run.variables, ...read, ...values };
  if (sizeOf(variables) > limit.VARIABLES_CHARACTERS_MAX)
    return fail(walk, 'limit_variables', `at ${nameOf(action)}`);
  change(walk, { variables });
  return true;
}

function move(walk: Walk, action: Action, turn: Exclude<Turn, { next: 'wait' }>): boolean {
  switch (turn.next) {
    case 'onward':
      return goOnward(walk, action);
    case 'goto':
      return goTo(walk, action, turn);
    case 'push':
      return turn.actions.length === 0 ? goOnward(walk, action) : push(walk, action, turn);
    case 'hangup':
      return finish(walk, { because: 'finished', detail: null, hangup: turn.reason });
    case 'finish':
      return finish(walk, { because: 'finished', detail: null, hangup: 'normal' });
    case 'fail':
      return fail(walk, 'action_failed', `${nameOf(action)}: ${turn.detail}`);
  }
}

type TurnTo<Name extends Turn['next']> = Extract<Turn, { next: Name }>;

function goOnward(walk: Walk, action: Action): boolean {
  const { program, frames } = walk.run;
  const next = onward(program, frames);
  return next === null
    ? fail(walk, 'target_missing', `${nameOf(action)} names a next action that is not there`)
    : stand(walk, next);
}

function goTo(walk: Walk, action: Action, { action_id, loops_left }: TurnTo<'goto'>): boolean {
  const { program, frames } = walk.run;
  const from = loops_left === undefined ? frames : countLoop(frames, action.id, loops_left);
  const next = seek(program, from, action_id);
  return next === null
    ? fail(walk, 'target_missing', `${nameOf(action)} names ${action_id}, which is not there`)
    : stand(walk, next);
}

function push(walk: Walk, action: Action, turn: TurnTo<'push'>): boolean {
  const { frames } = walk.run;
  return frames.length >= limit.DEPTH_MAX
    ? fail(walk, 'limit_depth', `at ${nameOf(action)}`)
    : stand(walk, [...frames, frameOf(turn.flow_id, turn.actions)]);
}

function stand(walk: Walk, frames: Frames): true {
  change(walk, { frames });
  return true;
}

/** Every change of a run goes through here, so that it is dated. */
export function change(walk: Walk, changes: Partial<FlowRun>): void {
  walk.run = { ...walk.run, ...changes, tm_update: walk.stage.now };
}

/** Ends a run that cannot go on. The call ends normally; the customer reads why. */
function fail(walk: Walk, because: EndedBecause, detail: string): false {
  return finish(walk, { because, detail, hangup: 'normal' });
}

export function finish(walk: Walk, end: End): false {
  walk.run = ended(walk.run, end, walk.stage.now);
  walk.wake = null;
  walk.hangup = end.hangup;
  return false;
}

/** The run, over. What it waited for and where it stood is forgotten; its variables stay. */
export function ended(run: FlowRun, end: Pick<End, 'because' | 'detail'>, at: Instant): FlowRun {
  return {
    ...run,
    status: 'ended',
    frames: [],
    memory: {},
    awaits: null,
    held: false,
    current_action: null,
    ended_because: end.because,
    ended_detail: end.detail?.slice(0, limit.DETAIL_CHARACTERS_MAX) ?? null,
    tm_update: at,
  };
}

function nameOf({ type, id }: Action): string {
  return `${type} ${id}`;
}
