import type { ActionKind } from '../action.ts';

interface Option {
  readonly duration: number;
}

/** What VoIPBIN takes a duration of nothing for. */
const DURATION_MS = 180_000;
/** How late a carrier may tell that the echo has ended. */
const LATE_MS = 10_000;

function msOf({ duration }: Option): number {
  return duration === 0 ? DURATION_MS : duration;
}

/** Sends the party's own media back to it. */
export const stream_echo: ActionKind<Option> = {
  type: 'stream_echo',
  needs: ['stream_echo'],
  waits: true,
  on_leg: 'answered',
  outlook: (option) => ({ lasts: { ms: msOf(option) + LATE_MS } }),
  begin: (option) => {
    const instruction = { do: 'stream_echo', duration_ms: msOf(option) } as const;
    return {
      next: 'wait',
      orders: [{ give: 'instruct', instruction, awaited: true }],
      wake_after_ms: msOf(option) + LATE_MS,
    };
  },
  react: (_option, _scene, event) => {
    if (event.type === 'media_finished' || event.type === 'media_failed') return { next: 'onward' };
    if (event.type !== 'timer_fired') return { next: 'wait' };
    const stop = { give: 'instruct', instruction: { do: 'stop' }, awaited: false } as const;
    return { next: 'onward', orders: [stop] };
  },
};
