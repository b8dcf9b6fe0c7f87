import type { StreamId } from '../../kernel/brand.ts';
import type { StreamStart } from '../../calls/instruction.ts';
import type { ActionKind } from '../action.ts';

type Option = Omit<StreamStart, 'do' | 'stream_id' | 'host'> & { readonly external_host: string };

/** Streams the call's sound to or from another host. */
export const external_media_start: ActionKind<Option> = {
  type: 'external_media_start',
  needs: ['external_media'],
  waits: false,
  on_leg: 'answered',
  begin: ({ external_host: host, ...option }, { idFor }) => {
    if (host.trim() === '') return { next: 'onward', skipped: 'external_host came to nothing' };
    const stream_id = idFor('stream') as StreamId;
    const instruction: StreamStart = { do: 'stream_start', stream_id, host, ...option };
    return { next: 'onward', orders: [{ give: 'instruct', instruction, awaited: false }] };
  },
};
