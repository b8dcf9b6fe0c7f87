import type { CallId, GroupId } from '../kernel/brand.ts';
import type { HangupReason } from '../calls/call.ts';
import type { GroupEffect } from './effects.ts';
import { type Held, type Queuecall, serviceMs, waitedMs } from './queuecall.ts';

type Fact = Extract<GroupEffect, { do: 'group_tell' }>['fact'];

function tell(group_id: GroupId, fact: Fact): GroupEffect {
  return { do: 'group_tell', group_id, fact };
}

/** To the queue: a call has come. */
export function entered({ id, parent_id }: Queuecall): GroupEffect {
  return tell(parent_id, { type: 'queuecall_entered', queuecall_id: id });
}

/** To the queue: it waits for another agent. */
export function back({ id, parent_id }: Queuecall, offer: number): GroupEffect {
  return tell(parent_id, { type: 'queuecall_back', queuecall_id: id, offer });
}

/** To the queue: an agent has answered. */
export function served({ id, parent_id }: Queuecall, waited_ms: number): GroupEffect {
  return tell(parent_id, { type: 'queuecall_served', queuecall_id: id, waited_ms });
}

/** To the queue: it is over. */
export function left(own: Queuecall): GroupEffect {
  const how = own.tm_service === null ? 'abandoned' : 'done';
  const spans = { waited_ms: waitedMs(own), service_ms: serviceMs(own) };
  return tell(own.parent_id, { type: 'queuecall_left', queuecall_id: own.id, how, ...spans });
}

/** To the agent: it serves. */
export function answered({ id }: Queuecall, { agent_id, offer }: Held): GroupEffect {
  return tell(agent_id, { type: 'agent_answered', queuecall_id: id, offer });
}

/** To the agent: it is not needed any more. */
export function freed(
  { id }: Queuecall,
  { agent_id, offer }: Pick<Held, 'agent_id' | 'offer'>,
  wrap_up_ms: number,
): GroupEffect {
  return tell(agent_id, { type: 'agent_freed', queuecall_id: id, offer, wrap_up_ms });
}

/** To the agent's phones: whoever answered is taken. */
export function admitted({ ring_id }: Held): GroupEffect {
  return tell(ring_id, { type: 'admitted' });
}

export function hungUp(ring_id: GroupId): GroupEffect {
  return tell(ring_id, { type: 'hangup_asked' });
}

/** To the call: its agent is there. */
export function joined({ id, reference_id }: Queuecall, member_call_id: CallId): GroupEffect {
  const fact = { type: 'group_answered', group_id: id, member_call_id } as const;
  return { do: 'call_tell', call_id: reference_id, fact };
}

/** To the call: it goes on with its flow. */
export function sentOn({ id, reference_id }: Queuecall, reason: HangupReason): GroupEffect {
  const fact = { type: 'group_ended', group_id: id, reason, code: null } as const;
  return { do: 'call_tell', call_id: reference_id, fact };
}

/** How an agent's phones are rung is its own affair: its address stands for all of them. */
export function ring(own: Queuecall, { agent_id, ring_id }: Held): GroupEffect {
  const agent = { type: 'agent', target: agent_id, target_name: '', name: '', detail: '' } as const;
  return {
    do: 'group_open',
    order: {
      kind: 'groupcall',
      group_id: ring_id,
      master_call_id: own.reference_id,
      master_group_id: own.id,
      source: own.source,
      destinations: [agent],
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
