import type { CallId, FlowId } from '../../kernel/brand.ts';
import { NULL_ID } from '../../kernel/brand.ts';
import { type Refusal, refusal } from '../../kernel/refusal.ts';
import { carriersOf } from '../../engine/step.ts';
import { rehearse } from '../../engine/trace/rehearse.ts';
import { actions as language } from '../../flows/actions/index.ts';
import type { Finding } from '../../flows/check/finding.ts';
import { publicAction } from '../../flows/public.ts';
import type { Flow } from '../../store/rows.ts';
import type { Desk } from '../desk.ts';
import { findingsOf, refusalOf, storedActions, warningsIn } from '../flow_input.ts';
import { missingFlows, verdictOf } from '../flow_verdict.ts';
import { listed, scopeOf } from '../lists.ts';
import { answer, type Ask, type BodyOf, NOT_FOUND, refuse, type Serve } from '../operation.ts';
import { replayJson } from '../replay_json.ts';
import { CONFLICT, dates, datesJson, deleted, idOf, replaced, stored } from '../shelving.ts';

interface Written {
  readonly columns: Pick<Flow, 'name' | 'detail' | 'actions' | 'on_complete_flow_id'>;
  readonly warnings: readonly Finding[];
}

export const createFlow: Serve<'createFlow'> = async (ask, desk) => {
  if ((await desk.customer(ask.customer_id)) === null)
    return { refused: refusal('not_found', 'customer_id') };
  const id = idOf(ask, 'flow') as FlowId;
  const written = await read({ ...ask, id }, ask.body, desk);
  if ('code' in written) return { refused: written };
  const row: Flow = { id, customer_id: ask.customer_id, ...written.columns, ...dates(desk) };
  return stored(desk.store.shelves.flows, row, (flow) => checkedJson(flow, written));
};

export const listFlows: Serve<'listFlows'> = (ask, { store }) =>
  listed(ask.query, (page) => store.shelves.flows.list(scopeOf(ask), {}, page), flowJson);

export const getFlow: Serve<'getFlow'> = async (ask, { store }) => {
  const flow = await store.shelves.flows.get(scopeOf(ask), ask.id);
  return flow === null ? NOT_FOUND : answer(flowJson(flow));
};

export const replaceFlow: Serve<'replaceFlow'> = async (ask, desk) => {
  const { flows } = desk.store.shelves;
  const flow = await flows.get(scopeOf(ask), ask.id);
  if (flow === null) return NOT_FOUND;
  const written = await read({ ...ask, customer_id: flow.customer_id }, ask.body, desk);
  if ('code' in written) return { refused: written };
  const row = await replaced(flows, { ...flow, ...written.columns }, desk);
  return row === null ? CONFLICT : answer(checkedJson(row, written));
};

export const deleteFlow: Serve<'deleteFlow'> = async (ask, desk) => {
  const row = await deleted(desk.store.shelves.flows, scopeOf(ask), { id: ask.id, desk });
  return row === null ? NOT_FOUND : answer(flowJson(row));
};

export const validateFlow: Serve<'validateFlow'> = async (ask, desk) =>
  answer(await verdictOf(ask, desk));

export const replayFlow: Serve<'replayFlow'> = async (ask, { store, carriers }) => {
  const flow = await store.shelves.flows.get(scopeOf(ask), ask.id);
  if (flow === null) return NOT_FOUND;
  const leg = await store.calls.get(flow.customer_id, ask.body.call_id as CallId);
  if (leg === null) return refuse('not_found', '/call_id');
  const events = await store.calls.timeline(leg.call.id);
  const change = { flow_id: flow.id, actions: flow.actions };
  const rules = { language, carriers: carriersOf(carriers) };
  return answer(replayJson(rehearse(leg, events, { change, rules })));
};

async function read(
  ask: Pick<Ask<'createFlow'>, 'customer_id' | 'seed' | 'id'>,
  body: BodyOf<'createFlow'>,
  desk: Desk,
): Promise<Written | Refusal> {
  const { flows } = desk.store.shelves;
  const findings = findingsOf(body.actions, { flow_id: ask.id, languages: desk.languages });
  const refused = refusalOf(findings);
  if (refused !== null) return refused;
  const missing = await missingFlows(body.actions, ask.customer_id, { flows, but: ask.id });
  const actions = storedActions(body.actions, ask.seed);
  const warnings = [...warningsIn(findings), ...missing];
  const next = body.on_complete_flow_id ?? NULL_ID;
  if (next === NULL_ID)
    return { columns: { ...named(body), actions, on_complete_flow_id: null }, warnings };
  const found = await flows.get(ask.customer_id, next);
  if (found === null) return refusal('flow_not_found', '/on_complete_flow_id');
  return { columns: { ...named(body), actions, on_complete_flow_id: found.id }, warnings };
}

function named({ name, detail }: BodyOf<'createFlow'>): Pick<Flow, 'name' | 'detail'> {
  return { name, detail };
}

/** A flow just written, with what its author should know. */
function checkedJson(flow: Flow, { warnings }: Written): object {
  return { ...flowJson(flow), warnings };
}

function flowJson(flow: Flow): object {
  return {
    id: flow.id,
    customer_id: flow.customer_id,
    type: 'flow',
    name: flow.name,
    detail: flow.detail,
    actions: flow.actions.map(publicAction),
    on_complete_flow_id: flow.on_complete_flow_id ?? NULL_ID,
    ...datesJson(flow),
  };
}
