import type { Grant } from '../billing/grant.ts';
import type { Address } from '../kernel/address.ts';
import type { ActiveflowId, AttemptId, CallId, Instant, RouteId } from '../kernel/brand.ts';
import { NULL_ID } from '../kernel/brand.ts';
import { derive } from '../kernel/uuid.ts';
import type { Candidate, Facts } from '../calls/call.ts';
import { NO_TIMERS } from '../calls/call.ts';
import { PLAIN } from '../calls/media.ts';
import type { Mark } from '../calls/passage.ts';
import type { FlowRun } from '../flows/flow.ts';
import { newRun } from '../flows/run.ts';
import type { IncomingLeg } from '../providers/carrier.ts';
import type { Caller } from '../routing/caller.ts';
import type { OwnNumber } from '../store/numbers.ts';
import type { Customer, Flow, Provider } from '../store/rows.ts';

/** An incoming call that is let in, with everything a leg is made of. */
export interface Guest {
  readonly attempt_id: AttemptId;
  readonly leg: IncomingLeg;
  readonly number: OwnNumber;
  readonly customer: Customer;
  readonly provider: Provider;
  readonly flow: Flow;
  readonly caller: Caller;
  readonly marks: readonly Mark[];
  readonly hops: number;
}

/** How long it may ring before the flow has answered, and how long it may talk. */
export const GUEST_LIMITS = { ring_ms: 60_000, talk_ms_max: 3_600_000 };

/** What the leg's rows are called. */
interface Names {
  readonly call_id: CallId;
  readonly activeflow_id: ActiveflowId;
}

/** Which of several calls made of one leg stands, the leg's own row decides: see Reception. */
export function namesOf({ attempt_id }: Guest, at: Instant): Names {
  return {
    call_id: derive(attempt_id, 'call', at),
    activeflow_id: derive(attempt_id, 'activeflow', at),
  };
}

/** What is the same for every call that has just come in. */
const UNTOUCHED = {
  type: 'flow',
  direction: 'incoming',
  master_call_id: null,
  chained_call_ids: [],
  room_id: null,
  ties: null,
  attempts: [],
  attempts_max: 1,
  early_execution: false,
  detect: false,
  media: PLAIN,
  metadata: {},
  sandbox: null,
  timers: NO_TIMERS,
  check_count: 0,
  told_count: 0,
} as const satisfies Partial<Facts>;

/** The facts of a call that came in. */
export function guestFacts(
  guest: Guest,
  opened: Grant & Names & { readonly at: Instant; readonly reconcile_interval_ms: number },
): Facts {
  const { number, customer, flow, provider } = guest;
  const { at, granted_ms, hold_micros } = opened;
  return {
    ...UNTOUCHED,
    id: opened.call_id,
    customer_id: customer.id,
    account_id: customer.billing_account_id,
    source: sourceOf(guest),
    destination: { ...BARE, type: 'tel', target: number.number, name: number.name },
    passage: { hops: guest.hops, returns: false, arrival: arrivalOf(guest) },
    flow_id: flow.id,
    activeflow_id: opened.activeflow_id,
    candidates: [candidateOf(number, provider)],
    dial_timeout_ms: GUEST_LIMITS.ring_ms,
    talk_ms_max: GUEST_LIMITS.talk_ms_max,
    granted_ms,
    hold_micros,
    test: provider.type === 'sandbox',
    check_ms: opened.reconcile_interval_ms,
    tm_create: at,
    tm_update: at,
  };
}

const BARE = { target_name: '', name: '', detail: '' };
const NAME_MAX = 255;

function sourceOf({ caller, leg }: Guest): Address {
  const { form, target } = caller;
  const name = leg.from_name.slice(0, NAME_MAX);
  return { ...BARE, type: form === 'sip' ? 'sip' : 'tel', target, name };
}

const DIVERSIONS_MAX = 10;

function arrivalOf({ leg, number, caller, marks }: Guest): Facts['passage']['arrival'] {
  const { verstat, attestation, diversions } = leg;
  const anonymous = caller.form === 'anonymous';
  const latest = diversions.slice(0, DIVERSIONS_MAX).map((each) => each.slice(0, NAME_MAX));
  return { number_id: number.id, anonymous, verstat, attestation, diversions: latest, marks };
}

/** The one way of an incoming leg: the carrier that brought it, at the number's price. */
function candidateOf(number: OwnNumber, provider: Provider): Candidate {
  return {
    route_id: NULL_ID as RouteId,
    provider_id: provider.id,
    provider_name: provider.name,
    carrier: provider.type,
    target: number.number,
    price: number.price,
  };
}

/** The run that decides on it. */
export function guestRun({ customer, flow }: Guest, names: Names, at: Instant): FlowRun {
  const { activeflow_id: id, call_id } = names;
  const { id: flow_id, actions: program } = flow;
  return newRun({ id, customer_id: customer.id, call_id, flow_id, program, variables: {} }, at);
}
