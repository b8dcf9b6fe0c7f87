import type {
  ActionId,
  AttemptId,
  CallId,
  EffectId,
  EventId,
  FlowId,
  GroupId,
  Instant,
  LegRef,
  RecordingId,
  RoomId,
  StreamId,
} from '../kernel/brand.ts';
import type { Micros } from '../kernel/money.ts';
import type { HangupReason, TimerName } from './call.ts';
import type { Ending } from './cause.ts';
import type { Instruction } from './instruction.ts';
import type { Line, Party } from './media.ts';

/** What became of a request an action made to another server or to the store. */
export type Reply =
  | { readonly ok: true; readonly status_code: number; readonly body: string }
  | { readonly ok: false; readonly error: string };

/** Why a recording is over. failed: there is none. */
export type RecordingEnd = 'stopped' | 'silence' | 'key' | 'duration' | 'hangup' | 'failed';

type Fact =
  /** The carrier took the dial and named the leg. */
  | {
      readonly type: 'dial_accepted';
      readonly attempt_id: AttemptId;
      readonly leg_ref: LegRef;
    }
  /** The carrier certainly did not place the leg. */
  | { readonly type: 'dial_rejected'; readonly attempt_id: AttemptId; readonly ending: Ending }
  /** The answer to the dial was lost: it may ring or not. */
  | { readonly type: 'dial_lost'; readonly attempt_id: AttemptId; readonly detail: string }
  /**
   * The carrier, asked, knows no such leg. That is certain once the dial is `certain_ms` old (0
   * where it is left out), and never where it is null.
   */
  | {
      readonly type: 'leg_absent';
      readonly attempt_id: AttemptId;
      readonly certain_ms?: number | null;
    }
  /** The carrier could not be asked just now. */
  | { readonly type: 'leg_unseen'; readonly attempt_id: AttemptId; readonly detail: string }
  /** The carrier would not hang the leg up, however often it was asked. */
  | { readonly type: 'hangup_refused'; readonly attempt_id: AttemptId; readonly detail: string }
  | { readonly type: 'leg_ringing'; readonly attempt_id: AttemptId; readonly leg_ref: LegRef }
  | {
      readonly type: 'leg_answered';
      readonly attempt_id: AttemptId;
      readonly leg_ref: LegRef;
      /** How long it has been talking already, where the news is late. */
      readonly talk_ms?: number;
    }
  | {
      readonly type: 'leg_ended';
      readonly attempt_id: AttemptId;
      readonly leg_ref: LegRef;
      readonly ending: Ending;
      /** The carrier's own count of the talk, where the news is late; else our clock decides. */
      readonly talk_ms?: number;
    }
  | { readonly type: 'digits_pressed'; readonly digits: string }
  /** Told once a leg, after detection was asked for, whichever way. */
  | { readonly type: 'party_detected'; readonly party: Party }
  | { readonly type: 'recording_started'; readonly recording_id: RecordingId }
  /** Told once a recording that was asked for; it may come after the leg has ended, or be lost. */
  | {
      readonly type: 'recording_finished';
      readonly recording_id: RecordingId;
      readonly duration_ms: number;
      readonly cause: RecordingEnd;
    }
  | { readonly type: 'media_finished'; readonly effect_id: EffectId }
  | {
      readonly type: 'media_failed';
      readonly effect_id: EffectId;
      readonly detail: string;
      /** The order, where the carrier has not even taken it. */
      readonly refused?: Instruction;
    }
  /** A stream to another host has ended by itself. */
  | { readonly type: 'stream_ended'; readonly stream_id: StreamId; readonly detail: string }
  /** The customer wants the line changed, something said or played, a recording … */
  | { readonly type: 'line_asked'; readonly change: Partial<Line> }
  /** `interrupt`: what is being said or played stops for it; else it is heard afterwards. */
  | {
      readonly type: 'media_asked';
      readonly instruction: Instruction;
      readonly interrupt: boolean;
    }
  | { readonly type: 'request_finished'; readonly effect_id: EffectId; readonly reply: Reply }
  /** `due` is the instant the timer was set for; a timer set anew since then is another timer. */
  | { readonly type: 'timer_fired'; readonly timer: TimerName; readonly due: Instant }
  /** More money is held, which pays for talk up to `granted_ms` from the answer on. Both in all. */
  | {
      readonly type: 'credit_granted';
      readonly granted_ms: number;
      readonly hold_micros: Micros;
    }
  /** The account does not pay for another increment just now. */
  | { readonly type: 'credit_refused' }
  | { readonly type: 'hangup_asked'; readonly reason: HangupReason }
  | { readonly type: 'flow_stop_asked' }
  /** The flow is to leave what it is at and to run these actions instead. */
  | {
      readonly type: 'redirect_asked';
      readonly flow_id: FlowId | null;
      /** As flows keep them: see flows/flow.ts. */
      readonly actions: readonly unknown[];
    }
  /** Told to a flow that waits at a `block`; `variables` are set. */
  | {
      readonly type: 'continue_asked';
      readonly variables: Readonly<Record<string, string>>;
    }
  | { readonly type: 'master_ended' }
  | { readonly type: 'child_answered'; readonly child_call_id: CallId }
  | {
      readonly type: 'child_ended';
      readonly child_call_id: CallId;
      readonly reason: HangupReason;
    }
  /** A chained or independent call that an action asked for could not be placed. */
  | {
      readonly type: 'child_refused';
      readonly child_call_id: CallId;
      readonly action_id: ActionId | null;
      readonly code: string;
    }
  /** The group that placed it takes it: it may be heard, and its flow may begin. */
  | { readonly type: 'admitted' }
  /** The group that placed it lets it be heard while it rings. */
  | { readonly type: 'heard' }
  /** A member of a group that this call's flow opened has answered, and was admitted. */
  | {
      readonly type: 'group_answered';
      readonly group_id: GroupId;
      readonly member_call_id: CallId;
    }
  /** A group that this call's flow opened is over, or could not be opened. */
  | {
      readonly type: 'group_ended';
      readonly group_id: GroupId;
      readonly reason: HangupReason;
      /** Why nobody could be called at all; null when somebody was. */
      readonly code: string | null;
    }
  /** A conference has a seat for this call; what it asks to be run before and after the room. */
  | {
      readonly type: 'seat_taken';
      readonly group_id: GroupId;
      readonly pre_flow_id: FlowId | null;
      readonly post_flow_id: FlowId | null;
    }
  | { readonly type: 'seat_refused'; readonly group_id: GroupId; readonly code: string }
  /** The conference lets this call into its room. */
  | { readonly type: 'room_entered'; readonly group_id: GroupId; readonly room_id: RoomId }
  /** The conference wants this call out of its room. */
  | { readonly type: 'room_closed'; readonly group_id: GroupId }
  /** There is no group such as this call's flow told of something. */
  | { readonly type: 'group_absent'; readonly group_id: GroupId }
  /** A call chained to this one is transferred: from now on the group answers for it. */
  | {
      readonly type: 'child_released';
      readonly child_call_id: CallId;
      readonly group_id: GroupId;
    }
  /** It is chained to nobody any more; of its end the group is told. */
  | { readonly type: 'master_released'; readonly group_id: GroupId }
  | { readonly type: 'master_adopted'; readonly master_call_id: CallId };

/** Something that has happened. Named in the past tense; never refused, at worst ignored. */
export type CallEvent = Fact & {
  readonly id: EventId;
  readonly call_id: CallId;
  readonly at: Instant;
};
export type EventType = CallEvent['type'];
export type EventOf<Type extends EventType> = Extract<CallEvent, { type: Type }>;
/** A fact before it has a name and an instant. */
export type FactOf<Type extends EventType = EventType> = Type extends EventType
  ? Omit<EventOf<Type>, 'id' | 'at' | 'call_id'>
  : never;
