import { activeflowJson } from '../../engine/view.ts';
import { listed, scopeOf } from '../lists.ts';
import { answer, NOT_FOUND, type Serve } from '../operation.ts';

export const listActiveflows: Serve<'listActiveflows'> = (ask, { store }) =>
  listed(ask.query, (page) => store.calls.list(scopeOf(ask), {}, page), activeflowJson);

export const getActiveflow: Serve<'getActiveflow'> = async (ask, { store }) => {
  const leg = await store.calls.byRun(scopeOf(ask), ask.id);
  return leg === null ? NOT_FOUND : answer(activeflowJson(leg));
};

export const stopActiveflow: Serve<'stopActiveflow'> = async (ask, { exchange }) => {
  const leg = await exchange.stopFlow(scopeOf(ask), ask.id);
  return leg === null ? NOT_FOUND : answer(activeflowJson(leg));
};
