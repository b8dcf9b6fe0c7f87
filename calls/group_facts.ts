import type { Address } from '../kernel/address.ts';
import type { CallId, FlowId, GroupId, Instant, RoomId } from '../kernel/brand.ts';
import type { HangupReason } from './call.ts';
import type { ConferenceFact } from './conference_facts.ts';
import type { QueueFact } from './queue_facts.ts';
import type { RecordingFact } from './recording_facts.ts';
import type { TransferFact } from './transfer_facts.ts';

/**
 * What groups of calls are told, by calls, their flows, the API, other groups and the clock. Named
 * in the past tense; never refused, at worst ignored. A kind of group answers those it knows; told
 * another, it is as if the group were not there.
 */
export type GroupFact =
  | ConferenceFact
  | QueueFact
  | RecordingFact
  | TransferFact
  /** A call that the group placed rings. */
  | { readonly type: 'member_ringing'; readonly call_id: CallId }
  /** It has answered, and waits to be admitted or hung up. */
  | { readonly type: 'member_answered'; readonly call_id: CallId }
  /** A call that the group placed, or that joined it, has ended. */
  | { readonly type: 'member_ended'; readonly call_id: CallId; readonly reason: HangupReason }
  /** A call that the group asked for could not be placed. */
  | { readonly type: 'member_refused'; readonly call_id: CallId; readonly code: string }
  | { readonly type: 'nested_ringing'; readonly nested_id: GroupId }
  /** A call within a group within this one has answered, and waits to be admitted. */
  | { readonly type: 'nested_answered'; readonly nested_id: GroupId; readonly call_id: CallId }
  | {
      readonly type: 'nested_ended';
      readonly nested_id: GroupId;
      readonly reason: HangupReason;
      /** Why nobody in it could be called at all; null when somebody was. */
      readonly code: string | null;
    }
  /** The group around this one takes the call that has answered here. */
  | { readonly type: 'admitted' }
  /** The group around this one lets it be heard ringing. */
  | { readonly type: 'heard' }
  /** The call, or the group, that this one was opened for has ended. */
  | { readonly type: 'master_ended' }
  | { readonly type: 'hangup_asked' }
  | { readonly type: 'delete_asked' }
  /** `due` is the instant the timer was set for; a timer set anew since then is another timer. */
  | { readonly type: 'timer_fired'; readonly timer: string; readonly due: Instant };

export type GroupFactType = GroupFact['type'];
export type GroupFactOf<Type extends GroupFactType> = Extract<GroupFact, { type: Type }>;

/** all: every destination rings at once · linear: one after the other. */
export type RingMethod = 'ring_all' | 'linear';
/** hangup_others: the first to answer stays alone · '': everybody who answers stays. */
export type AnswerMethod = 'hangup_others' | '';

/** Several destinations rung for one purpose. Its id is derived, so asking twice is once. */
export interface GroupcallOrder {
  readonly kind: 'groupcall';
  readonly group_id: GroupId;
  /** The call, or the group, that it is opened for; both null when it stands for itself. */
  readonly master_call_id: CallId | null;
  readonly master_group_id: GroupId | null;
  readonly source: Address;
  readonly destinations: readonly Address[];
  readonly ring_method: RingMethod;
  readonly answer_method: AnswerMethod;
  readonly flow_id: FlowId | null;
  /** Actions for every member; null when flow_id names them, or when they only join a room. */
  readonly actions: readonly unknown[] | null;
  readonly room_id: RoomId | null;
  readonly early_execution: boolean;
  readonly variables: Readonly<Record<string, string>>;
}

/** A call that comes into a queue. */
export interface QueuecallOrder {
  readonly kind: 'queuecall';
  readonly group_id: GroupId;
  readonly queue_id: GroupId;
  readonly master_call_id: CallId;
  readonly master_group_id: null;
  /** Where the call and its agent will hear each other. */
  readonly room_id: RoomId;
}

/** A group that a call's flow, or another group, asks for. */
export type GroupOrder = GroupcallOrder | QueuecallOrder;
