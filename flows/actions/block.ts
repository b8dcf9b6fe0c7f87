import type { ActionKind } from '../action.ts';

/** Waits until it is told to go on. */
export const block: ActionKind<Record<string, never>> = {
  type: 'block',
  needs: [],
  waits: true,
  // Whoever lets it go on may set what they like.
  outlook: () => ({
    lasts: { ms: null, why: 'it waits until it is told to go on' },
    sets: [{ name: '${any}', values: 'any' }],
  }),
  begin: () => ({ next: 'wait' }),
  react: (_option, _scene, event) =>
    event.type === 'continue_asked' ? { next: 'onward', set: event.variables } : { next: 'wait' },
};
