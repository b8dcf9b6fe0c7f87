import { NULL_ID } from '../kernel/brand.ts';
import { rfc3339 } from '../kernel/instant.ts';
import { type Call, hasLeg } from '../calls/call.ts';
import type { Action, FlowRun } from './flow.ts';

/** A run as customers see it: VoIPBIN's activeflow, and why it ended. */
export function publicRun(run: FlowRun, call: Call): Record<string, unknown> {
  return {
    id: run.id,
    customer_id: run.customer_id,
    flow_id: run.flow_id ?? NULL_ID,
    status: run.status,
    reference_type: hasLeg(call) ? 'call' : '',
    reference_id: hasLeg(call) ? call.id : NULL_ID,
    reference_activeflow_id: NULL_ID,
    on_complete_flow_id: NULL_ID,
    current_action: run.current_action === null ? null : publicAction(run.current_action),
    forward_action_id: NULL_ID,
    executed_count: run.executed_count,
    skipped: run.skipped.map(({ action_id, type, why, at }) => ({
      action_id,
      type,
      message: why,
      tm_skip: rfc3339(at),
    })),
    ended_because: run.ended_because ?? '',
    ended_detail: run.ended_detail ?? '',
    tm_create: rfc3339(run.tm_create),
    tm_update: rfc3339(run.tm_update),
    tm_delete: null,
  };
}

/** An action as customers see it. */
export function publicAction({ id, next_id, type, option }: Action): Record<string, unknown> {
  return { id, next_id: next_id ?? NULL_ID, type, option };
}
