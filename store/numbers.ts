import type { Brand, CustomerId, FlowId, Instant, NumberId, ProviderId } from '../kernel/brand.ts';
import type { Micros } from '../kernel/money.ts';
import type { Price } from '../calls/call.ts';
import type { DoubtPolicy } from '../routing/screen.ts';

interface Dated {
  readonly tm_create: Instant;
  readonly tm_update: Instant;
  readonly tm_delete: Instant | null;
}

/** What a provider's numbers cost those who have them. Null on a provider: none are for sale. */
export interface NumberTerms {
  readonly monthly_micros: Micros;
  /** What an incoming call costs whoever is called. Its currency is that of both. */
  readonly price: Price;
}

/**
 * buying: paid for, and being asked for at the carrier · active · releasing: given up, and not yet
 * taken back by the carrier · deleted.
 */
export type NumberStatus = 'buying' | 'active' | 'releasing' | 'deleted';

/** A phone number of a customer. */
export interface OwnNumber extends Dated {
  readonly id: NumberId;
  readonly customer_id: CustomerId;
  readonly provider_id: ProviderId;
  readonly number: string;
  /** The number for as long as nobody else may have it, then null: unique among all rows. */
  readonly held_number: string | null;
  readonly name: string;
  readonly detail: string;
  readonly status: NumberStatus;
  /** What runs when it is called; null: calls to it are turned away. */
  readonly call_flow_id: FlowId | null;
  readonly message_flow_id: FlowId | null;
  readonly t38_enabled: boolean;
  readonly emergency_enabled: boolean;
  /** Whether the account at the carrier had it before: then nothing is bought or given back. */
  readonly own: boolean;
  readonly monthly_micros: Micros;
  readonly price: Price;
  readonly tm_purchase: Instant;
  /** Until when it is paid for. */
  readonly tm_renew: Instant;
}

/** Numbers as they are looked up, whosever they are. Rows themselves lie on a shelf. */
export interface NumberBook {
  /** Who holds a number, half-way or wholly; null when nobody does. */
  holder(number: string): Promise<OwnNumber | null>;
  /** Every number that anybody holds. */
  held(): Promise<string[]>;
  /** Active numbers that are paid for until `at` or less, longest unpaid first, after a place. */
  due(at: Instant, limit: number, after?: OwnNumber): Promise<OwnNumber[]>;
  /** Numbers that have been bought or given up by half since before `at`. */
  unsettled(at: Instant, limit: number): Promise<OwnNumber[]>;
}

export type RuleId = Brand<string, 'RuleId'>;

/** Whom a customer's numbers answer, or not. */
export interface CallerRule extends Dated {
  readonly id: RuleId;
  readonly customer_id: CustomerId;
  readonly action: 'allow' | 'block';
  /**
   * A number or SIP URI, the beginning of one followed by *, sip:*@host, anonymous, or * alone. The
   * most exact pattern that fits a caller decides.
   */
  readonly pattern: string;
  readonly detail: string;
}

/** How a customer's incoming calls are looked at. Its id is the customer's. */
export interface InboundConfig extends Dated {
  readonly id: CustomerId;
  readonly customer_id: CustomerId;
  /** Callers whose number their own network could not verify. */
  readonly verification: DoubtPolicy;
  /** Callers who show a number of this installation that is not calling. */
  readonly own_number: DoubtPolicy;
  /** Calls at a time from one caller to one number. */
  readonly parallel_max: number;
}
