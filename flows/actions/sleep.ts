import type { ActionKind } from '../action.ts';

interface Option {
  readonly duration: number;
}

/** Waits in silence. */
export const sleep: ActionKind<Option> = {
  type: 'sleep',
  needs: [],
  waits: true,
  outlook: ({ duration }) => ({ lasts: { ms: duration } }),
  begin: ({ duration }) => ({ next: 'wait', wake_after_ms: duration }),
  react: (_option, _scene, { type }) => ({ next: type === 'timer_fired' ? 'onward' : 'wait' }),
};
