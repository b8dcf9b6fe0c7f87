import type { Call, CallIn } from './call.ts';
import type { EventOf } from './events.ts';
import { stay, type CallStep } from './moves.ts';
import { entered } from './tellings.ts';
import { bringing, untied } from './ties.ts';

type Open = CallIn<Exclude<Call['status'], 'hangup'>>;

/** A chained call that could not be placed never was one. */
export function unchain(call: Open, event: EventOf<'child_refused'>): CallStep {
  const { chained_call_ids } = call;
  if (!chained_call_ids.includes(event.child_call_id)) return stay(call);
  const left = chained_call_ids.filter((id) => id !== event.child_call_id);
  return stay({ ...call, chained_call_ids: left });
}

/** The group takes it: now it may be heard. Told twice, it is taken once. */
export function admit(call: CallIn<'progressing'>): CallStep {
  if (call.ties === null || call.ties.admitted) return stay(call);
  const admitted = { ...call, ties: { ...call.ties, admitted: true } };
  return stay(admitted, entered(admitted));
}

/** Heard while it rings, it runs its flow from now on, as was asked for. */
export function admitEarly(call: CallIn<'dialing' | 'ringing'>): CallStep {
  if (call.status === 'dialing') return stay(call);
  if (call.ties === null || call.ties.admitted) return stay(call);
  const admitted = { ...call, ties: { ...call.ties, admitted: true } };
  return stay(admitted, entered(admitted));
}

/** Who answers in a group that this call opened is chained to it, as if it had called alone. */
export function chainMember(call: Open, event: EventOf<'group_answered'>): CallStep {
  const { chained_call_ids } = call;
  const { group_id, member_call_id: call_id } = event;
  if (chained_call_ids.includes(call_id)) return stay(call);
  const ties = bringing(call.ties, { group_id, call_id });
  return stay({ ...call, ties, chained_call_ids: [...chained_call_ids, call_id] });
}

/** A group that is over need not be told of anything any more. */
export function untie(call: Open, event: EventOf<'group_ended' | 'group_absent'>): CallStep {
  const ties = untied(call.ties, event.group_id);
  return ties === call.ties ? stay(call) : stay({ ...call, ties });
}

/** Heard while a call is not over: what is gone is told of no more. */
export const PARTED = { child_refused: unchain, group_ended: untie, group_absent: untie } as const;
