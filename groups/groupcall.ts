import type { Address } from '../kernel/address.ts';
import type { CallId, FlowId, GroupId, RoomId } from '../kernel/brand.ts';
import type { HangupReason, SandboxScript } from '../calls/call.ts';
import type { AnswerMethod, RingMethod } from '../calls/group_facts.ts';
import type { GroupFacts } from './group.ts';

export type GroupcallStatus = 'progressing' | 'hangingup' | 'hangup';

/** One destination that was rung: as a call, or as a group within this one. */
export interface Rung {
  readonly id: string;
  readonly is: 'call' | 'group';
  /** ringing: placed, not answered · answered: and perhaps not admitted yet · ended. */
  readonly state: 'ringing' | 'answered' | 'ended';
  /** The call that answered; the same as the id where it is a call. */
  readonly call_id: CallId | null;
  /** Why it could not be called; null when it could. */
  readonly code: string | null;
}

/** Several destinations rung for one purpose, of which as a rule one is answered. */
export interface Groupcall extends GroupFacts {
  readonly kind: 'groupcall';
  readonly status: GroupcallStatus;
  readonly source: Address;
  readonly destinations: readonly Address[];
  readonly ring_method: RingMethod;
  readonly answer_method: AnswerMethod;
  readonly flow_id: FlowId | null;
  /** What every member runs; nothing when it only joins the room. */
  readonly actions: readonly unknown[];
  readonly room_id: RoomId | null;
  readonly early_execution: boolean;
  readonly variables: Readonly<Record<string, string>>;
  readonly dial_timeout_ms: number;
  readonly max_duration_ms: number;
  readonly sandbox: SandboxScript | null;
  readonly test: boolean;
  readonly master_call_id: CallId | null;
  readonly master_group_id: GroupId | null;
  /** Who it rings for, such as an agent. */
  readonly owner_type: string;
  readonly owner_id: string | null;
  /** How often what asks for it came in from outside. */
  readonly hops: number;
  /** How many groups are around this one. */
  readonly depth: number;
  readonly rung: readonly Rung[];
  /** How many destinations have been rung so far. */
  readonly dial_index: number;
  /** The first to answer; null while nobody has. */
  readonly answer_id: string | null;
  /** Whether who answers here may stay: at once, but for a group within another. */
  readonly admits: boolean;
  /** Who is heard ringing; null where that was not asked for, or nobody rings. */
  readonly heard_id: string | null;
  /** Why it ended, as far as it has: how the one that answered ended, else the last one. */
  readonly reason: HangupReason;
}

/** All that a groupcall is made of, before anything has happened. */
export type GroupcallDraft = Omit<
  Groupcall,
  | 'kind'
  | 'status'
  | 'rung'
  | 'dial_index'
  | 'answer_id'
  | 'admits'
  | 'reason'
  | 'heard_id'
  | 'timers'
  | 'told_count'
  | 'tm_update'
  | 'tm_delete'
>;

/** The destinations that were rung and have not ended. */
export function live({ rung }: Groupcall): Rung[] {
  return rung.filter(({ state }) => state !== 'ended');
}

/** Whether a call or group it asked for is still of use: asked before and after it is made. */
export function wants(group: Groupcall, member_id: string): boolean {
  if (group.status !== 'progressing') return false;
  const taken = group.answer_id !== null && group.answer_method === 'hangup_others';
  if (taken && group.answer_id !== member_id) return false;
  return live(group).some(({ id }) => id === member_id);
}
