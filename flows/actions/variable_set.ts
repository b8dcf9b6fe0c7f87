import type { ActionKind } from '../action.ts';

interface Option {
  readonly key: string;
  readonly value: string;
}

/** Sets a variable of this run. */
export const variable_set: ActionKind<Option> = {
  type: 'variable_set',
  needs: [],
  waits: false,
  outlook: ({ key, value }) => ({
    sets: [{ name: key, values: value.includes('${') ? 'any' : { texts: [value], keys: null } }],
  }),
  begin: ({ key, value }) =>
    key === '' ? { next: 'onward' } : { next: 'onward', set: { [key]: value } },
};
