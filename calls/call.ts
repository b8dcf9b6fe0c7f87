import type { Address } from '../kernel/address.ts';
import type {
  AccountId,
  ActiveflowId,
  AttemptId,
  CallId,
  CustomerId,
  FlowId,
  Instant,
  LegRef,
  ProviderId,
  RoomId,
  RouteId,
} from '../kernel/brand.ts';
import type { Micros } from '../kernel/money.ts';
import type { Rounding } from '../kernel/rounding.ts';
import type { Ending } from './cause.ts';
import type { Media } from './media.ts';
import type { Passage } from './passage.ts';
import type { Ties } from './ties.ts';

export type Direction = 'incoming' | 'outgoing';
/** bare: no call at all, only a flow that runs. It has neither carrier nor party nor price. */
export type CallType = 'flow' | 'conference' | 'bare';
export type CallStatus =
  'dialing' | 'ringing' | 'progressing' | 'terminating' | 'canceling' | 'hangup';
export type HangupBy = 'local' | 'remote';
/** Why a call ended, in VoIPBIN's words. */
export const HANGUP_REASONS = [
  'normal',
  'failed',
  'busy',
  'cancel',
  'timeout',
  'noanswer',
  'dialout',
  'amd',
] as const;
export type HangupReason = (typeof HANGUP_REASONS)[number];

/**
 * What one leg costs, to the customer or to us: charged in blocks, first `initial_s`, then
 * `increment_s`. What is left out is as for most: one rate for all blocks, no least amount, rounded
 * half up to one micro.
 */
export interface Price {
  readonly currency: string;
  readonly rate_micros_per_minute: Micros;
  readonly connect_fee_micros: Micros;
  readonly initial_s: number;
  readonly increment_s: number;
  /** The rate of the first block, where it is another. */
  readonly initial_rate_micros_per_minute?: Micros;
  /** The least an answered leg costs. */
  readonly minimum_micros?: Micros;
  readonly rounding?: Rounding;
  /** Amounts are rounded to a multiple of this. */
  readonly round_to_micros?: Micros;
}

/**
 * One way out for a leg, as it stood when the call was routed. Routing fills the list, best first;
 * failover walks it. Later edits of routes and providers never change a call already placed.
 */
export interface Candidate {
  readonly route_id: RouteId;
  readonly provider_id: ProviderId;
  readonly provider_name: string;
  /** Which adapter dials: sandbox, twilio, vonage, sip. */
  readonly carrier: string;
  /** The target of the route that matched: a prefix such as "+49", or "all". */
  readonly target: string;
  readonly price: Price;
}

/**
 * intended: committed, the request may or may not have left · unknown: the answer was lost, the
 * carrier is being asked · accepted: the carrier has it · ended: it is over, `ending` says how ·
 * abandoned: we gave it up without the carrier's word; should it ever show itself, it is hung up.
 */
export type AttemptStatus = 'intended' | 'unknown' | 'accepted' | 'ended' | 'abandoned';

/** One try of one candidate. Its id is our reference at the carrier. */
export interface Attempt {
  readonly id: AttemptId;
  /** 1, 2, 3 … within the call. */
  readonly number: number;
  readonly candidate_index: number;
  readonly status: AttemptStatus;
  readonly leg_ref: LegRef | null;
  readonly ending: Ending | null;
  readonly tm_create: Instant;
  readonly tm_ringing: Instant | null;
  readonly tm_answer: Instant | null;
  readonly tm_end: Instant | null;
}

/** Names of the moments at which a call wants to be woken. */
export type TimerName = 'dial' | 'credit' | 'talk' | 'action' | 'check';
export type Timers = { readonly [Name in TimerName]: Instant | null };
export const NO_TIMERS: Timers = {
  dial: null,
  credit: null,
  talk: null,
  action: null,
  check: null,
};

export interface Facts {
  readonly id: CallId;
  readonly customer_id: CustomerId;
  readonly account_id: AccountId;
  readonly type: CallType;
  readonly direction: Direction;
  readonly source: Address;
  readonly destination: Address;
  readonly passage: Passage;
  readonly flow_id: FlowId | null;
  readonly activeflow_id: ActiveflowId;
  readonly master_call_id: CallId | null;
  readonly chained_call_ids: readonly CallId[];
  /** The room the leg joins as soon as it is answered; null while it is alone. */
  readonly room_id: RoomId | null;
  /** Null for a call that has nothing to do with groups. */
  readonly ties: Ties | null;
  readonly candidates: readonly Candidate[];
  /**
   * All tries so far, oldest first; the last is the current one. An incoming call has exactly one:
   * the leg the carrier brought.
   */
  readonly attempts: readonly Attempt[];
  readonly attempts_max: number;
  readonly early_execution: boolean;
  /** Whether its flow, as it was placed, asks who has answered. */
  readonly detect: boolean;
  readonly dial_timeout_ms: number;
  /** The longest talk its customer wants, from the answer on. */
  readonly talk_ms_max: number;
  /** The talk that is paid for by what is held, whoever answers. Grows while it talks. */
  readonly granted_ms: number;
  /** Held on the account while the call lives; released when it is charged or ends. */
  readonly hold_micros: Micros;
  readonly media: Media;
  /** What its flow has noted on it for people and programs to read: `tag`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** A script for the sandbox carrier; null on real ones. Validated at the API. */
  readonly sandbox: SandboxScript | null;
  readonly test: boolean;
  readonly timers: Timers;
  /** How long the carrier may be silent about a live leg before it is asked. */
  readonly check_ms: number;
  /** How often the carrier was asked about this leg since it last told us anything. */
  readonly check_count: number;
  /** Notices told to the customer so far about this call: their `sequence` runs 1, 2, 3 … */
  readonly told_count: number;
  readonly tm_create: Instant;
  readonly tm_update: Instant;
}

/** How the sandbox plays a leg (DESIGN §6). Times in milliseconds from the dial or the answer. */
export interface SandboxScript {
  readonly ring_ms?: number;
  readonly answer_ms?: number;
  readonly talk_ms?: number;
  readonly final_code?: number;
  readonly dtmf?: string;
  /** How the far end sounds in recordings: its tone, and how long it goes on after the answer. */
  readonly voice_hz?: number;
  readonly voice_ms?: number;
  readonly mos?: number;
  readonly pdd_ms?: number;
  readonly fault?: SandboxFault;
  /** Overrides by provider name; what is set here wins for that provider alone. */
  readonly by_provider?: Readonly<Record<string, Omit<SandboxScript, 'by_provider'>>>;
}
export type SandboxFault =
  | 'reject_429'
  | 'reject_500'
  | 'accept_then_timeout'
  | 'timeout'
  | 'slow'
  | 'duplicate_notices'
  | 'reorder_notices'
  | 'delay_notices'
  | 'lose_notices'
  | 'lose_final_notice'
  | 'forge_notices';

interface Rung {
  readonly tm_ringing: Instant | null;
}
interface Answered {
  readonly tm_progressing: Instant | null;
}

/**
 * A call, one shape per status: a hangup without a reason, or talk without an answer, cannot be
 * written.
 */
export type Call =
  | (Facts & { readonly status: 'dialing' })
  | (Facts & { readonly status: 'ringing'; readonly tm_ringing: Instant })
  | (Facts & Rung & { readonly status: 'progressing'; readonly tm_progressing: Instant })
  | (Facts &
      Rung &
      Answered & { readonly status: 'terminating'; readonly hangup_reason: HangupReason })
  | (Facts & Rung & { readonly status: 'canceling' })
  | (Facts &
      Rung &
      Answered & {
        readonly status: 'hangup';
        readonly hangup_by: HangupBy;
        readonly hangup_reason: HangupReason;
        readonly tm_hangup: Instant;
      });

export type CallIn<Status extends CallStatus> = Extract<Call, { status: Status }>;

export function currentAttempt(call: Call): Attempt | null {
  return call.attempts.at(-1) ?? null;
}

/** Whether there is a call at all: what runs without one speaks to nobody. */
export function hasLeg({ type }: Pick<Facts, 'type'>): boolean {
  return type !== 'bare';
}

export function isLive(call: Call): boolean {
  return call.status !== 'hangup';
}

/** Whether a chained call may still be added (DESIGN §4, rule 5). */
export function maySpawn(call: Call): boolean {
  return call.status === 'dialing' || call.status === 'ringing' || call.status === 'progressing';
}

/** The earliest moment at which the call wants to be woken; null when it waits for others only. */
export function wakeAt(call: Call): Instant | null {
  const set = Object.values(call.timers).filter((at): at is Instant => at !== null);
  return set.length === 0 ? null : (Math.min(...set) as Instant);
}

/**
 * How long a leg that was answered is paid for, in ms; 0 for any other. Never longer than was
 * granted: if hanging up took its time, or the end was heard of late, that is not the customer's.
 */
export function paidTalkMs(call: CallIn<'hangup'>): number {
  const { tm_progressing, tm_hangup } = call;
  return tm_progressing === null ? 0 : Math.min(tm_hangup - tm_progressing, talkMs(call));
}

/** How long a leg may talk as things stand, in ms: what was granted, and never past the longest. */
export function talkMs({ granted_ms, talk_ms_max }: Facts): number {
  return Math.min(granted_ms, talk_ms_max);
}

/** What a call's talk costs by its current try; null where no price was agreed. */
export function currentPrice(call: Call): Price | null {
  return call.candidates[currentAttempt(call)?.candidate_index ?? -1]?.price ?? null;
}
