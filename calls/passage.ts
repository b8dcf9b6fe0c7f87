import type { NumberId } from '../kernel/brand.ts';

/**
 * What the caller's own network says of the caller's number (STIR, RFC 8224): passed, failed, or
 * nothing that could be checked.
 */
export type Verstat = 'passed' | 'failed' | 'none';

/** How sure the network that signed is of its caller (RFC 8588 §4): A fully, B of the customer. */
export type Attestation = 'A' | 'B' | 'C';

/** What is doubtful about an incoming call that was let in all the same. */
export type Mark = 'verification_failed' | 'own_number';

/** How an incoming call came to us. */
export interface Arrival {
  /** The number of ours that was called. */
  readonly number_id: NumberId;
  /** Whether the caller's number was withheld. */
  readonly anonymous: boolean;
  readonly verstat: Verstat;
  readonly attestation: Attestation | null;
  /** The numbers it was passed on from before it came to us, latest first (RFC 5806). */
  readonly diversions: readonly string[];
  readonly marks: readonly Mark[];
}

/** What is known of a call's way through networks. */
export interface Passage {
  /** How often what it carries came in from outside on the way here; 0 for a call of our own. */
  readonly hops: number;
  /** Whether an outgoing call goes to a number of this installation, and so comes in again. */
  readonly returns: boolean;
  /** Null for outgoing calls. */
  readonly arrival: Arrival | null;
}

/** The passage of a call that begins here and ends elsewhere: that of most. */
export const DIRECT: Passage = { hops: 0, returns: false, arrival: null };

export function outgoingPassage(hops: number, returns: boolean): Passage {
  return hops === 0 && !returns ? DIRECT : { hops, returns, arrival: null };
}
