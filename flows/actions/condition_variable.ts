import type { ActionId } from '../../kernel/brand.ts';
import type { ActionKind } from '../action.ts';
import { type Comparison, compare } from '../compare.ts';
import { namesIn, readVariable, type Variables } from '../variables.ts';

interface Option {
  readonly condition: Comparison;
  readonly variable: string;
  readonly value_type: 'string' | 'number' | 'length';
  readonly value_string: string;
  readonly value_number: number;
  readonly value_length: number;
  readonly false_target_id: ActionId;
}

function holds(option: Option, variables: Variables): boolean {
  const { condition, value_type } = option;
  const value = readVariable(option.variable, variables);
  if (value_type === 'string') return compare(value, condition, option.value_string);
  if (value_type === 'length') return compare(value.length, condition, option.value_length);
  return compare(numberIn(value), condition, option.value_number);
}

/** A text without a number in it is no number, rather than JavaScript's 0. */
function numberIn(text: string): number {
  return text.trim() === '' ? NaN : Number(text);
}

/** Goes on when a variable compares as asked, and elsewhere when it does not. */
export const condition_variable: ActionKind<Option> = {
  type: 'condition_variable',
  needs: [],
  waits: false,
  keeps: ['variable'],
  outlook: ({ false_target_id, variable }) => ({
    targets: [{ pointer: '/false_target_id', action_id: false_target_id }],
    reads: namesIn(variable).map((text) => ({ pointer: '/variable', text })),
  }),
  begin: (option, { variables }) =>
    holds(option, variables)
      ? { next: 'onward' }
      : { next: 'goto', action_id: option.false_target_id },
};
