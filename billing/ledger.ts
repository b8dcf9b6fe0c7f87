import type { AccountId, CallId, CustomerId, Instant, ProviderId } from '../kernel/brand.ts';
import type { Micros } from '../kernel/money.ts';
import type { Price } from '../calls/call.ts';

/** The books an entry can touch. A wallet is what we owe a customer. */
export type Book = 'wallet' | 'revenue:voice' | 'payments:clearing' | 'adjustments';

/** One line of an entry. The lines of an entry sum to zero in its currency. */
export interface Posting {
  readonly entry_id: string;
  readonly line: number;
  readonly book: Book;
  /** The account whose wallet it is; null for our own books. */
  readonly account_id: AccountId | null;
  readonly amount_micros: Micros;
  readonly currency: string;
  readonly at: Instant;
  readonly detail: string;
}

/** A balanced, append-only entry. `id` names its cause: charge:<call>, topup:<payment> … */
export interface LedgerEntry {
  readonly id: string;
  readonly account_id: AccountId;
  readonly currency: string;
  readonly at: Instant;
  readonly lines: readonly Posting[];
}

/**
 * The money side of a leg's end: the hold goes, and an answered leg is paid for. `entry` is null
 * when nothing is due.
 */
export interface Charge {
  readonly call_id: CallId;
  readonly customer_id: CustomerId;
  readonly account_id: AccountId;
  readonly release: Micros;
  readonly entry: LedgerEntry | null;
  readonly amount_micros: Micros;
  readonly billed_s: number;
  readonly talk_ms: number;
  readonly price: Price | null;
  readonly provider_id: ProviderId | null;
  readonly tm_start: Instant | null;
  readonly tm_end: Instant;
}
