import type { ActionId, CallId, GroupId } from '../kernel/brand.ts';
import type { FactOf } from '../calls/events.ts';
import type { GroupcallOrder } from '../calls/group_facts.ts';
import type { ActionOrder } from '../flows/action.ts';

/** What becomes of a chained call, in a story's word. */
export function childFact(child_call_id: CallId, what: string): FactOf {
  if (what === 'answered') return { type: 'child_answered', child_call_id };
  const action_id = 'here' as ActionId;
  return what === 'refused'
    ? { type: 'child_refused', child_call_id, action_id, code: 'no_route' }
    : { type: 'child_ended', child_call_id, reason: what as never };
}

/** What becomes of a groupcall, in a story's word. */
export function groupFact(group_id: GroupId, what: string): FactOf {
  const member_call_id = 'member' as CallId;
  if (what === 'answered') return { type: 'group_answered', group_id, member_call_id };
  if (what === 'absent') return { type: 'group_absent', group_id };
  return what === 'refused'
    ? { type: 'group_ended', group_id, reason: 'failed', code: 'no_route' }
    : { type: 'group_ended', group_id, reason: what as never, code: null };
}

/** The last group the flow has asked for. */
export function groupOf({ orders }: { readonly orders: readonly ActionOrder[] }): GroupId {
  const asked = orders.flatMap((order) =>
    order.give === 'group_open' ? [order.order.group_id] : [],
  );
  return asked.at(-1) ?? ('stranger' as GroupId);
}

/** A groupcall that was asked for, in a few words. */
export function ringWords({ destinations, early_execution }: GroupcallOrder): string {
  const whom = destinations.map(({ target }) => target).join(' ');
  return `ring ${whom}${early_execution ? ' early' : ''}`;
}
