import type { KeyObject } from 'node:crypto';
import type { Instant } from '../../kernel/brand.ts';
import type { Line } from '../network/line.ts';
import type { Workshop } from '../workshop.ts';

/** Words of Vonage's Call resource and events. */
export type CallStatus =
  | 'started'
  | 'ringing'
  | 'answered'
  | 'completed'
  | 'busy'
  | 'cancelled'
  | 'failed'
  | 'rejected'
  | 'timeout'
  | 'unanswered';

export interface VonageSettings {
  /** Calls that may be created a second; more are answered with 429. */
  readonly calls_per_s: number;
  /** Other requests a second. */
  readonly requests_per_s: number;
  /** How long after its end a call has a price in the API; the event has it at once. */
  readonly price_after_ms: number;
  /** How late a new call shows up in lists. */
  readonly list_lag_ms: number;
  /** How far the clock that stamps tokens and events is off. */
  readonly clock_skew_ms: number;
}

export const VONAGE_SETTINGS: VonageSettings = {
  calls_per_s: 3,
  requests_per_s: 15,
  price_after_ms: 1_000,
  list_lag_ms: 0,
  clock_skew_ms: 0,
};

/** What everything in the emulator works with. */
export interface World extends Workshop {
  readonly settings: VonageSettings;
  readonly accounts: ReadonlyMap<string, Account>;
  /** By application id, over all accounts. */
  readonly applications: ReadonlyMap<string, Application>;
  /** The API's own address, for links in answers. */
  readonly url: () => string;
  /** Has a call do what an NCCO says, instead of whatever it does now. */
  perform(call: Call, source: Source): void;
}

/** An NCCO to be fetched, or at hand already. */
export type Source =
  | { readonly ncco: unknown }
  | { readonly hook: Hook; readonly tag: string; readonly payload: Json };

export type Json = Readonly<Record<string, unknown>>;

export interface Hook {
  readonly url: string;
  readonly method: string;
}

/** An account: numbers and money belong to it, calls to its applications. */
export interface Account {
  readonly api_key: string;
  readonly api_secret: string;
  readonly signature_secret: string;
  readonly applications: Map<string, Application>;
  readonly numbers: Map<string, OwnedNumber>;
}

export interface Application {
  readonly id: string;
  readonly account: Account;
  readonly key: KeyObject;
  readonly calls: Map<string, Call>;
  readonly conversations: Map<string, Conversation>;
  readonly recordings: Map<string, Recording>;
  name: string;
  answer: Hook | null;
  fallback: Hook | null;
  event: Hook | null;
  /** Requests of late, by kind, so that too many can be refused. */
  readonly recent: { readonly create: number[]; readonly other: number[] };
}

/** Whom a leg is with: a phone, a SIP address, a WebSocket. */
export interface Endpoint {
  readonly type: string;
  readonly number?: string;
  readonly uri?: string;
  readonly 'content-type'?: string;
  readonly headers?: Json;
  readonly dtmfAnswer?: string;
  readonly authorization?: { readonly type: string; readonly value?: string };
}

export interface Detection {
  readonly behavior: 'continue' | 'hangup';
  /** Whether the end of the greeting is told, too. */
  readonly beep: boolean;
  readonly beep_timeout_s: number;
}

export interface CallOrder {
  readonly from: string;
  readonly to: Endpoint;
  readonly source: Source | null;
  readonly event: Hook | null;
  readonly ringing_s: number;
  readonly length_s: number;
  readonly detection: Detection | null;
}

export interface Call {
  readonly uuid: string;
  readonly app: Application;
  readonly direction: 'outbound' | 'inbound';
  readonly order: CallOrder;
  readonly tm_created: Instant;
  conversation: Conversation;
  tm_answered: Instant | null;
  tm_ended: Instant | null;
  status: CallStatus;
  line: Line | null;
  sip_code: number | null;
  detail: string | null;
  disconnected_by: 'platform' | 'user' | null;
  muted: boolean;
  earmuffed: boolean;
  /** Ends what the call is doing. */
  interrupt: () => void;
  /** Hears the keys an input waits for. */
  on_digit: ((digit: string) => void) | null;
  /** Where every key is told of, whatever the call does; null when nobody asked for it. */
  digits_hook: Hook | null;
  /** Stops what was put on the call from outside: talk and stream. */
  stop_talk: (() => void) | null;
  stop_stream: (() => void) | null;
  readonly on_answer: Set<() => void>;
  readonly on_end: Set<() => void>;
}

/** Where legs hear each other. Every leg is in one; a named one outlives its members' comings. */
export interface Conversation {
  readonly uuid: string;
  readonly name: string | null;
  readonly members: Map<string, Member>;
  is_over: boolean;
}

export interface Member {
  readonly call: Call;
  readonly end_on_exit: boolean;
  readonly leave: () => void;
}

export interface Recording {
  readonly uuid: string;
  readonly app: Application;
  readonly format: string;
  readonly channels: number;
  readonly tm_start: Instant;
  tm_end: Instant | null;
}

export interface OwnedNumber {
  readonly msisdn: string;
  readonly country: string;
  readonly release: () => void;
  app_id: string;
  fields: Readonly<Record<string, string>>;
}

export function isOver(call: Call): boolean {
  return call.tm_ended !== null;
}

/** A conversation as a leg begins in one of its own. */
export function newConversation(world: World, name: string | null = null): Conversation {
  return { uuid: `CON-${world.names.uuid()}`, name, members: new Map(), is_over: false };
}
