import type { ActionKind } from '../action.ts';

/** A tone lasts a second or less; what takes longer than this has been lost. */
const BEEP_MS_MAX = 10_000;

/** Plays a short tone. */
export const beep: ActionKind<Record<string, never>> = {
  type: 'beep',
  needs: ['play'],
  waits: true,
  on_leg: 'answered',
  outlook: () => ({ lasts: { ms: BEEP_MS_MAX } }),
  begin: () => ({
    next: 'wait',
    orders: [{ give: 'instruct', instruction: { do: 'beep' }, awaited: true }],
    wake_after_ms: BEEP_MS_MAX,
  }),
  react: (_option, _scene, { type }) => {
    const over = type === 'media_finished' || type === 'media_failed' || type === 'timer_fired';
    return { next: over ? 'onward' : 'wait' };
  },
};
