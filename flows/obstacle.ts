import type { Call } from '../calls/call.ts';
import type { Need } from './action.ts';

/** hold: the action begins once the call is answered · skip: it does not begin, and why. */
export type Obstacle = { readonly then: 'hold' } | { readonly then: 'skip'; readonly why: string };

/**
 * What keeps an action with these needs from doing its work on the call as it stands; null when
 * nothing does. Legs that only meet in rooms need not be answered: whoever joins them sees to that.
 */
export function obstacleTo(
  needs: readonly Need[],
  call: Call,
  can: (need: Need) => boolean,
): Obstacle | null {
  if (needs.length === 0) return null;
  if (call.status === 'hangup') return skip('the call is over');
  const missing = needs.filter((need) => !can(need));
  if (missing.length > 0) return skip(`the carrier does not offer ${missing.join(', ')}`);
  if (call.status === 'progressing' || needs.every((need) => need === 'room')) return null;
  return call.direction === 'outgoing' ? { then: 'hold' } : skip('the call is not answered');
}

function skip(why: string): Obstacle {
  return { then: 'skip', why };
}
