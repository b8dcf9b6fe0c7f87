import { derive } from '../kernel/uuid.ts';
import { hasLeg } from '../calls/call.ts';
import type { Scene } from './action.ts';
import { readActions } from './check/check.ts';
import type { Action } from './flow.ts';
import type { Walk } from './stage.ts';
import { callVariables } from './variables.ts';

/** What an action is told about its surroundings. */
export function sceneOf(
  walk: Walk,
  action: Pick<Action, 'id'>,
  variables = variablesOf(walk),
): Scene {
  const { run, stage } = walk;
  const { call, now, language } = stage;
  const name = `${run.id}/${run.executed_count}`;
  const idFor = (label: string): string => derive(name, label, now);
  return {
    call_id: call.id,
    customer_id: call.customer_id,
    action_id: action.id,
    number: run.executed_count,
    has_leg: hasLeg(call),
    direction: call.direction,
    status: call.status,
    media: walk.call.media,
    metadata: walk.call.metadata,
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

export function variablesOf({ run, stage }: Walk): Scene['variables'] {
  return { ...run.variables, ...callVariables(stage.call, run) };
}
