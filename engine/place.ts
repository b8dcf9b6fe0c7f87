import { firstGrants } from '../billing/grant.ts';
import type { Grant } from '../billing/grant.ts';
import type { Address } from '../kernel/address.ts';
import { isE164 } from '../kernel/address.ts';
import type { ActiveflowId, CallId, FlowId, GroupId, Instant, RoomId } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Refusal } from '../kernel/refusal.ts';
import { refusal } from '../kernel/refusal.ts';
import { derive } from '../kernel/uuid.ts';
import type { Call, Candidate, Facts, SandboxScript } from '../calls/call.ts';
import { maySpawn, NO_TIMERS } from '../calls/call.ts';
import type { ChildOrder } from '../calls/effects.ts';
import type { FactOf } from '../calls/events.ts';
import { PLAIN } from '../calls/media.ts';
import { outgoingPassage } from '../calls/passage.ts';
import { asMember } from '../calls/ties.ts';
import { place } from '../calls/transition.ts';
import type { Action, FlowRun } from '../flows/flow.ts';
import { needsOf } from '../flows/needs.ts';
import { newRun } from '../flows/run.ts';
import type { MemberOrder } from '../groups/effects.ts';
import type { Group } from '../groups/kinds.ts';
import type { CarrierKind } from '../providers/carrier.ts';
import { choose } from '../routing/candidates.ts';
import type { Choice } from '../routing/candidates.ts';
import type { Customer } from '../store/rows.ts';
import { PLATFORM } from '../store/rows.ts';
import type { Leg, Store } from '../store/store.ts';
import type { PlaceOrder } from './engine.ts';
import type { Loop } from './loop.ts';
import type { Registry } from './registry.ts';

export interface PlacerParts {
  readonly loop: Loop;
  readonly registry: Registry;
  readonly flows: Store['shelves']['flows'];
  readonly kinds: ReadonlyMap<string, CarrierKind>;
  readonly clock: Clock;
  readonly settings: { readonly attempts_max: number; readonly reconcile_interval_ms: number };
}

/** One leg to be placed, wherever the wish came from. */
interface LegOrder {
  readonly call_id: CallId;
  readonly activeflow_id: ActiveflowId;
  readonly customer: Customer;
  readonly source: Address;
  readonly destination: Address;
  readonly flow_id: FlowId | null;
  readonly actions: readonly Action[];
  readonly variables: Readonly<Record<string, string>>;
  readonly master_call_id: CallId | null;
  /** How often what asks for it came in from outside. */
  readonly hops: number;
  readonly room_id: RoomId | null;
  /** The group that places it. */
  readonly group_id: GroupId | null;
  readonly dial_timeout_ms: number;
  readonly max_duration_ms: number;
  readonly early_execution: boolean;
  readonly sandbox: SandboxScript | null;
  readonly test: boolean;
}

/** Who may be tried, and whether the leg will come in again here. */
interface Routed {
  readonly candidates: readonly Candidate[];
  readonly returns: boolean;
}

/** Places the leg for one destination of an order. A refusal leaves nothing behind. */
export async function placeLeg(
  parts: PlacerParts,
  order: PlaceOrder,
  index: number,
): Promise<Leg | Refusal> {
  const { name, at } = order.seed;
  const destination = order.destinations[index] as Address;
  const placed = await placeOne(parts, {
    ...order,
    call_id: derive(name, `call:${index}`, at),
    activeflow_id: derive(name, `activeflow:${index}`, at),
    destination,
    master_call_id: null,
    hops: 0,
    room_id: null,
    group_id: null,
  });
  if (!('code' in placed) || placed.param === null) return placed;
  return { ...placed, param: `/destinations/${index}${placed.param}` };
}

/** Places a leg that an action asked for; answers what to tell the asker when it was refused. */
export async function placeChild(
  parts: PlacerParts,
  order: ChildOrder,
  asker: Call,
): Promise<FactOf | null> {
  const refused = (code: string): FactOf => ({
    type: 'child_refused',
    child_call_id: order.call_id,
    action_id: order.action_id,
    code,
  });
  if (order.master_call_id !== null && !maySpawn(asker)) return refused('master_ended');
  // Placed in an earlier life, it stands, whatever has become of routes and money since.
  if ((await parts.loop.current(order.call_id)) !== null) return null;
  const customer = await parts.registry.customer(asker.customer_id);
  const actions = await actionsOf(parts, order, asker);
  if (customer === null || actions === null) return refused('flow_not_found');
  const placed = await placeOne(parts, {
    ...order,
    activeflow_id: derive(order.call_id, 'activeflow', asker.tm_create),
    hops: asker.passage.hops,
    group_id: null,
    customer,
    actions,
    dial_timeout_ms: asker.dial_timeout_ms,
    max_duration_ms: asker.talk_ms_max,
    sandbox: null,
    test: asker.test,
  });
  return 'code' in placed ? refused(placed.code) : null;
}

/** Places a leg for a group; one that was placed before stands as it does. */
export async function placeMember(
  parts: PlacerParts,
  order: MemberOrder,
  by: Group,
): Promise<Leg | Refusal> {
  const known = await parts.loop.current(order.call_id);
  if (known !== null) return known;
  const customer = await parts.registry.customer(by.customer_id);
  if (customer === null) return refusal('not_found');
  return placeOne(parts, {
    ...order,
    activeflow_id: derive(order.call_id, 'activeflow', by.tm_create),
    group_id: by.id,
    customer,
    actions: order.actions as readonly Action[],
  });
}

async function actionsOf(
  { flows }: PlacerParts,
  order: ChildOrder,
  asker: Call,
): Promise<readonly Action[] | null> {
  // The flow was normalised with the action that holds these.
  if (order.flow_id === null) return (order.actions ?? []) as readonly Action[];
  return (await flows.get(asker.customer_id, order.flow_id))?.actions ?? null;
}

/** What can be found wrong with a destination before money is asked about; null when nothing is. */
export async function objectionTo(
  parts: PlacerParts,
  order: Pick<LegOrder, 'destination' | 'customer' | 'actions' | 'room_id'>,
): Promise<Refusal | null> {
  const found = await waysOf(parts, order);
  return 'code' in found ? found : null;
}

async function waysOf(
  parts: PlacerParts,
  order: Pick<LegOrder, 'destination' | 'customer' | 'actions' | 'room_id'>,
): Promise<readonly Candidate[] | Refusal> {
  const { destination } = order;
  if (destination.type !== 'tel') return refusal('destination_type_unsupported', '/type');
  if (!isE164(destination.target)) return refusal('number_invalid', '/target');
  const { candidates, excluded } = await candidatesFor(parts, order);
  const [first] = candidates;
  if (first === undefined) return refusal('no_route', '/target', whyNoRoute(excluded));
  const known = parts.kinds.get(first.carrier)?.refusedAtCreation?.(destination.target) ?? null;
  return known === null ? candidates : refusal(known, '/target');
}

async function placeOne(parts: PlacerParts, order: LegOrder): Promise<Leg | Refusal> {
  const { customer } = order;
  const candidates = await waysOf(parts, order);
  if ('code' in candidates) return candidates;
  const returns = await parts.registry.isOurs(order.destination.target);
  if (!(await open(parts, order, { candidates, returns }))) return refusal('insufficient_balance');
  const leg = await parts.loop.leg(order.call_id);
  return leg === null || leg.call.customer_id !== customer.id ? refusal('conflict') : leg;
}

/** Why no route is left, where routes lead there and cannot do what the flow needs. */
function whyNoRoute(excluded: Choice['excluded']): string | null {
  const unable = excluded.filter(({ reason }) => reason === 'capability');
  const lacking = new Set(unable.flatMap(({ detail }) => detail?.split(', ') ?? []));
  if (lacking.size === 0) return null;
  const needs = [...lacking].sort().join(', ');
  return `No route leads there whose carrier can do what the flow needs: ${needs}.`;
}

/**
 * Opens the leg with the most talk that can be paid for; false when not even the first block can.
 * What is held suffices for whichever candidate answers, so that a failover holds nothing anew.
 */
async function open(parts: PlacerParts, order: LegOrder, routed: Routed): Promise<boolean> {
  const prices = routed.candidates.map(({ price }) => price);
  for (const grant of firstGrants(prices, order.max_duration_ms)) {
    const at = parts.clock.now();
    const step = place(factsOf(parts, order, { ...grant, ...routed, at }), at);
    const result = await parts.loop.open({ step, run: runOf(order, at), at });
    if (result !== 'no_funds') return true;
  }
  return false;
}

/** Who may be tried for a destination, and who not, and why. */
export async function candidatesFor(
  { registry, kinds }: Pick<PlacerParts, 'registry' | 'kinds'>,
  wish: {
    readonly customer: Customer;
    readonly destination: Address;
    readonly actions: readonly Action[];
    readonly room_id?: RoomId | null;
    readonly list_unmatched?: boolean;
  },
): Promise<Choice> {
  const capabilities = new Map([...kinds].map(([name, kind]) => [name, kind.capabilities]));
  const needs = needsOf(wish.actions);
  const account = await registry.account(wish.customer);
  return choose({
    routes: await registry.routes(wish.customer.id),
    providers: await registry.providers(),
    capabilities,
    customer_id: wish.customer.id,
    platform_id: PLATFORM,
    destination: wish.destination,
    currency: account?.currency ?? '',
    needs: wish.room_id === undefined || wish.room_id === null ? needs : [...needs, 'room'],
    list_unmatched: wish.list_unmatched ?? false,
  });
}

/** What nothing has happened to yet. */
const UNTOUCHED = { media: PLAIN, metadata: {}, check_count: 0, told_count: 0 } as const;

function factsOf(
  { settings }: PlacerParts,
  order: LegOrder,
  routed: Grant & Routed & { readonly at: Instant },
): Facts {
  return {
    id: order.call_id,
    customer_id: order.customer.id,
    account_id: order.customer.billing_account_id,
    type: 'flow',
    direction: 'outgoing',
    source: order.source,
    destination: order.destination,
    passage: outgoingPassage(order.hops, routed.returns),
    flow_id: order.flow_id,
    activeflow_id: order.activeflow_id,
    master_call_id: order.master_call_id,
    chained_call_ids: [],
    room_id: order.room_id,
    ties: order.group_id === null ? null : asMember(order.group_id),
    candidates: routed.candidates,
    attempts: [],
    attempts_max: settings.attempts_max,
    early_execution: order.early_execution,
    detect: needsOf(order.actions).includes('amd'),
    dial_timeout_ms: order.dial_timeout_ms,
    talk_ms_max: order.max_duration_ms,
    granted_ms: routed.granted_ms,
    hold_micros: routed.hold_micros,
    sandbox: order.sandbox,
    test: order.test,
    timers: NO_TIMERS,
    check_ms: settings.reconcile_interval_ms,
    ...UNTOUCHED,
    tm_create: routed.at,
    tm_update: routed.at,
  };
}

function runOf(order: LegOrder, at: Instant): FlowRun {
  const { activeflow_id: id, call_id, flow_id, actions: program, variables } = order;
  return newRun({ id, customer_id: order.customer.id, call_id, flow_id, program, variables }, at);
}
