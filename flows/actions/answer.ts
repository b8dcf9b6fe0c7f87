import type { ActionKind } from '../action.ts';

/** A carrier that cannot answer a ringing leg within this has lost it: callers give up sooner. */
const ANSWER_MS_MAX = 30_000;

/** Answers an incoming call. */
export const answer: ActionKind<Record<string, never>> = {
  type: 'answer',
  needs: [],
  waits: true,
  on_leg: 'answers',
  outlook: () => ({ lasts: { ms: ANSWER_MS_MAX } }),
  begin: (_option, { direction, status }) => {
    if (direction === 'outgoing' || status === 'progressing') return { next: 'onward' };
    const order = { give: 'instruct', instruction: { do: 'answer' }, awaited: true } as const;
    return { next: 'wait', orders: [order], wake_after_ms: ANSWER_MS_MAX };
  },
  react: (_option, { status }, event) => {
    if (status === 'progressing') return { next: 'onward' };
    if (event.type === 'media_failed') return { next: 'fail', detail: event.detail };
    if (event.type === 'timer_fired') return { next: 'fail', detail: 'the carrier did not answer' };
    return { next: 'wait' };
  },
};
