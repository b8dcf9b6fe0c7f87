import type { Need } from './action.ts';
import { actions as language } from './actions/index.ts';
import type { Action } from './flow.ts';
import { outlookOf, verbOf } from './language.ts';

/** What a carrier must be able to do for a leg that runs these actions. Sorted, each once. */
export function needsOf(actions: readonly Action[]): Need[] {
  const needs = actions.flatMap(({ type, option }) => {
    const verb = verbOf(language, type);
    return verb === null ? [] : [...verb.kind.needs, ...(outlookOf(verb, option).needs ?? [])];
  });
  return [...new Set(needs)].sort();
}
