import type { Address } from '../kernel/address.ts';
import type { ActiveflowId, CallId, GroupId, Instant, RoomId } from '../kernel/brand.ts';
import type { QueueSettings } from '../calls/queue_facts.ts';
import type { GroupFacts } from './group.ts';

/**
 * initiating: the queue has not heard of it yet · waiting · connecting: an agent's phones ring ·
 * service: it talks with an agent · kicking: it is sent on, and its flow has not gone yet · done:
 * it was served · abandoned: it was not.
 */
export type QueuecallStatus =
  'initiating' | 'waiting' | 'connecting' | 'service' | 'kicking' | 'done' | 'abandoned';

/** The agent that is held for it, and the groupcall by which its phones ring. */
export interface Held {
  readonly agent_id: GroupId;
  readonly offer: number;
  readonly ring_id: GroupId;
  /** It was told to hang up: whoever answers now is not taken. */
  readonly given_up: boolean;
}

/** A call in a queue. */
export interface Queuecall extends GroupFacts {
  readonly kind: 'queuecall';
  readonly status: QueuecallStatus;
  /** The queue. */
  readonly parent_id: GroupId;
  /** The call. */
  readonly reference_id: CallId;
  readonly activeflow_id: ActiveflowId;
  /** Where the call and its agent hear each other. */
  readonly room_id: RoomId;
  readonly source: Address;
  /** The queue's, as they were when the call came. */
  readonly wait_timeout_ms: QueueSettings['wait_timeout_ms'];
  readonly service_timeout_ms: QueueSettings['service_timeout_ms'];
  readonly ring_timeout_ms: QueueSettings['ring_timeout_ms'];
  readonly wrap_up_ms: QueueSettings['wrap_up_ms'];
  /** Of the call: calls that go round in circles are told apart by it. */
  readonly hops: number;
  readonly max_duration_ms: number;
  readonly test: boolean;
  /** How many stood before it when it came. */
  readonly ahead: number;
  /** Until its phones are silent the agent is held, also when the call is over. */
  readonly held: Held | null;
  /** The last offer that was taken up: earlier ones are stale. */
  readonly last_offer: number;
  readonly service_agent_id: GroupId | null;
  readonly service_call_id: CallId | null;
  /** It has waited long enough: no agent is sought after the one that rings. */
  readonly overdue: boolean;
  readonly tm_service: Instant | null;
  readonly tm_end: Instant | null;
}

/** All that a queuecall is made of, before anything has happened. */
export type QueuecallDraft = Omit<
  Queuecall,
  | 'kind'
  | 'status'
  | 'ahead'
  | 'held'
  | 'last_offer'
  | 'service_agent_id'
  | 'service_call_id'
  | 'overdue'
  | 'tm_service'
  | 'tm_end'
  | 'timers'
  | 'told_count'
  | 'tm_update'
  | 'tm_delete'
>;

/** How long it has waited, in ms; 0 while it waits. */
export function waitedMs({ tm_create, tm_service, tm_end }: Queuecall): number {
  const until = tm_service ?? tm_end;
  return until === null ? 0 : until - tm_create;
}

/** How long it has talked with its agent, in ms; 0 while it talks and where it was not served. */
export function serviceMs({ tm_service, tm_end }: Queuecall): number {
  return tm_service === null || tm_end === null ? 0 : tm_end - tm_service;
}

export function isOver({ status }: Queuecall): boolean {
  return status === 'done' || status === 'abandoned';
}
