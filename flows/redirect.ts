import type { ActionOrder, Need } from './action.ts';
import type { Action, Frame } from './flow.ts';
import { verbOf } from './language.ts';
import { sceneOf } from './scene.ts';
import type { Walk } from './stage.ts';
import { change, give, stand, walkOn } from './walk.ts';

/** Leaves the waiting action for other actions, which take the place of all that was to come. */
export function redirect(walk: Walk, frame: Frame): void {
  const { current_action: action, held } = walk.run;
  if (action !== null && !held) abandon(walk, action);
  stand(walk, []);
  const nothing = { current_action: null, memory: {}, awaits: null, held: false };
  change(walk, { ...nothing, flow_id: frame.flow_id, frames: [frame] });
  walk.wake = null;
  walkOn(walk);
}

const STOP: ActionOrder = { give: 'instruct', instruction: { do: 'stop' }, awaited: false };

function abandon(walk: Walk, action: Action): void {
  const kind = verbOf(walk.stage.language, action.type)?.kind;
  // The option satisfied the schema of its type when the flow was accepted.
  const left = kind?.abandon?.(action.option as never, sceneOf(walk, action));
  for (const order of left ?? (isHeard(walk, action) ? [STOP] : [])) give(walk, order);
}

const HEARD: readonly Need[] = ['say', 'play', 'echo', 'stream_echo'];

/** Whether the waiting action says, plays or echoes something that an order to stop would end. */
export function isHeard(walk: Walk, action: Action): boolean {
  const needs = verbOf(walk.stage.language, action.type)?.kind.needs ?? [];
  return walk.run.awaits !== null && needs.some((need) => HEARD.includes(need));
}
