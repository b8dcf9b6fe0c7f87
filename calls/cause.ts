/** Why a leg ended, in our words. Every carrier translates its own codes into these. */
export type Cause =
  'normal' | 'failed' | 'busy' | 'noanswer' | 'rejected' | 'cancel' | 'dialout' | 'timeout';

/**
 * How a leg ended. `blames_carrier` is false where the number, not the carrier, is at fault
 * (404, 484 …); the codes are kept as the carrier gave them.
 */
export interface Ending {
  readonly cause: Cause;
  readonly sip_code: number | null;
  readonly q850: number | null;
  /** The carrier's own word or error code, for people to read. */
  readonly detail: string | null;
  readonly blames_carrier: boolean;
}

export function ending(cause: Cause, detail: string | null = null): Ending {
  return { cause, sip_code: null, q850: null, detail, blames_carrier: cause === 'failed' };
}

/**
 * Whether a try reached the called side, as the network effectiveness ratio counts it (ITU-T
 * E.425). What our side ended had reached it once it rang.
 */
export function isDelivered({ cause }: Pick<Ending, 'cause'>, rang: boolean): boolean {
  if (cause === 'cancel' || cause === 'dialout') return rang;
  return cause !== 'failed';
}
