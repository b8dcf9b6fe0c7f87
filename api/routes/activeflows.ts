import type { ActiveflowId } from '../../kernel/brand.ts';
import { activeflowJson } from '../../engine/view.ts';
import { carriersOf } from '../../engine/step.ts';
import { traceOf } from '../../engine/trace/trace.ts';
import { actions as language } from '../../flows/actions/index.ts';
import { programOf } from '../flow_input.ts';
import { listed, partOf, scopeOf } from '../lists.ts';
import { answer, NOT_FOUND, refuse, type Serve } from '../operation.ts';
import { idOf } from '../shelving.ts';
import { stepJson } from '../trace_json.ts';
import { readVariables } from '../variables_input.ts';

export const createActiveflow: Serve<'createActiveflow'> = async (ask, desk) => {
  const { body, seed, key } = ask;
  const variables = readVariables(body.variables ?? {});
  if (!variables.ok) return { refused: variables.refused };
  const customer = await desk.customer(ask.customer_id);
  if (customer === null) return refuse('not_found', 'customer_id');
  const at = { bare: true, given: new Set(Object.keys(variables.value)) };
  const program = await programOf(body, ask.customer_id, { desk, seed, at });
  if ('code' in program) return { refused: program };
  const { warnings, ...flow } = program;
  const leg = await desk.exchange.launch({
    ...flow,
    customer,
    activeflow_id: (body.id ?? idOf(ask, 'activeflow')) as ActiveflowId,
    variables: variables.value,
    dial_timeout_ms: desk.config.dial_timeout_ms,
    test: !key.live,
  });
  if (leg === null) return refuse('conflict', '/id', 'There is another activeflow of this id.');
  return answer({ ...activeflowJson(leg), warnings }, 201);
};

export const listActiveflows: Serve<'listActiveflows'> = (ask, { store }) =>
  listed(ask.query, (page) => store.calls.list(scopeOf(ask), {}, page), activeflowJson);

export const getActiveflow: Serve<'getActiveflow'> = async (ask, { store }) => {
  const leg = await store.calls.byRun(scopeOf(ask), ask.id);
  return leg === null ? NOT_FOUND : answer(activeflowJson(leg));
};

export const getActiveflowTrace: Serve<'getActiveflowTrace'> = async (ask, desk) => {
  const { store, carriers } = desk;
  const leg = await store.calls.byRun(scopeOf(ask), ask.id);
  if (leg === null) return NOT_FOUND;
  const events = await store.calls.timeline(leg.call.id);
  const turnstile = { language, carriers: carriersOf(carriers) };
  const { steps, not_reached, exact } = traceOf(leg, events, turnstile);
  const part = partOf(ask.query, steps);
  if (part === null) return refuse('page_token_invalid', 'page_token');
  const { rows, next_page_token } = part;
  return answer({ result: rows.map(stepJson), next_page_token, not_reached, exact });
};

export const stopActiveflow: Serve<'stopActiveflow'> = async (ask, { exchange }) => {
  const leg = await exchange.stopFlow(scopeOf(ask), ask.id);
  return leg === null ? NOT_FOUND : answer(activeflowJson(leg));
};
