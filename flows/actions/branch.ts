import type { ActionId } from '../../kernel/brand.ts';
import type { ActionKind, Target } from '../action.ts';
import { nameIn, valueOf } from '../variables.ts';

interface Option {
  readonly variable: string;
  readonly target_ids: Readonly<Record<string, ActionId>>;
  readonly default_target_id?: ActionId;
}

function targetsOf({ target_ids, default_target_id }: Option): readonly Target[] {
  const named = Object.entries(target_ids).map(([value, action_id]) => ({
    pointer: `/target_ids/${value.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    action_id,
  }));
  return default_target_id === undefined
    ? named
    : [...named, { pointer: '/default_target_id', action_id: default_target_id }];
}

/** Goes to the action named for a variable's value, and clears the variable. */
export const branch: ActionKind<Option> = {
  type: 'branch',
  needs: [],
  waits: false,
  keeps: ['variable'],
  outlook: (option) => ({
    targets: targetsOf(option),
    onward: option.default_target_id === undefined,
  }),
  begin: ({ variable, target_ids, default_target_id }, { variables }) => {
    const name = nameIn(variable);
    const value = valueOf(variables, name);
    const set = { [name]: '' };
    const target = Object.hasOwn(target_ids, value) ? target_ids[value] : default_target_id;
    return target === undefined
      ? { next: 'onward', set }
      : { next: 'goto', action_id: target, set };
  },
};
