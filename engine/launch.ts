import type { ActiveflowId, CallId, FlowId, Instant } from '../kernel/brand.ts';
import type { Address } from '../kernel/address.ts';
import { micros } from '../kernel/money.ts';
import { derive } from '../kernel/uuid.ts';
import type { Facts } from '../calls/call.ts';
import { NO_TIMERS } from '../calls/call.ts';
import { PLAIN } from '../calls/media.ts';
import { DIRECT } from '../calls/passage.ts';
import { launch } from '../calls/launch.ts';
import type { Action, FlowRun } from '../flows/flow.ts';
import { newRun } from '../flows/run.ts';
import type { Customer } from '../store/rows.ts';
import type { CallReader, Leg } from '../store/store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Loop } from './loop.ts';

/** A POST /v1/activeflows, checked against the contract. */
export interface LaunchOrder {
  readonly customer: Customer;
  /** The run's id, which its customer may choose. */
  readonly activeflow_id: ActiveflowId;
  readonly flow_id: FlowId | null;
  readonly actions: readonly Action[];
  readonly variables: FlowRun['variables'];
  /** How long calls that it places may ring, by route. */
  readonly dial_timeout_ms: number;
  readonly test: boolean;
}

export interface LaunchParts {
  readonly loop: Loop;
  readonly calls: CallReader;
  readonly clock: Clock;
}

/** How long calls that it places may last, in ms: as those of which nothing else is said. */
const TALK_MS_MAX = 3_600_000;
const NOBODY: Address = { type: 'tel', target: '', target_name: '', name: '', detail: '' };

/**
 * Runs a flow without a call. Asked again for the same, it answers the run that is there; null when
 * the customer has another run of this id.
 */
export async function launchRun(parts: LaunchParts, order: LaunchOrder): Promise<Leg | null> {
  const { loop, calls, clock } = parts;
  const { customer, activeflow_id } = order;
  // Ids that customers choose must not meet those of others: what is stored has one of its own.
  const call_id = derive<CallId>(customer.id, `run:${activeflow_id}`, 0 as Instant);
  const there = await calls.byRun(customer.id, activeflow_id);
  if (there !== null && there.call.id !== call_id) return null;
  const at = clock.now();
  const { flow_id, actions: program, variables } = order;
  const who = { id: activeflow_id, customer_id: customer.id, call_id };
  const run = newRun({ ...who, flow_id, program, variables }, at);
  await loop.open({ step: launch(factsOf(order, call_id, at), at), run, at });
  const leg = await loop.leg(call_id);
  return leg !== null && isOf(leg, order) ? leg : null;
}

/** Whether a run is the one that was asked for: names that were made up tell requests apart. */
function isOf({ run }: Leg, { flow_id, actions }: LaunchOrder): boolean {
  return run.flow_id === flow_id && JSON.stringify(run.program) === JSON.stringify(actions);
}

function factsOf(order: LaunchOrder, id: CallId, at: Instant): Facts {
  const { customer, activeflow_id, flow_id, dial_timeout_ms, test } = order;
  return {
    ...{ id, activeflow_id, flow_id, dial_timeout_ms, test },
    customer_id: customer.id,
    account_id: customer.billing_account_id,
    type: 'bare',
    direction: 'outgoing',
    source: NOBODY,
    destination: NOBODY,
    passage: DIRECT,
    master_call_id: null,
    chained_call_ids: [],
    ties: null,
    room_id: null,
    candidates: [],
    attempts: [],
    attempts_max: 0,
    early_execution: false,
    detect: false,
    talk_ms_max: TALK_MS_MAX,
    granted_ms: TALK_MS_MAX,
    hold_micros: micros(0),
    media: PLAIN,
    metadata: {},
    sandbox: null,
    timers: NO_TIMERS,
    check_ms: 0,
    check_count: 0,
    told_count: 0,
    tm_create: at,
    tm_update: at,
  };
}
