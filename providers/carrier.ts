import type { Address } from '../kernel/address.ts';
import type {
  AttemptId,
  CallId,
  CustomerId,
  EffectId,
  Instant,
  LegRef,
  ProviderId,
  RecordingId,
  RoomId,
} from '../kernel/brand.ts';
import type { RefusalCode } from '../kernel/refusal.ts';
import type { Cause, Ending } from '../calls/cause.ts';
import type { Attestation, Verstat } from '../calls/passage.ts';
import type { SandboxScript } from '../calls/call.ts';
import type { Instruction } from '../calls/instruction.ts';
import type { FactOf } from '../calls/events.ts';
import type { Need } from '../flows/action.ts';

/**
 * What a carrier can do, as data: routing drops candidates that cannot do what the flow needs, and
 * the conformance suite derives its cases from it.
 */
export type Capabilities = { readonly [Name in Need]: boolean } & {
  /**
   * How old a dial must be before its absence from `find` is certain, in ms: 0 where the carrier
   * knows at once, null where it never is. Until then nothing else is dialled.
   */
  readonly absence_certain_ms: number | null;
  /** Whether it brings calls to numbers that its account holds. */
  readonly incoming: boolean;
  /** Whether numbers can be searched, bought and given back through it: see Carrier.numbers. */
  readonly numbers: boolean;
  /** Whether it may bring calls to emergency numbers: whoever takes those owes them an answer. */
  readonly emergency: boolean;
};

/** An account at a carrier, opened: configuration checked, credentials decrypted. */
export interface ProviderAccount {
  readonly provider_id: ProviderId;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, string>>;
  /** Where the carrier reaches us: <public_url>/v1/carriers/<provider_id>. */
  readonly notice_url: string;
}

export interface DialOrder {
  /** Our reference at the carrier: one leg per attempt id, however often it is asked. */
  readonly attempt_id: AttemptId;
  readonly call_id: CallId;
  readonly customer_id: CustomerId;
  readonly source: Address;
  readonly destination: Address;
  readonly dial_timeout_ms: number;
  readonly talk_ms_max: number;
  /**
   * Whether the flow will want to know who answers: for carriers that can find out only if they are
   * asked at the dial.
   */
  readonly detect: boolean;
  readonly sandbox: SandboxScript | null;
}

/**
 * accepted: the carrier has the leg · rejected: certainly not placed, another route may be tried at
 * once · unknown: it may or may not ring; look it up before anything else is dialled.
 */
export type DialOutcome =
  | { readonly outcome: 'accepted'; readonly leg_ref: LegRef }
  | {
      readonly outcome: 'rejected';
      readonly ending: Ending;
      readonly retry_after_ms: number | null;
    }
  | { readonly outcome: 'unknown'; readonly detail: string };

/** A leg as the carrier sees it now. `talk_ms` is the carrier's own count, for reconciliation. */
export type LegState =
  | { readonly state: 'absent' }
  | {
      readonly state: 'dialing' | 'ringing' | 'answered';
      readonly leg_ref: LegRef;
    }
  | {
      readonly state: 'ended';
      readonly leg_ref: LegRef;
      readonly ending: Ending;
      /** Whether it had been answered; then with how long it talked. */
      readonly answered: boolean;
      readonly talk_ms: number;
    };

export interface LegAddress {
  readonly attempt_id: AttemptId;
  readonly leg_ref: LegRef | null;
}

export interface InstructOrder {
  readonly leg: LegAddress;
  /** Comes back in media_finished / media_failed. Giving the same order twice does it once. */
  readonly effect_id: EffectId;
  readonly instruction: Instruction;
}

/** A request a carrier made to us, as plain data: the same shape over HTTP, SIP or memory. */
export interface Notice {
  readonly method: string;
  /** Path and query under the provider's notice_url. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A fact as a carrier tells it. `key` names it: the same fact told twice has the same key. */
export interface Told {
  readonly key: string;
  readonly attempt_id: AttemptId;
  readonly fact: FactOf;
}

/** What is known of a dial without a name: for carriers that keep no reference of ours. */
export interface Sought {
  readonly source: Address;
  readonly destination: Address;
  /** When it was first asked for. */
  readonly tm_create: Instant;
}

/** What a carrier is answered, in its own format. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** A notice, read: the facts in it, and what the carrier must be answered to hold the line. */
export interface Reading {
  readonly told: readonly Told[];
  /** A call it brings that begins with this notice. Told again, it is the same by its leg_ref. */
  readonly incoming?: IncomingLeg;
  readonly reply: Reply;
}

/** A call that somebody makes to a number of ours, as its carrier tells it. */
export interface IncomingLeg {
  readonly leg_ref: LegRef;
  /** Who calls: E.164 or a SIP URI as the carrier wrote it; empty where the number is withheld. */
  readonly from: string;
  /** The name the caller's network gives, for people to read. */
  readonly from_name: string;
  /** Who is called. */
  readonly to: string;
  readonly verstat: Verstat;
  readonly attestation: Attestation | null;
  /** The numbers it was passed on from, latest first. */
  readonly diversions: readonly string[];
}

/** Why a call that a carrier brings is not taken: the word of the list, and its codes. */
export interface TurnedAway {
  readonly reason: string;
  readonly sip_code: number;
  readonly q850: number;
}

/** A number that may be had, as its carrier offers it. */
export interface NumberOffer {
  readonly number: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly region: string;
  readonly postal_code: string;
  readonly features: readonly NumberFeature[];
}
export type NumberFeature = 'emergency' | 'fax' | 'mms' | 'sms' | 'voice';

/**
 * The numbers of one account. Everything here may be asked again: what is bought stays bought, what
 * is gone stays gone. Throws CarrierError.
 */
export interface NumberDesk {
  /**
   * At most `limit` numbers of a country (ISO 3166-1 alpha-2) that nobody has; where one is named,
   * that one alone.
   */
  search(country: string, limit: number, number?: string): Promise<readonly NumberOffer[]>;
  /** 'unavailable': somebody else has it, or it never was for sale. */
  buy(number: string): Promise<'bought' | 'unavailable'>;
  /** Has calls to a number that the account holds told to us. */
  configure(number: string): Promise<void>;
  release(number: string): Promise<void>;
}

/** Which recording is wanted, of one leg or of a whole room. */
export interface RecordingOrder {
  readonly recording_id: RecordingId;
  /** The leg that was told to record; of a room, any that was in it. */
  readonly leg: LegAddress;
  /** 2: what the party says and what it hears lie apart. A room has one. */
  readonly channels: 1 | 2;
  readonly room: {
    readonly room_id: RoomId;
    readonly since: Instant;
    readonly until: Instant;
  } | null;
}

/** One account at a carrier: every door to the telephone network looks like this. */
export interface Carrier {
  /** Never throws for what a carrier may answer; see DialOutcome. */
  dial(order: DialOrder): Promise<DialOutcome>;
  /** Throws CarrierError when the carrier refuses or cannot be reached. */
  instruct(order: InstructOrder): Promise<void>;
  /**
   * Hanging up a leg that is gone, or never was, is not an error. `cause` is what to tell a caller
   * who has not been answered. Throws CarrierError.
   */
  hangUp(leg: LegAddress, cause?: Cause): Promise<void>;
  /**
   * Looks a leg up by the carrier's name for it or, where that is not known, by our reference; a
   * carrier that keeps none goes by what was sought. Throws CarrierError when it cannot be asked.
   */
  find(leg: LegAddress, sought?: Sought): Promise<LegState>;
  /**
   * A recording that is over, as a WAV file; null when the carrier has none. Left out where it
   * cannot record. Throws CarrierError, also while the file is read.
   */
  recorded?(order: RecordingOrder): Promise<AsyncIterable<Uint8Array> | null>;
  /** Pure: whether the notice truly comes from the carrier and is fresh. */
  isAuthentic(notice: Notice): boolean;
  /**
   * Pure: what the notice tells us, in our words, and what to answer; with `turned_away`, what to
   * answer to a call we do not take. Legs that the carrier brings have attempt ids by attemptOfLeg.
   */
  interpret(notice: Notice, turned_away?: TurnedAway): Reading;
  /** There where the carrier's capabilities say so. */
  readonly numbers?: NumberDesk;
}

/** A kind of carrier: what it can do, what its configuration must look like, how to open one. */
export interface CarrierKind {
  readonly kind: string;
  readonly capabilities: Capabilities;
  /** JSON Schemas of a provider's `config` and `credentials`. */
  readonly config_schema: Readonly<Record<string, unknown>>;
  readonly credentials_schema: Readonly<Record<string, unknown>>;
  /** Numbers the carrier is known to refuse, before anything is dialled; null for all others. */
  refusedAtCreation?(number: string): RefusalCode | null;
  open(account: ProviderAccount): Carrier;
}

/** The carrier refused or could not be reached. Says whether the same order may be sent again. */
export class CarrierError extends Error {
  override readonly name = 'CarrierError';
  readonly carrier: string;
  readonly retry: 'later' | 'never';

  constructor(carrier: string, retry: 'later' | 'never', message: string) {
    super(`${carrier}: ${message}`);
    this.carrier = carrier;
    this.retry = retry;
  }
}
