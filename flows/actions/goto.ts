import type { ActionId } from '../../kernel/brand.ts';
import type { ActionKind } from '../action.ts';

interface Option {
  readonly target_id: ActionId;
  readonly loop_count?: number;
}

/** Goes to another action, as often as it may. */
export const goto: ActionKind<Option> = {
  type: 'goto',
  needs: [],
  waits: false,
  outlook: ({ target_id, loop_count }) => ({
    targets: [{ pointer: '/target_id', action_id: target_id }],
    onward: loop_count !== undefined,
    ...(loop_count === undefined ? {} : { count: loop_count }),
  }),
  begin: ({ target_id, loop_count }, { loops_left }) => {
    if (loop_count === undefined) return { next: 'goto', action_id: target_id };
    const left = loops_left ?? loop_count;
    if (left <= 0) return { next: 'onward' };
    return { next: 'goto', action_id: target_id, loops_left: left - 1 };
  },
};
