import type { ActionKind } from '../action.ts';

interface Option {
  readonly stream_urls: readonly string[];
  readonly digits_handle: '' | 'next';
}

/**
 * Nobody knows how long a recording is before it was played. An hour is longer than any
 * announcement, and as long as VoIPBIN's calls.
 */
const PLAY_MS_MAX = 3_600_000;

/** Plays recordings, one after the other. */
export const play: ActionKind<Option> = {
  type: 'play',
  needs: ['play'],
  waits: true,
  on_leg: 'answered',
  outlook: ({ digits_handle }) => ({
    lasts: { ms: PLAY_MS_MAX },
    needs: digits_handle === 'next' ? ['gather'] : [],
  }),
  begin: ({ stream_urls }) => {
    const urls = stream_urls.filter((url) => url.trim() !== '');
    if (urls.length === 0) return { next: 'onward' };
    const order = { give: 'instruct', instruction: { do: 'play', urls }, awaited: true } as const;
    return { next: 'wait', orders: [order], wake_after_ms: PLAY_MS_MAX };
  },
  react: ({ digits_handle }, _scene, event) => {
    if (event.type === 'media_finished' || event.type === 'media_failed') return { next: 'onward' };
    const skipped = event.type === 'digits_pressed' && digits_handle === 'next';
    if (!skipped && event.type !== 'timer_fired') return { next: 'wait' };
    const stop = { give: 'instruct', instruction: { do: 'stop' }, awaited: false } as const;
    return { next: 'onward', orders: [stop] };
  },
};
