import type { CallId } from '../kernel/brand.ts';
import type { Call, CallIn } from './call.ts';
import type { Effect } from './effects.ts';
import type { EventOf } from './events.ts';
import type { GroupFact } from './group_facts.ts';
import { type CallStep, stay } from './moves.ts';
import { bringerOf, type Ties, tied, untied } from './ties.ts';

/** How a transfer moves calls from one chain to another, so that nobody's end is another's. */

type Open = CallIn<Exclude<Call['status'], 'hangup'>>;

/**
 * A chained call is let go: neither this call's end nor that of the group which brought it is its
 * end any more. The transfer answers for it, and hears of this call's end. Asked twice, it is let
 * go once.
 */
export function letGo(call: CallIn<'progressing'>, event: EventOf<'child_released'>): CallStep {
  const { child_call_id, group_id } = event;
  const gone = tell(event, { type: 'child_let_go' });
  if (call.ties?.opened.includes(group_id) === true) return stay(call, [gone]);
  if (!call.chained_call_ids.includes(child_call_id)) return keep(call, event);
  const bringer = bringerOf(call.ties, child_call_id);
  const ties = tied(bringer === null ? call.ties : untied(call.ties, bringer), 'opened', group_id);
  const chained_call_ids = call.chained_call_ids.filter((id) => id !== child_call_id);
  return stay({ ...call, ties, chained_call_ids }, [gone, ...handedOver(bringer, child_call_id)]);
}

/** Of a call that is transferred on, the earlier transfer need not answer for it any more. */
function handedOver(bringer: Ties['member_of'], call_id: CallId): Effect[] {
  if (bringer === null) return [];
  return [{ do: 'group_tell', group_id: bringer, fact: { type: 'handed_over', call_id } }];
}

/** There is no talk to be transferred. */
export function keep(call: Call, event: EventOf<'child_released'>): CallStep {
  return stay(call, [tell(event, { type: 'child_kept' })]);
}

/** Its master has let it go. */
export function setFree(call: Open, { group_id }: EventOf<'master_released'>): CallStep {
  return stay({ ...call, master_call_id: null, ties: tied(call.ties, 'joined', group_id) });
}

/** It had ended before it could be set free. */
export function tellEnd(call: CallIn<'hangup'>, event: EventOf<'master_released'>): CallStep {
  const { id: call_id, hangup_reason: reason } = call;
  return stay(call, [tell(event, { type: 'member_ended', call_id, reason })]);
}

/** From now on it is chained to another. */
export function adopt(call: Open, { master_call_id }: EventOf<'master_adopted'>): CallStep {
  return call.master_call_id === master_call_id ? stay(call) : stay({ ...call, master_call_id });
}

function tell(
  { group_id }: { readonly group_id: EventOf<'child_released'>['group_id'] },
  fact: GroupFact,
): Effect {
  return { do: 'group_tell', group_id, fact };
}

/** While a call is not over: there is no talk to be transferred, and a child may be set free. */
export const HANDED = { child_released: keep, master_released: setFree } as const;
