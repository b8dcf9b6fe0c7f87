import type { Ending } from '../calls/cause.ts';
import { isDelivered } from '../calls/cause.ts';

/** One try of one carrier, once it is over. */
export interface Tried {
  readonly ending: Pick<Ending, 'cause' | 'blames_carrier'>;
  readonly rang: boolean;
}

/** What a try says of its carrier: it delivered, it failed, or nothing. */
export type Outcome = 'good' | 'bad' | 'none';

/**
 * What the tries of a call say of their carriers, in order. A number that one carrier does not know
 * tells nothing of it, until another one delivers the same call: then the first was wrong. What
 * our own side cancelled before it rang tells nothing (R9); what did not even ring before our dial
 * timer ran out is the carrier's slowness.
 */
export function outcomesOf(tries: readonly Tried[]): Outcome[] {
  return tries.map((tried, place) => {
    const outcome = outcomeOf(tried);
    const unknown = outcome === 'none' && tried.ending.cause === 'failed';
    const known = tries.slice(place + 1).some((later) => outcomeOf(later) === 'good');
    return unknown && known ? 'bad' : outcome;
  });
}

function outcomeOf({ ending, rang }: Tried): Outcome {
  if (isDelivered(ending, rang)) return 'good';
  return ending.blames_carrier || ending.cause === 'dialout' ? 'bad' : 'none';
}
