import type { ActionId } from '../kernel/brand.ts';
import type { Action, FlowRun, Frame, Keeper } from './flow.ts';

/** VoIPBIN's names for the two ends of a flow. No action may carry them. */
export const START_ID = '00000000-0000-0000-0000-000000000001' as ActionId;
export const FINISH_ID = '00000000-0000-0000-0000-000000000002' as ActionId;

/** Where a run stands, innermost frame last; empty when there is nothing left to run. */
export type Frames = readonly Frame[];
type Program = FlowRun['program'];

export function frameOf(
  flow_id: Frame['flow_id'],
  actions: Frame['actions'],
  keeper: Keeper | null = null,
): Frame {
  const frame = { flow_id, actions, cursor: 0, loops_left: {} };
  return keeper === null ? frame : { ...frame, keeper };
}

export function actionAt(program: Program, frames: Frames): Action | null {
  const frame = frames.at(-1);
  return frame === undefined ? null : (listOf(program, frame)[frame.cursor] ?? null);
}

function listOf(program: Program, frame: Frame): readonly Action[] {
  return frame.actions ?? program;
}

/** Where a run goes on: at a place, or with the action whose list has come to its end. */
export interface Onward {
  readonly frames: Frames;
  /** The keeper of the list that has ended; its own place is the innermost of the frames. */
  readonly keeper: Keeper | null;
}

/**
 * The place after the current action: its next_id, else the next of its list, else what follows
 * the action that began the list, or that very action where it keeps the list. Null when next_id
 * names no action.
 */
export function onward(program: Program, frames: Frames): Onward | null {
  const frame = frames.at(-1);
  if (frame === undefined) return { frames: [], keeper: null };
  const list = listOf(program, frame);
  const next_id = list[frame.cursor]?.next_id ?? null;
  if (next_id !== null) {
    const found = seek(program, frames, next_id);
    return found === null ? null : { frames: found, keeper: null };
  }
  const outer = frames.slice(0, -1);
  if (frame.cursor + 1 < list.length)
    return { frames: [...outer, { ...frame, cursor: frame.cursor + 1 }], keeper: null };
  if (frame.keeper !== undefined) return { frames: outer, keeper: frame.keeper };
  return onward(program, outer);
}

/** The keepers of lists that a step from one place to another leaves, innermost first. */
export function keepersLeft(from: Frames, to: Frames): Keeper[] {
  const left = from.slice(to.length).toReversed();
  return left.flatMap(({ keeper }) => (keeper === undefined ? [] : [keeper]));
}

/** The place of an action, looked up from the innermost frame outwards; null when there is none. */
export function seek(program: Program, frames: Frames, id: ActionId): Frames | null {
  if (id === FINISH_ID) return [];
  if (id === START_ID) return frames.slice(0, 1).map((frame) => ({ ...frame, cursor: 0 }));
  for (let depth = frames.length - 1; depth >= 0; depth -= 1) {
    const frame = frames[depth];
    if (frame === undefined) return null;
    const cursor = listOf(program, frame).findIndex((action) => action.id === id);
    if (cursor !== -1) return [...frames.slice(0, depth), { ...frame, cursor }];
  }
  return null;
}

/** Notes how often the current goto may still be taken. */
export function countLoop(frames: Frames, goto_id: ActionId, loops_left: number): Frames {
  const frame = frames.at(-1);
  if (frame === undefined) return frames;
  const counted = { ...frame, loops_left: { ...frame.loops_left, [goto_id]: loops_left } };
  return [...frames.slice(0, -1), counted];
}
