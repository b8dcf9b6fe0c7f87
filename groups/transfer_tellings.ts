import type { CallId, GroupId } from '../kernel/brand.ts';
import type { HangupReason } from '../calls/call.ts';
import type { GroupEffect } from './effects.ts';
import { childOf, masterOf, type Transfer } from './transfer.ts';

type Fact = Extract<GroupEffect, { do: 'call_tell' }>['fact'];

function tell(call_id: CallId, fact: Fact): GroupEffect {
  return { do: 'call_tell', call_id, fact };
}

/** To the master: its child is not its own any more. It says so itself, or that it cannot. */
export function release(own: Transfer): GroupEffect {
  const child_call_id = childOf(own);
  return tell(masterOf(own), { type: 'child_released', child_call_id, group_id: own.id });
}

/** To the child: nobody's end is its own any more; of its own the transfer is told. */
export function released(own: Transfer): GroupEffect {
  return tell(childOf(own), { type: 'master_released', group_id: own.id });
}

/** To both: the one is chained to the other. */
export function adopted(
  { id }: Transfer,
  { master, child }: { readonly master: CallId; readonly child: CallId },
): GroupEffect[] {
  return [
    tell(master, { type: 'group_answered', group_id: id, member_call_id: child }),
    tell(child, { type: 'master_adopted', master_call_id: master }),
  ];
}

/** To who talked with the transferee: the talk is over. */
export function over({ id }: Transfer, call_id: CallId): GroupEffect {
  return tell(call_id, { type: 'group_ended', group_id: id, reason: 'normal', code: null });
}

/** To the transferer, whose peer is gone: as a chained call it ends with it; a master goes on. */
export function released_from(own: Transfer): GroupEffect {
  return own.transferer_is === 'master'
    ? over(own, own.transferer_call_id)
    : hangUp(own.transferer_call_id);
}

/** To the peer: it waits on hold, hears music and is not heard. */
export function held({ peer_call_id }: Transfer): GroupEffect {
  return tell(peer_call_id, { type: 'line_asked', change: { hold: true } });
}

export function unheld({ peer_call_id }: Transfer): GroupEffect {
  return tell(peer_call_id, { type: 'line_asked', change: { hold: false } });
}

export function hangUp(call_id: CallId, reason: HangupReason = 'normal'): GroupEffect {
  return tell(call_id, { type: 'hangup_asked', reason });
}

/** To the transferee's phones: whoever answered is taken. */
export function admitted({ ring_id }: Transfer): GroupEffect {
  return { do: 'group_tell', group_id: ring_id, fact: { type: 'admitted' } };
}

export function hungUp(ring_id: GroupId): GroupEffect {
  return { do: 'group_tell', group_id: ring_id, fact: { type: 'hangup_asked' } };
}

/** The transferee's phones all ring; the first to answer is taken. */
export function ring(own: Transfer): GroupEffect {
  return {
    do: 'group_open',
    order: {
      kind: 'groupcall',
      group_id: own.ring_id,
      master_call_id: null,
      master_group_id: own.id,
      source: own.source,
      destinations: own.transferee_addresses,
      ring_method: 'ring_all',
      answer_method: 'hangup_others',
      flow_id: null,
      actions: null,
      room_id: own.room_id,
      early_execution: false,
      variables: {},
    },
  };
}
