import type { Instant } from '../kernel/brand.ts';
import { after } from '../kernel/instant.ts';
import type { CallIn, Facts, Timers } from './call.ts';
import { talkMs } from './call.ts';

/**
 * How much talk is granted at a time, in ms. Talk is paid for before it is had, so that calls side
 * by side cannot spend the same money; a minute keeps little of it idle.
 */
export const QUANTUM_MS = 60_000;
/** How long before the granted end more is asked for, in ms; of a short grant, half of it. */
const LEAD_MS = 15_000;
/** How soon an account that could not pay is asked again, in ms. */
const RETRY_MS = 3_000;

type Granted = Pick<Facts, 'granted_ms' | 'talk_ms_max'>;

function mayGrow({ granted_ms, talk_ms_max }: Granted): boolean {
  return granted_ms < talk_ms_max;
}

/** Whether more is asked for at the very answer: a first block may last but a second. */
export function asksAtOnce(call: Granted): boolean {
  return mayGrow(call) && call.granted_ms < QUANTUM_MS;
}

/** When a leg answered at `since` asks for more talk, and when it is hung up without. */
export function timersOf(call: Facts, since: Instant): Pick<Timers, 'credit' | 'talk'> {
  const lead = Math.min(LEAD_MS, Math.ceil(call.granted_ms / 2));
  return {
    credit: mayGrow(call) ? after(since, call.granted_ms - lead) : null,
    talk: after(since, talkMs(call)),
  };
}

/** When to ask again after a refusal; null when the granted end comes first. */
export function retryAt(call: CallIn<'progressing'>, at: Instant): Instant | null {
  const next = after(at, RETRY_MS);
  return next < after(call.tm_progressing, talkMs(call)) ? next : null;
}
