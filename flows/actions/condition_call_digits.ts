import type { ActionId } from '../../kernel/brand.ts';
import type { ActionKind } from '../action.ts';
import { DIGITS, valueOf } from '../variables.ts';

interface Option {
  readonly length: number;
  readonly key: string;
  readonly false_target_id: ActionId;
}

function holds({ length, key }: Option, digits: string): boolean {
  if (length > 0 && digits.length >= length) return true;
  return [...key].some((each) => digits.includes(each)) || (length === 0 && key === '');
}

/** Goes on when the keys pressed are as asked, and elsewhere when they are not. */
export const condition_call_digits: ActionKind<Option> = {
  type: 'condition_call_digits',
  needs: [],
  waits: false,
  outlook: ({ false_target_id }) => ({
    targets: [{ pointer: '/false_target_id', action_id: false_target_id }],
  }),
  begin: (option, { variables }) =>
    holds(option, valueOf(variables, DIGITS))
      ? { next: 'onward' }
      : { next: 'goto', action_id: option.false_target_id },
};
