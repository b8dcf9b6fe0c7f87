import type { ActionKind } from '../action.ts';

/** Ends the flow, and with it the call. */
export const stop: ActionKind<Record<string, never>> = {
  type: 'stop',
  needs: [],
  waits: false,
  outlook: () => ({ onward: false }),
  begin: () => ({ next: 'finish' }),
};
