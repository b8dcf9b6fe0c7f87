import type { HangupReason } from '../../calls/call.ts';
import type { ActionKind } from '../action.ts';

interface Option {
  readonly reason: HangupReason;
}

/** Ends the flow and the call. */
export const hangup: ActionKind<Option> = {
  type: 'hangup',
  needs: [],
  waits: false,
  outlook: () => ({ onward: false }),
  begin: ({ reason }) => ({ next: 'hangup', reason }),
};
