import type { ActionId } from '../../kernel/brand.ts';
import type { CallStatus } from '../../calls/call.ts';
import type { ActionKind } from '../action.ts';

interface Option {
  readonly status: CallStatus;
  readonly false_target_id: ActionId;
}

/** Goes on when the call has a status, and elsewhere when it has not. */
export const condition_call_status: ActionKind<Option> = {
  type: 'condition_call_status',
  needs: [],
  waits: false,
  outlook: ({ false_target_id }) => ({
    targets: [{ pointer: '/false_target_id', action_id: false_target_id }],
  }),
  begin: ({ status: wanted, false_target_id }, { status }) =>
    status === wanted ? { next: 'onward' } : { next: 'goto', action_id: false_target_id },
};
