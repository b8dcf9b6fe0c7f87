import type { Ending } from '../../calls/cause.ts';
import { ending } from '../../calls/cause.ts';
import { endingOfSip } from '../../calls/causes.ts';

/** The end of a leg as Vonage tells it. */
export interface VonageEnd {
  readonly status: string;
  readonly detail: string | null;
  readonly sip_code: number | null;
  /** Seconds talked, and the limit it was given; 0 and null where they are not known. */
  readonly talk_s: number;
  readonly limit_s: number | null;
}

/** Vonage's words for a leg that is over. */
export const OVER: readonly string[] = [
  ...['completed', 'busy', 'cancelled', 'timeout', 'unanswered', 'rejected', 'failed'],
];

const NUMBER: readonly string[] = ['invalid_number', 'number_out_of_service'];
const DECLINED: readonly number[] = [603, 480];

/** How a leg ended, in our words: the status, its detail, and then the code. */
export function endingOf(end: VonageEnd): Ending {
  const { status, sip_code, talk_s, limit_s } = end;
  switch (status) {
    case 'completed':
      return told(end, limit_s !== null && talk_s >= limit_s ? 'timeout' : 'normal');
    case 'busy':
      return told(end, 'busy');
    case 'cancelled':
      return told(end, 'cancel');
    case 'timeout':
      return told(end, 'dialout');
    case 'unanswered':
      return told(end, 'noanswer');
    case 'rejected':
      return rejectedOf(end);
    default:
      if (end.detail !== null || sip_code === null) return failedOf(end);
      return { ...endingOfSip(sip_code, { rang: false }), detail: textOf(end) };
  }
}

/** Turned down by a person, or by the network. */
function rejectedOf(end: VonageEnd): Ending {
  const { detail, sip_code } = end;
  const by_code = sip_code !== null && DECLINED.includes(sip_code);
  if (detail === 'declined' || (detail === null && by_code)) return told(end, 'rejected');
  return failedOf(end);
}

function failedOf(end: VonageEnd): Ending {
  const failed = told(end, 'failed');
  return NUMBER.includes(end.detail ?? '') ? { ...failed, blames_carrier: false } : failed;
}

function told(end: VonageEnd, cause: Ending['cause']): Ending {
  return { ...ending(cause, textOf(end)), sip_code: end.sip_code };
}

function textOf({ status, detail, sip_code }: VonageEnd): string {
  return [status, detail, sip_code].filter((each) => each !== null).join(' ');
}
