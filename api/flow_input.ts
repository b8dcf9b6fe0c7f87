import { type Refusal, refusal } from '../kernel/refusal.ts';
import { derive } from '../kernel/uuid.ts';
import type { FlowId } from '../kernel/brand.ts';
import { actions as language } from '../flows/actions/index.ts';
import type { Action } from '../flows/flow.ts';
import type { Language } from '../flows/language.ts';
import { normalizeFlow } from '../flows/normalize.ts';
import { checkFlow, type Finding } from '../flows/validate.ts';
import type { Scope } from '../store/page.ts';
import type { Desk } from './desk.ts';
import type { Seed } from './operation.ts';

const LANGUAGE: Language = language;

/** A flow to be run: the actions as they are stored, and the flow they came from. */
export interface Program {
  readonly flow_id: FlowId | null;
  readonly actions: readonly Action[];
}

/** Everything wrong or doubtful about actions, pointing into the body. */
export function findingsOf(actions: unknown): readonly Finding[] {
  return checkFlow(actions, LANGUAGE).map((finding) => ({
    ...finding,
    param: `/actions${finding.param}`,
  }));
}

/** Actions as they are stored, or what is wrong with them. */
export function readActions(actions: readonly unknown[], seed: Seed): readonly Action[] | Refusal {
  const wrong = findingsOf(actions).find(({ severity }) => severity === 'error');
  if (wrong !== undefined)
    return refusal('flow_invalid', wrong.param, `${wrong.param} ${wrong.message}`);
  return normalizeFlow(actions, (label) => derive(seed.name, label, seed.at), LANGUAGE);
}

/** The actions a request names by flow_id or brings along; none when it does neither. */
export async function programOf(
  asked: { readonly flow_id?: string; readonly actions?: readonly unknown[] },
  scope: Scope,
  { desk, seed }: { readonly desk: Desk; readonly seed: Seed },
): Promise<Program | Refusal> {
  if (asked.flow_id !== undefined) {
    const flow = await desk.store.shelves.flows.get(scope, asked.flow_id);
    return flow === null
      ? refusal('flow_not_found', '/flow_id')
      : { flow_id: flow.id, actions: flow.actions };
  }
  const actions = readActions(asked.actions ?? [], seed);
  return 'code' in actions ? actions : { flow_id: null, actions };
}
