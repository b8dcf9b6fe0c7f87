import type { Address } from '../kernel/address.ts';
import type { CustomerId } from '../kernel/brand.ts';
import { actions as language } from '../flows/actions/index.ts';
import { checkFlow, flowsNamedIn, premisesFor, worstCaseOf } from '../flows/check/check.ts';
import { type Finding, inOrder } from '../flows/check/finding.ts';
import type { Premises } from '../flows/check/subject.ts';
import type { RoutePreview } from '../engine/engine.ts';
import type { Flow } from '../store/rows.ts';
import type { Shelf } from '../store/store.ts';
import type { Desk } from './desk.ts';
import type { Ask } from './operation.ts';
import { addressOf } from './party.ts';
import { type Lanes, worstCaseJson } from './worst_case.ts';

/** Stored flows that are looked up for one list; more are left unsaid. */
const FLOWS_MAX = 20;
/** As many as the contract lets an answer have. */
const FINDINGS_MAX = 1_000;

/** All that can be said of a flow before it is run: findings, and what it comes to at the worst. */
export async function verdictOf(ask: Ask<'validateFlow'>, desk: Desk): Promise<object> {
  const { body, customer_id } = ask;
  const { flows } = desk.store.shelves;
  const destination = body.destination === undefined ? null : addressOf(body.destination);
  const lanes = lanesOf(customer_id, desk);
  const known = await premisesOf(ask, lanes, { destination, desk });
  const premises = premisesFor(language, known);
  const found = checkFlow(body.actions, premises);
  const missing = await missingFlows(body.actions, customer_id, { flows, but: null });
  const findings = inOrder([...found, ...missing]).slice(0, FINDINGS_MAX);
  const bounds = worstCaseOf(body.actions, premises);
  const talk_ms_max = body.max_duration * 1_000;
  const worst = { bounds, destination, talk_ms_max, lanes };
  return {
    valid: findings.every(({ severity }) => severity !== 'error'),
    findings,
    worst_case: bounds === null ? null : await worstCaseJson({ ...worst, bounds }),
  };
}

async function premisesOf(
  { body }: Ask<'validateFlow'>,
  lanes: Lanes,
  { destination, desk }: { readonly destination: Address | null; readonly desk: Desk },
): Promise<Partial<Premises>> {
  return {
    pointer: '/actions',
    direction: destination === null ? (body.direction ?? null) : 'outgoing',
    early: body.early_execution,
    languages: desk.languages,
    given: body.variables === undefined ? null : new Set(Object.keys(body.variables)),
    routes: destination === null ? null : await capabilitiesOf(destination, lanes, desk),
  };
}

async function capabilitiesOf(
  destination: Address,
  lanes: Lanes,
  { carriers }: Desk,
): Promise<NonNullable<Premises['routes']>> {
  const { candidates } = await lanes(destination);
  return candidates.flatMap(({ carrier }) => carriers.get(carrier)?.capabilities ?? []);
}

/** Routes to destinations whatever the flow needs, each looked up once. */
function lanesOf(customer_id: CustomerId, { exchange }: Desk): Lanes {
  const known = new Map<string, Promise<RoutePreview>>();
  return (destination) => {
    const name = `${destination.type} ${destination.target}`;
    const before = known.get(name) ?? exchange.preview(customer_id, destination, []);
    known.set(name, before);
    return before;
  };
}

/** The stored flows a list names that are not there. */
export async function missingFlows(
  actions: unknown,
  customer_id: CustomerId,
  { flows, but }: { readonly flows: Pick<Shelf<Flow>, 'get'>; readonly but: string | null },
): Promise<readonly Finding[]> {
  const named = flowsNamedIn(actions, premisesFor(language, { pointer: '/actions' }));
  const ids = [...new Set(named.map(({ flow_id }) => flow_id))].filter((id) => id !== but);
  const looked_up = ids.slice(0, FLOWS_MAX);
  const there = await Promise.all(looked_up.map((id) => flows.get(customer_id, id)));
  const missing = new Set(looked_up.filter((_id, place) => there[place] === null));
  return named
    .filter(({ flow_id }) => missing.has(flow_id))
    .map(({ pointer, action_id }) => ({
      code: 'flow_missing',
      severity: 'warning',
      pointer,
      message: 'names no stored flow',
      action_id,
    }));
}
