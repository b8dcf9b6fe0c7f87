import type { Address } from '../kernel/address.ts';
import type { CallId, EventId, FlowId, GroupId, Instant, RoomId, TagId } from '../kernel/brand.ts';
import type { Step } from '../kernel/step.ts';
import type { SandboxScript } from '../calls/call.ts';
import type { Effect, LegAt } from '../calls/effects.ts';
import type { GroupFact, GroupFactType } from '../calls/group_facts.ts';
import type { RoomRecordingOrder } from '../calls/recording_facts.ts';

/** Something that happened to a group: a fact with a name and an instant. */
export type GroupEvent = GroupFact & {
  readonly id: EventId;
  /** The group it is about. */
  readonly subject_id: GroupId;
  readonly at: Instant;
};
export type GroupEventOf<Type extends GroupFactType> = Extract<GroupEvent, { type: Type }>;

/** A call that a group asks for. It knows its group, and tells it how it fares. */
export interface MemberOrder {
  readonly call_id: CallId;
  readonly master_call_id: CallId | null;
  readonly source: Address;
  readonly destination: Address;
  readonly flow_id: FlowId | null;
  readonly actions: readonly unknown[];
  readonly room_id: RoomId | null;
  readonly early_execution: boolean;
  readonly variables: Readonly<Record<string, string>>;
  readonly hops: number;
  readonly dial_timeout_ms: number;
  readonly max_duration_ms: number;
  readonly sandbox: SandboxScript | null;
  readonly test: boolean;
}

/** One thing a group keeps count of, as customers see it one by one: a row of its own. */
export interface MemberRecord {
  readonly id: string;
  readonly call_id: CallId | null;
  readonly status: string;
  readonly tm_create: Instant;
  readonly tm_update: Instant;
  readonly doc: Readonly<Record<string, unknown>>;
}

/** Sound to be brought here from a carrier, and the name it is to lie under. */
export interface AudioAsked {
  readonly recording_id: GroupId;
  readonly leg: LegAt;
  readonly channels: 1 | 2;
  readonly room: {
    readonly room_id: RoomId;
    readonly since: Instant;
    readonly until: Instant;
  } | null;
  readonly name: string;
}

/**
 * What a group orders. Notices, names and `member_record` become rows in the very transaction that
 * stores the step; the others wait in the outbox as those of calls do.
 */
export type GroupEffect =
  | { readonly do: 'member_place'; readonly order: MemberOrder }
  | Extract<Effect, { do: 'call_tell' | 'group_tell' | 'group_open' }>
  /** Looks for free agents of a queue: agents_found tells it who there is. */
  | { readonly do: 'agents_find' }
  /** Tells the queues of these tags in which somebody waits: agent_came. */
  | { readonly do: 'queues_rouse'; readonly tag_ids: readonly TagId[] }
  /** Nobody else of its kind and customer may have this name; a new one that may not is refused. */
  | { readonly do: 'name_claim'; readonly name: string }
  | { readonly do: 'name_release'; readonly name: string }
  | { readonly do: 'recording_open'; readonly order: RoomRecordingOrder }
  | { readonly do: 'audio_store'; readonly recording: AudioAsked }
  | { readonly do: 'audio_remove'; readonly name: string }
  | { readonly do: 'member_record'; readonly record: MemberRecord }
  /** `data`: what is told, where it is not the group as it stands after the step. */
  | {
      readonly do: 'notice_tell';
      readonly notice: string;
      readonly data?: Readonly<Record<string, unknown>>;
    };
export type GroupOrderEffect = Exclude<
  GroupEffect,
  { do: 'notice_tell' | 'member_record' | 'name_claim' | 'name_release' }
>;

export type GroupStep<G> = Step<G, GroupEffect>;

export function stay<G>(state: G, effects: readonly GroupEffect[] = []): GroupStep<G> {
  return { state, effects };
}
