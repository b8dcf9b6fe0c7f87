import { activeflowJson } from '../../engine/view.ts';
import { carriersOf } from '../../engine/step.ts';
import { traceOf } from '../../engine/trace/trace.ts';
import { actions as language } from '../../flows/actions/index.ts';
import { listed, partOf, scopeOf } from '../lists.ts';
import { answer, NOT_FOUND, refuse, type Serve } from '../operation.ts';
import { stepJson } from '../trace_json.ts';

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
