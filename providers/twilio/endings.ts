import type { Ending } from '../../calls/cause.ts';
import { ending } from '../../calls/cause.ts';
import { endingOfSip } from '../../calls/causes.ts';

/** The end of a call as Twilio tells it. */
export interface TwilioEnd {
  /** Its CallStatus. */
  readonly status: string;
  /** SipResponseCode; only callbacks have it. */
  readonly sip_code: number | null;
  /** CallDuration, and the limit it was given; 0 and null where they are not known. */
  readonly talk_s: number;
  readonly limit_s: number | null;
}

/** Twilio's words for a call that is over. */
export const OVER: readonly string[] = ['completed', 'busy', 'no-answer', 'canceled', 'failed'];

/** Our Timeout ran out: Twilio ends the ringing itself, with the code of a cancelled call. */
const TIMED_OUT = 487;
const BUSY = 486;

/**
 * How a call ended, in our words. Codes are read by the published table (docs/causes.md); the
 * status says what the code alone does not: that it rang, and that a limit of ours was reached.
 */
export function endingOf({ status, sip_code, talk_s, limit_s }: TwilioEnd): Ending {
  switch (status) {
    case 'completed':
      if (limit_s !== null && talk_s >= limit_s) return told('timeout', 'time limit', sip_code);
      return told('normal', 'completed', sip_code);
    case 'busy':
      return { ...endingOfSip(sip_code ?? BUSY, { rang: true }), detail: detail(status, sip_code) };
    case 'no-answer':
      if (sip_code === TIMED_OUT) return told('dialout', 'no-answer', sip_code);
      return told('noanswer', 'no-answer', sip_code);
    case 'canceled':
      return told('cancel', 'canceled', sip_code);
    default:
      if (sip_code === null) return ending('failed', 'failed');
      return { ...endingOfSip(sip_code, { rang: false }), detail: detail(status, sip_code) };
  }
}

function told(cause: Ending['cause'], word: string, sip_code: number | null): Ending {
  return { ...ending(cause, detail(word, sip_code)), sip_code };
}

function detail(word: string, sip_code: number | null): string {
  return sip_code === null ? word : `${word} ${sip_code}`;
}
