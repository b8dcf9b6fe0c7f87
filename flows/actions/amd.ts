import type { ActionKind, Turn } from '../action.ts';
import { AMD_RESULT } from '../variables.ts';

interface Option {
  readonly machine_handle: 'hangup' | 'continue';
  readonly async: boolean;
}

/** Carriers give a verdict within half a minute; what takes twice as long has been lost. */
const DETECT_MS_MAX = 60_000;
const RESULTS = ['human', 'machine', 'fax', 'silence', 'unknown'] as const;

function known(party: (typeof RESULTS)[number], { machine_handle }: Option): Turn {
  const unwanted = (party === 'machine' || party === 'fax') && machine_handle === 'hangup';
  const set = { [AMD_RESULT]: party };
  return unwanted ? { next: 'hangup', reason: 'amd', set } : { next: 'onward', set };
}

/** Finds out who has answered, and may hang up on machines. */
export const amd: ActionKind<Option> = {
  type: 'amd',
  needs: ['amd'],
  waits: true,
  on_leg: 'answered',
  sets: [AMD_RESULT],
  outlook: ({ async }) => ({
    waits: !async,
    lasts: { ms: DETECT_MS_MAX },
    // It may go on before it knows.
    sets: [{ name: AMD_RESULT, values: { texts: async ? ['', ...RESULTS] : RESULTS, keys: null } }],
  }),
  begin: (option, { media }) => {
    if (media.party !== null) return known(media.party, option);
    const { machine_handle: on_machine, async } = option;
    const instruction = { do: 'detect', on_machine } as const;
    const orders = [{ give: 'instruct', instruction, awaited: !async }] as const;
    return async
      ? { next: 'onward', orders }
      : { next: 'wait', orders, wake_after_ms: DETECT_MS_MAX };
  },
  react: (option, { media }, event) => {
    if (media.party !== null) return known(media.party, option);
    const lost = event.type === 'media_failed' || event.type === 'timer_fired';
    return lost ? known('unknown', option) : { next: 'wait' };
  },
};
