import type { ActionKind } from '../action.ts';

/** Ends the stream of the call's sound. */
export const external_media_stop: ActionKind<Record<string, never>> = {
  type: 'external_media_stop',
  needs: [],
  waits: false,
  begin: (_option, { media: { stream_id } }) => {
    if (stream_id === null) return { next: 'onward', skipped: 'its sound is not streamed' };
    const instruction = { do: 'stream_stop', stream_id } as const;
    return { next: 'onward', orders: [{ give: 'instruct', instruction, awaited: false }] };
  },
};
