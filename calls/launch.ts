import type { Instant } from '../kernel/brand.ts';
import { after } from '../kernel/instant.ts';
import type { Call, Facts } from './call.ts';
import { NO_TIMERS } from './call.ts';
import { type CallStep, stay } from './moves.ts';

/** How long a flow may run without a call, in ms: somebody has to end what nobody hears. */
const BARE_MS_MAX = 86_400_000;

/** Pure: a flow that runs without a call. It begins at once, as if the call were answered. */
export function launch(facts: Facts, at: Instant): CallStep {
  const timers = { ...NO_TIMERS, talk: after(at, BARE_MS_MAX) };
  const state: Call = {
    ...{ ...facts, timers, status: 'progressing' },
    tm_ringing: null,
    tm_progressing: at,
  };
  return stay(state);
}
