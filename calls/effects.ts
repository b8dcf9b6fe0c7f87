import type { Address } from '../kernel/address.ts';
import type {
  ActionId,
  AttemptId,
  CallId,
  FlowId,
  GroupId,
  LegRef,
  ProviderId,
  RoomId,
} from '../kernel/brand.ts';
import type { Price } from './call.ts';
import type { Cause } from './cause.ts';
import type { FactOf } from './events.ts';
import type { Instruction } from './instruction.ts';
import type { GroupFact, GroupOrder } from './group_facts.ts';

/** A leg that an action of a running flow asks for. Its id is derived, so asking twice is once. */
export interface ChildOrder {
  readonly call_id: CallId;
  /** Null for a call that is independent of the one that asked for it. */
  readonly master_call_id: CallId | null;
  readonly action_id: ActionId | null;
  readonly source: Address;
  readonly destination: Address;
  readonly flow_id: FlowId | null;
  /** Actions of its own; null when flow_id names them, or when it only joins a room. */
  readonly actions: readonly unknown[] | null;
  readonly room_id: RoomId | null;
  readonly early_execution: boolean;
  readonly variables: Readonly<Record<string, string>>;
}

/** A request an action makes of another server. Goes through the same guard as webhooks. */
export interface HttpOrder {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly content_type: string | null;
  readonly body: string | null;
  /** Whether the action waits for the reply: then request_finished tells it. */
  readonly awaited: boolean;
}

/** Which of the provider's legs is meant, by its name there or, before it has one, by ours. */
export interface LegAt {
  readonly provider_id: ProviderId;
  readonly attempt_id: AttemptId;
  readonly leg_ref: LegRef | null;
}

/** What a leg's talk is charged by. `talk_ms` is 0 for a leg that was never answered. */
export interface Usage {
  readonly talk_ms: number;
  readonly price: Price | null;
}

/**
 * Something to be done by the shell. Named in the imperative; carries all it needs. `notice_tell`
 * and `usage_record` become rows in the very transaction that stores the step; the others wait in
 * the outbox, are performed at least once, and carry ids that make it once.
 */
export type Effect =
  | { readonly do: 'leg_dial'; readonly attempt_id: AttemptId }
  | { readonly do: 'leg_find'; readonly leg: LegAt }
  | { readonly do: 'leg_hangup'; readonly leg: LegAt; readonly cause: Cause }
  | { readonly do: 'leg_instruct'; readonly leg: LegAt; readonly instruction: Instruction }
  | { readonly do: 'child_place'; readonly order: ChildOrder }
  | { readonly do: 'call_tell'; readonly call_id: CallId; readonly fact: FactOf }
  | { readonly do: 'group_open'; readonly order: GroupOrder }
  /** Whoever tells a group that is not there is told so: group_absent. */
  | { readonly do: 'group_tell'; readonly group_id: GroupId; readonly fact: GroupFact }
  | { readonly do: 'http_request'; readonly order: HttpOrder }
  | { readonly do: 'flow_fetch'; readonly flow_id: FlowId }
  | { readonly do: 'reason_fetch'; readonly call_id: CallId }
  /**
   * Reads a queue for a call that comes into it, or waits there. The body of the reply: name,
   * detail, wait_timeout and service_timeout in ms, `ahead` (how many wait before the call) and
   * `actions` (those of the wait flow).
   */
  | { readonly do: 'queue_read'; readonly queue_id: GroupId; readonly queuecall_id: GroupId }
  /** Holds money for more talk: credit_granted or credit_refused tells what came of it. */
  | { readonly do: 'credit_extend' }
  | { readonly do: 'notice_tell'; readonly notice: NoticeType }
  | { readonly do: 'usage_record'; readonly usage: Usage };

export type NoticeType =
  'call_created' | 'call_updated' | 'call_hangup' | 'activeflow_created' | 'activeflow_updated';

/** Effects that wait in the outbox until they have been performed. */
export type Order = Exclude<Effect, { do: 'notice_tell' | 'usage_record' }>;
