import { assert } from '../kernel/assert.ts';
import type { Instant } from '../kernel/brand.ts';
import type { HangupReason } from '../calls/call.ts';
import type { CallEvent } from '../calls/events.ts';
import { objectionTo, ordered, tagged } from '../calls/orders.ts';
import type { ActionOrder, Turn } from './action.ts';
import type { Action, EndedBecause, FlowRun, Keeper } from './flow.ts';
import { actionAt, countLoop, frameOf, type Frames, keepersLeft, onward, seek } from './frames.ts';
import { outlookOf, verbOf } from './language.ts';
import * as limit from './limits.ts';
import { obstacleTo } from './obstacle.ts';
import { sceneOf, variablesOf } from './scene.ts';
import type { Walk } from './stage.ts';
import { DIGITS, DIGITS_UNREAD, fillOption, sizeOf } from './variables.ts';

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
  // As in enter.
  return take(walk, action, kind.react(action.option as never, sceneOf(walk, action), event));
}

/**
 * Shows an event to the action that keeps a list, wherever in it the run stands: nothing of the
 * list is run any more. Answers whether the next action may begin at once.
 */
export function interrupt(walk: Walk, depth: number, event: CallEvent): boolean {
  const { frames } = walk.run;
  const keeper = frames[depth]?.keeper;
  assert(keeper !== undefined, 'only a list that is kept is interrupted');
  if (walk.run.awaits !== null)
    give(walk, { give: 'instruct', instruction: { do: 'stop' }, awaited: false });
  resume(walk, keeper, frames.slice(0, depth));
  return show(walk, keeper.action, event);
}

/** The run stands at the action that keeps the list again, as it was when it began it. */
function resume(walk: Walk, { action, memory }: Keeper, frames: Frames): void {
  change(walk, { frames, current_action: action, memory, awaits: null, held: false });
  walk.wake = null;
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

/** Gives an order in the name of the current action. */
export function give(walk: Walk, order: ActionOrder): void {
  const id = walk.stage.effectId(walk.effects.length);
  walk.effects.push({ id, order });
  if (order.give === 'instruct') walk.call = ordered(walk.call, order.instruction);
  if (order.give === 'tag') walk.call = tagged(walk.call, order.metadata);
  if (isAwaited(order)) change(walk, { awaits: id });
}

function isAwaited(order: ActionOrder): boolean {
  if (order.give === 'instruct') return order.awaited;
  if (order.give === 'request') return order.order.awaited;
  return ['flow_fetch', 'reason_fetch', 'queue_read'].includes(order.give);
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
  if (next === null)
    return fail(walk, 'target_missing', `${nameOf(action)} names a next action that is not there`);
  return next.keeper === null ? stand(walk, next.frames) : endList(walk, next.keeper, next.frames);
}

/** The list that an action keeps has come to its end: the action says what is next. */
function endList(walk: Walk, keeper: Keeper, frames: Frames): boolean {
  const { action } = keeper;
  const kind = verbOf(walk.stage.language, action.type)?.kind;
  assert(kind?.listEnded !== undefined, `${action.type} keeps lists, so it must end them`);
  resume(walk, keeper, frames);
  // As in enter.
  return take(walk, action, kind.listEnded(action.option as never, sceneOf(walk, action)));
}

function goTo(walk: Walk, action: Action, { action_id, loops_left }: TurnTo<'goto'>): boolean {
  const { program, frames } = walk.run;
  const from = loops_left === undefined ? frames : countLoop(frames, action.id, loops_left);
  const next = seek(program, from, action_id);
  if (next === null)
    return fail(walk, 'target_missing', `${nameOf(action)} names ${action_id}, which is not there`);
  return stand(walk, next);
}

/** The flow goes elsewhere, out of a list that an action keeps: the action clears up behind it. */
function leave(walk: Walk, { action, memory }: Keeper): void {
  const kind = verbOf(walk.stage.language, action.type)?.kind;
  const scene = { ...sceneOf(walk, action), memory };
  for (const order of kind?.abandon?.(action.option as never, scene) ?? []) give(walk, order);
}

function push(walk: Walk, action: Action, turn: TurnTo<'push'>): boolean {
  const { frames, memory } = walk.run;
  const keeper = turn.keep === true ? { action, memory } : null;
  return frames.length >= limit.DEPTH_MAX
    ? fail(walk, 'limit_depth', `at ${nameOf(action)}`)
    : stand(walk, [...frames, frameOf(turn.flow_id, turn.actions, keeper)]);
}

/** Goes to a place. Actions whose lists are left for it clear up behind them. */
export function stand(walk: Walk, frames: Frames): true {
  for (const keeper of keepersLeft(walk.run.frames, frames)) leave(walk, keeper);
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
