import type { Instant } from '../kernel/brand.ts';
import type { FlowRun } from './flow.ts';

/** What a run is made with; nothing of it but the variables ever changes. */
export type RunFacts = Pick<
  FlowRun,
  'id' | 'customer_id' | 'call_id' | 'flow_id' | 'program' | 'variables'
>;

/** A run that has not begun. */
export function newRun(facts: RunFacts, at: Instant): FlowRun {
  return {
    ...facts,
    status: 'pending',
    frames: [],
    memory: {},
    awaits: null,
    held: false,
    skipped: [],
    executed_count: 0,
    ended_because: null,
    ended_detail: null,
    current_action: null,
    told_count: 0,
    tm_create: at,
    tm_update: at,
  };
}
