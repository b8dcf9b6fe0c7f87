import type { ActionKind } from '../action.ts';

/** Ends the recording of the call. */
export const recording_stop: ActionKind<Record<string, never>> = {
  type: 'recording_stop',
  needs: [],
  waits: false,
  begin: (_option, { media: { recording_id } }) => {
    if (recording_id === null) return { next: 'onward', skipped: 'the call is not recorded' };
    const instruction = { do: 'record_stop', recording_id } as const;
    return { next: 'onward', orders: [{ give: 'instruct', instruction, awaited: false }] };
  },
};
