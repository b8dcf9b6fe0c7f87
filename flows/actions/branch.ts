import type { ActionId } from '../../kernel/brand.ts';
import type { ActionKind, Spot, Target } from '../action.ts';
import { nameIn, valueOf } from '../variables.ts';

interface Option {
  readonly variable: string;
  readonly target_ids: Readonly<Record<string, ActionId>>;
  readonly default_target_id?: ActionId;
}

function valuesOf({ target_ids }: Option): readonly Spot[] {
  return Object.keys(target_ids).map((text) => ({
    pointer: `/target_ids/${text.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    text,
  }));
}

function targetsOf(option: Option): readonly Target[] {
  const { target_ids, default_target_id } = option;
  const named = valuesOf(option).flatMap(({ pointer, text }) => {
    const action_id = target_ids[text];
    return action_id === undefined ? [] : [{ pointer, action_id }];
  });
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
  outlook: (option) => {
    const name = nameIn(option.variable);
    const values = valuesOf(option);
    return {
      targets: targetsOf(option),
      onward: option.default_target_id === undefined,
      reads: [{ pointer: '/variable', text: name }],
      choice: { variable: name, values },
      sets: [{ name, values: { texts: [''], keys: null } }],
    };
  },
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
