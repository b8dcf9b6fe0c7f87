import { assert } from '../kernel/assert.ts';
import type { AccountId, CallId, CustomerId, Instant, ProviderId } from '../kernel/brand.ts';
import { micros } from '../kernel/money.ts';
import type { Micros } from '../kernel/money.ts';
import type { Price } from '../calls/call.ts';
import { billedSeconds, chargeOf } from './rate.ts';

/** The books an entry can touch. A wallet is what we owe a customer. */
export type Book =
  'wallet' | 'revenue:voice' | 'revenue:numbers' | 'payments:clearing' | 'adjustments';

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

/**
 * A balanced, append-only entry. `id` names its cause: charge:<call>, topup:<account>:<payment> …
 */
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

/** What the books need to know of a leg that has ended. `price` is null where none was agreed. */
export interface EndedLeg {
  readonly call_id: CallId;
  readonly customer_id: CustomerId;
  readonly account_id: AccountId;
  readonly hold_micros: Micros;
  readonly talk_ms: number;
  readonly price: Price | null;
  readonly provider_id: ProviderId | null;
  readonly tm_start: Instant | null;
  readonly tm_end: Instant;
}

/** The money side of a leg's end. The same leg always gives the same charge, under the same id. */
export function chargeFor(leg: EndedLeg): Charge {
  const { call_id, customer_id, account_id, talk_ms, price, provider_id, tm_start, tm_end } = leg;
  const amount_micros = price === null ? micros(0) : chargeOf(talk_ms, price);
  const billed_s = price === null ? 0 : billedSeconds(talk_ms, price);
  return {
    call_id,
    customer_id,
    account_id,
    release: leg.hold_micros,
    entry: price === null || amount_micros === 0 ? null : chargeEntry(leg, price, amount_micros),
    amount_micros,
    billed_s,
    talk_ms,
    price,
    provider_id,
    tm_start,
    tm_end,
  };
}

function chargeEntry(leg: EndedLeg, price: Price, amount: Micros): LedgerEntry {
  return transfer({
    id: `charge:${leg.call_id}`,
    account_id: leg.account_id,
    currency: price.currency,
    at: leg.tm_end,
    into_wallet: micros(-amount),
    against: 'revenue:voice',
    detail: `call ${leg.call_id}`,
  });
}

/**
 * Money a customer has paid in. `payment_id` is the payer's own name for it: it counts once for an
 * account, and says nothing about another payer's.
 */
export interface TopUp {
  readonly payment_id: string;
  readonly account_id: AccountId;
  readonly currency: string;
  readonly amount_micros: Micros;
  readonly at: Instant;
  readonly detail: string;
}

export function topUpEntry(topUp: TopUp): LedgerEntry {
  assert(topUp.amount_micros > 0, 'a top-up adds money');
  return transfer({
    id: `topup:${topUp.account_id}:${topUp.payment_id}`,
    account_id: topUp.account_id,
    currency: topUp.currency,
    at: topUp.at,
    into_wallet: topUp.amount_micros,
    against: 'payments:clearing',
    detail: topUp.detail,
  });
}

/** Whether an entry may be posted: two lines or more, its own, in its currency, summing to 0. */
export function balances(entry: LedgerEntry): boolean {
  const own = entry.lines.every(
    (line, place) =>
      line.entry_id === entry.id && line.currency === entry.currency && line.line === place,
  );
  const sum = entry.lines.reduce((total, line) => total + BigInt(line.amount_micros), 0n);
  return own && entry.lines.length >= 2 && sum === 0n;
}

export interface Transfer extends Omit<LedgerEntry, 'lines'> {
  /** Positive: we owe the customer more than before. */
  readonly into_wallet: Micros;
  readonly against: Exclude<Book, 'wallet'>;
  readonly detail: string;
}

/** An entry that moves money between one wallet and one book of ours. */
export function transfer({ into_wallet, against, detail, ...head }: Transfer): LedgerEntry {
  const { id: entry_id, account_id, currency, at } = head;
  const shared = { entry_id, currency, at, detail };
  const entry: LedgerEntry = {
    ...head,
    lines: [
      { ...shared, line: 0, book: 'wallet', account_id, amount_micros: into_wallet },
      {
        ...shared,
        line: 1,
        book: against,
        account_id: null,
        amount_micros: micros(-into_wallet),
      },
    ],
  };
  assert(balances(entry), `entry ${entry_id} does not balance`);
  return entry;
}
