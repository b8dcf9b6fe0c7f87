import type { LedgerEntry, Posting } from '../billing/ledger.ts';
import type { AccountId } from '../kernel/brand.ts';
import type { Page, PageQuery, Scope } from './page.ts';
import type { Account, Billing } from './rows.ts';

/** Money as the API reads it. */
export interface BillingReader {
  /** An account, also that of a customer who was deleted: its books stay to be read. */
  account(scope: Scope, id: string): Promise<Account | null>;
  billings(
    scope: Scope,
    match: Readonly<Partial<Billing>>,
    page: PageQuery,
  ): Promise<Page<Billing>>;
  billing(scope: Scope, id: string): Promise<Billing | null>;
  postings(account_id: AccountId, page: PageQuery): Promise<Page<Posting>>;
}

/** replayed: the payment id is known with the same content · mismatch: with another. */
export type TopUpResult = 'posted' | 'replayed' | 'mismatch';
/** no_funds: the account does not bear it, or is closed; nothing was posted. */
export type SpendResult = TopUpResult | 'no_funds';

export interface Ledger extends BillingReader {
  /** Posts a balanced entry and moves the account's balance, once per entry id. */
  post(entry: LedgerEntry): Promise<TopUpResult>;
  /** The same for an entry that takes money out, if the account bears it beside what is held. */
  spend(entry: LedgerEntry): Promise<SpendResult>;
  /**
   * Proves the books: every entry sums to zero, every balance equals its postings, every hold
   * belongs to a live call. Answers what does not hold; empty = all is well.
   */
  proof(): Promise<string[]>;
}
