import type { ActionKind } from '../action.ts';

/** Waits until it is told to go on. */
export const block: ActionKind<Record<string, never>> = {
  type: 'block',
  needs: [],
  waits: true,
  outlook: () => ({ lasts: { ms: null, why: 'it waits until it is told to go on' } }),
  begin: () => ({ next: 'wait' }),
  react: (_option, _scene, event) =>
    event.type === 'continue_asked' ? { next: 'onward', set: event.variables } : { next: 'wait' },
};
