import type { Call } from '../calls/call.ts';
import { publicCall } from '../calls/public.ts';
import type { Micros } from '../kernel/money.ts';
import { currentAttempt, paidTalkMs } from '../calls/call.ts';
import { chargeOf } from '../billing/rate.ts';
import { publicAction, publicRun } from '../flows/public.ts';
import type { Pair } from './step.ts';

/** What a leg costs so far as it is over: 0 when nobody answered; null while it lives. */
export function amountOf(call: Call): Micros | null {
  if (call.status !== 'hangup') return null;
  const price = call.candidates[currentAttempt(call)?.candidate_index ?? -1]?.price;
  if (call.tm_progressing === null || price === undefined) return 0 as Micros;
  return chargeOf(paidTalkMs(call), price);
}

/** A call as customers see it. */
export function callJson({ call, run }: Pair): Record<string, unknown> {
  const action = run.current_action === null ? null : publicAction(run.current_action);
  return publicCall(call, { action, amount_micros: amountOf(call) });
}

/** A running flow as customers see it. */
export function activeflowJson({ call, run }: Pair): Record<string, unknown> {
  return publicRun(run, call);
}
