import { type Call, hasLeg } from '../calls/call.ts';
import type { ActionKind, Need } from './action.ts';

/** hold: the action begins once the call is answered · skip: it does not begin, and why. */
export type Obstacle = { readonly then: 'hold' } | { readonly then: 'skip'; readonly why: string };

/** What an action asks of the leg it is run on. */
export interface Wanting {
  readonly needs: readonly Need[];
  readonly on_leg: ActionKind<never>['on_leg'];
}

/**
 * What keeps an action from doing its work on the call as it stands; null when nothing does.
 * `can`: what the carrier of its leg offers.
 */
export function obstacleTo(
  { needs, on_leg }: Wanting,
  call: Call,
  can: (need: Need) => boolean,
): Obstacle | null {
  if (needs.length === 0 && on_leg === undefined) return null;
  if (!hasLeg(call)) return skip('the flow runs without a call');
  if (call.status === 'hangup') return skip('the call is over');
  const missing = needs.filter((need) => !can(need));
  if (missing.length > 0) return skip(`the carrier does not offer ${missing.join(', ')}`);
  if (call.status === 'progressing' || on_leg !== 'answered') return null;
  return call.direction === 'outgoing' ? { then: 'hold' } : skip('the call is not answered');
}

function skip(why: string): Obstacle {
  return { then: 'skip', why };
}
