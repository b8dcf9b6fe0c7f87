import type { Instant } from '../kernel/brand.ts';
import { type Call, type HangupReason, maySpawn } from '../calls/call.ts';
import type { CallEvent, EventOf } from '../calls/events.ts';
import { press } from './digits.ts';
import { AMD_RESULT } from './variables.ts';
import type { Action, EndedBecause, FlowRun } from './flow.ts';
import { frameOf } from './frames.ts';
import { verbOf } from './language.ts';
import { isHeard, redirect } from './redirect.ts';
import { sceneOf } from './scene.ts';
import type { FlowEffect, Stage, Walk } from './stage.ts';
import { change, ended, finish, interrupt, noteSkipped, show, walkOn } from './walk.ts';

export type { FlowEffect, Stage };

/**
 * What a run answers to an event. `wake.set`: ms from now until the call's timer `action` fires,
 * null to clear it, undefined to leave it. `hangup`: what the call is to end with, if it is.
 */
export interface FlowStep {
  readonly state: FlowRun;
  readonly effects: readonly FlowEffect[];
  readonly wake: { readonly set: number | null | undefined };
  readonly hangup: HangupReason | null;
}

/**
 * Begins a pending run at its first action. A leg without actions that was called into a room has
 * nothing to run: it stays until someone ends it. Any other run is left as it is.
 */
export function begin(run: FlowRun, stage: Stage): FlowStep {
  const walk = walkFrom(run, stage);
  if (run.status !== 'pending') return stepOf(walk);
  const program = run.program.length === 0 ? [] : [frameOf(run.flow_id, null)];
  // It may have been redirected before it began.
  const frames = run.frames.length > 0 ? run.frames : program;
  change(walk, { status: 'running', frames });
  if (frames.length > 0 || !isIdle(run, stage.call)) walkOn(walk);
  return stepOf(walk);
}

/**
 * Shows a run an event, and runs on for as long as actions do not wait. What does not concern the
 * run leaves the very same object. A timer may be told only while it is still set.
 */
export function advance(run: FlowRun, event: CallEvent, stage: Stage): FlowStep {
  const walk = walkFrom(run, stage);
  if (run.status === 'ended') return stepOf(walk);
  if (!maySpawn(stage.call)) finish(walk, { because: 'call_ended', detail: null, hangup: null });
  else if (event.type === 'flow_stop_asked')
    finish(walk, { because: 'stopped', detail: null, hangup: 'normal' });
  else if (event.type === 'redirect_asked') take(walk, event);
  else tell(walk, event);
  return stepOf(walk);
}

/** Ends a run from outside. An ended run stays as it ended. */
export function endRun(run: FlowRun, because: EndedBecause, at: Instant): FlowRun {
  return run.status === 'ended' ? run : ended(run, { because, detail: null }, at);
}

function walkFrom(run: FlowRun, stage: Stage): Walk {
  return { stage, run, call: stage.call, effects: [], wake: undefined, hangup: null };
}

function stepOf({ run, effects, wake, hangup }: Walk): FlowStep {
  return { state: run, effects, wake: { set: wake }, hangup };
}

/** A leg that was only called into a room, and has nothing to do there but talk. */
function isIdle(run: FlowRun, call: Call): boolean {
  return run.program.length === 0 && call.room_id !== null;
}

/** A run that has not begun will begin there; any other goes there at once. */
function take(walk: Walk, { flow_id, actions }: EventOf<'redirect_asked'>): void {
  // They were checked and normalised as any flow is.
  const frame = frameOf(flow_id, actions as readonly Action[]);
  if (walk.run.status === 'running') redirect(walk, frame);
  else change(walk, { flow_id, frames: [frame] });
}

function tell(walk: Walk, told: CallEvent): void {
  const { run } = walk;
  keep(walk, told);
  const event = overheard(walk, told);
  const depth = run.status === 'running' ? interruptedBy(walk, event) : null;
  if (depth !== null) return interrupt(walk, depth, event) ? walkOn(walk) : undefined;
  if (run.held) return release(walk);
  const action = run.current_action;
  if (run.status !== 'running' || !concerns(walk, event)) return;
  if (action === null) return leaveRoom(walk, event);
  if ('effect_id' in event) change(walk, { awaits: null });
  const goes_on = show(walk, action, event);
  if (event.type === 'media_failed' && walk.run.status === 'running')
    noteSkipped(walk, action, event.detail);
  if (goes_on) walkOn(walk);
}

/** What the run keeps of an event, whichever action waits. */
function keep(walk: Walk, event: CallEvent): void {
  const { variables } = walk.run;
  const { party } = walk.call.media;
  if (event.type === 'digits_pressed') change(walk, { variables: press(variables, event.digits) });
  if (event.type === 'party_detected' && party !== null)
    change(walk, { variables: { ...variables, [AMD_RESULT]: party } });
}

/**
 * What was asked for from outside may stop what an action says: to the action it has ended. It
 * waits for its own effect alone, whose end nobody will tell any more.
 */
function overheard(walk: Walk, event: CallEvent): CallEvent {
  const { current_action: action, awaits } = walk.run;
  if (event.type !== 'media_asked' || !event.interrupt || awaits === null) return event;
  if (action === null || !isHeard(walk, action)) return event;
  const { id, call_id, at } = event;
  return { type: 'media_finished', effect_id: awaits, id, call_id, at };
}

/** The place of the innermost list whose keeper wants the event for itself; null: none does. */
function interruptedBy(walk: Walk, event: CallEvent): number | null {
  const { frames } = walk.run;
  for (let depth = frames.length - 1; depth >= 0; depth -= 1) {
    const keeper = frames[depth]?.keeper;
    if (keeper === undefined) continue;
    const kind = verbOf(walk.stage.language, keeper.action.type)?.kind;
    const scene = { ...sceneOf(walk, keeper.action), memory: keeper.memory };
    if (kind?.interrupts?.(scene, event) === true) return depth;
  }
  return null;
}

/** A leg that has only talked in a room hangs up when a transfer that held it there is over. */
function leaveRoom(walk: Walk, event: CallEvent): void {
  if (event.type === 'group_ended')
    finish(walk, { because: 'finished', detail: null, hangup: event.reason });
}

/** Begins the action that was held, once the call is answered. */
function release(walk: Walk): void {
  if (walk.call.status !== 'progressing') return;
  change(walk, { held: false });
  walkOn(walk);
}

/** Whether the waiting action is to see the event: ends of others' effects are not its business. */
function concerns({ run, call }: Walk, event: CallEvent): boolean {
  if ('effect_id' in event) return event.effect_id === run.awaits;
  // Only what the call has let go is not its own any more.
  if (event.type === 'child_released') return call.ties?.opened.includes(event.group_id) === true;
  return event.type !== 'timer_fired' || event.timer === 'action';
}
