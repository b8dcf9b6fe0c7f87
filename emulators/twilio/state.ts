import type { Instant } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Journal } from '../journal.ts';
import type { Names } from '../names.ts';
import type { Line } from '../network/line.ts';
import type { PhoneNetwork } from '../network/network.ts';
import type { Courier } from '../web/courier.ts';
import type { Faults } from '../web/faults.ts';
import type { Postman } from '../web/postman.ts';

/** Words of Twilio's Call resource. */
export type CallStatus =
  | 'queued'
  | 'initiated'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'failed'
  | 'no-answer'
  | 'canceled';

export type Direction = 'outbound-api' | 'inbound' | 'outbound-dial';

export interface TwilioSettings {
  /** Calls a second that leave the queue; Twilio's default for a new account is 1. */
  readonly calls_per_s: number;
  /** How long after its end a call has a price. */
  readonly price_after_ms: number;
  /** How late a new call shows up in lists. */
  readonly list_lag_ms: number;
  /** How Twilio calls a ringing call that is told `Status=completed`; not documented. */
  readonly completed_while_ringing: 'canceled' | 'completed';
  /** How far the clock that stamps callbacks is off. */
  readonly clock_skew_ms: number;
}

export const TWILIO_SETTINGS: TwilioSettings = {
  calls_per_s: 1,
  price_after_ms: 60_000,
  list_lag_ms: 0,
  completed_while_ringing: 'canceled',
  clock_skew_ms: 0,
};

/** What everything in the emulator works with. */
export interface World {
  readonly clock: Clock;
  readonly network: PhoneNetwork;
  readonly courier: Courier;
  readonly postman: Postman;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly names: Names;
  readonly settings: TwilioSettings;
  readonly accounts: ReadonlyMap<string, Account>;
  /** Has a call do what a document says, instead of whatever it does now. */
  perform(call: Call, document: Document): void;
}

/** TwiML to be fetched, or at hand already. `params` go along with the usual ones. */
export interface Document {
  readonly hook: Hook | null;
  readonly twiml: string | null;
  readonly tag: string;
  readonly params: Readonly<Record<string, string>>;
}

export interface ApiKey {
  readonly sid: string;
  readonly secret: string;
}

/** An account and everything it holds. Maps keep the order in which things were made. */
export interface Account {
  readonly sid: string;
  readonly auth_token: string;
  readonly api_keys: readonly ApiKey[];
  readonly calls: Map<string, Call>;
  readonly conferences: Map<string, Conference>;
  readonly recordings: Map<string, Recording>;
  readonly streams: Map<string, Stream>;
  readonly numbers: Map<string, OwnedNumber>;
  /** When the next call may leave the queue. */
  next_start: number;
}

/** Where a document or a report goes. */
export interface Hook {
  readonly url: string;
  readonly method: string;
}

export interface StatusHook extends Hook {
  readonly events: readonly string[];
}

export interface Detection {
  readonly mode: 'Enable' | 'DetectMessageEnd';
  readonly timeout_s: number;
  readonly report: Hook | null;
}

/** What a call was asked to do. */
export interface CallOrder {
  readonly document: Hook | null;
  readonly twiml: string | null;
  readonly fallback: Hook | null;
  readonly status: StatusHook | null;
  readonly timeout_s: number;
  readonly time_limit_s: number;
  readonly send_digits: string;
  readonly detection: Detection | null;
  readonly record: RecordOrder | null;
}

export interface RecordOrder {
  readonly channels: 1 | 2;
  readonly source: string;
  readonly report: StatusHook | null;
}

export interface Call {
  readonly sid: string;
  readonly account: Account;
  readonly parent_sid: string | null;
  readonly direction: Direction;
  readonly from: string;
  readonly to: string;
  readonly order: CallOrder;
  readonly tm_created: Instant;
  status_hook: StatusHook | null;
  tm_updated: Instant;
  tm_started: Instant | null;
  tm_answered: Instant | null;
  tm_ended: Instant | null;
  status: CallStatus;
  line: Line | null;
  answered_by: string | null;
  sip_code: number | null;
  /** Status reports sent so far; they are numbered from 0. */
  reports: number;
  /** Ends what the call is doing: a document, a conference, waiting in the queue. */
  interrupt: () => void;
  /** Hears the keys that are pressed; null while nobody listens. */
  on_digit: ((digit: string) => void) | null;
  /** Told once, when the call is answered. */
  readonly on_answer: Set<() => void>;
  /** Told once, when the call ends. */
  readonly on_end: Set<() => void>;
  readonly events: CallExchange[];
}

/** A request that was made for a call and what was answered: the Events of a call. */
export type CallExchange = Readonly<
  Record<'request' | 'response', Readonly<Record<string, unknown>>>
>;

export interface Conference {
  readonly sid: string;
  readonly account: Account;
  readonly friendly_name: string;
  readonly participants: Map<string, Participant>;
  readonly report: StatusHook | null;
  readonly tm_created: Instant;
  tm_updated: Instant;
  status: 'init' | 'in-progress' | 'completed';
  reports: number;
  reason_ended: string | null;
  ended_by: string | null;
}

export interface Participant {
  readonly call: Call;
  readonly conference: Conference;
  readonly label: string | null;
  readonly start_on_enter: boolean;
  readonly tm_joined: Instant;
  tm_updated: Instant;
  end_on_exit: boolean;
  muted: boolean;
  hold: boolean;
  coaching: boolean;
  call_sid_to_coach: string | null;
  /** Lets its call go on with what comes after the conference. */
  leave: () => void;
}

export interface Recording {
  readonly sid: string;
  readonly account: Account;
  readonly call_sid: string;
  readonly conference_sid: string | null;
  readonly channels: number;
  readonly source: string;
  readonly report: StatusHook | null;
  readonly tm_created: Instant;
  status: 'in-progress' | 'paused' | 'stopped' | 'completed' | 'absent';
  /** What has been recorded until it was last paused or stopped. */
  kept_ms: number;
  running_since: Instant | null;
  tm_updated: Instant;
}

export interface Stream {
  readonly sid: string;
  readonly kind: 'stream' | 'siprec';
  readonly call: Call;
  readonly name: string;
  tm_updated: Instant;
  status: 'in-progress' | 'stopped';
  stop: () => void;
}

export interface OwnedNumber {
  readonly sid: string;
  readonly account: Account;
  readonly phone_number: string;
  readonly tm_created: Instant;
  readonly release: () => void;
  tm_updated: Instant;
  /** The fields of the resource that its owner sets, by their wire names. */
  fields: Readonly<Record<string, string>>;
}

/** Statuses in which a call is over. */
export function isOver(call: Call): boolean {
  return call.tm_ended !== null;
}

/** A name of one of Twilio's things: two letters and 32 hexadecimal digits. */
export function sid(world: World, kind: string): string {
  return `${kind}${world.names.hex()}`;
}
