import type { AccountId, CallId } from '../../kernel/brand.ts';
import { rfc3339 } from '../../kernel/instant.ts';
import { decimalOf, type Micros, micros, microsFromDecimal } from '../../kernel/money.ts';
import { type Posting, topUpEntry } from '../../billing/ledger.ts';
import { publicPrice } from '../../calls/public.ts';
import type { Account, Billing } from '../../store/rows.ts';
import { given, listed, scopeOf } from '../lists.ts';
import { answer, NOT_FOUND, refuse, type Serve } from '../operation.ts';
import { datesJson } from '../shelving.ts';

export const listBillingAccounts: Serve<'listBillingAccounts'> = (ask, { store }) =>
  listed(ask.query, (page) => store.shelves.accounts.list(scopeOf(ask), {}, page), accountJson);

export const getBillingAccount: Serve<'getBillingAccount'> = async (ask, { store }) => {
  const account = await store.ledger.account(scopeOf(ask), ask.id);
  return account === null ? NOT_FOUND : answer(accountJson(account));
};

export const topUpBillingAccount: Serve<'topUpBillingAccount'> = async (ask, desk) => {
  const { ledger } = desk.store;
  const account = await ledger.account(scopeOf(ask), ask.id);
  if (account === null) return NOT_FOUND;
  if (account.tm_delete !== null) return refuse('customer_deleted');
  const { payment_id, amount, detail } = ask.body;
  const entry = topUpEntry({
    payment_id,
    account_id: account.id,
    currency: account.currency,
    // The contract's pattern is that of kernel/money.ts, without zero.
    amount_micros: microsFromDecimal(amount) as Micros,
    at: desk.clock.now(),
    detail,
  });
  if ((await ledger.post(entry)) === 'mismatch') return refuse('payment_mismatch', '/payment_id');
  desk.exchange.changed('customers', account.customer_id);
  const now = await ledger.account('all', account.id);
  return answer(accountJson(now ?? account));
};

export const listPostings: Serve<'listPostings'> = async (ask, { store }) => {
  const account = await store.ledger.account(scopeOf(ask), ask.id);
  if (account === null) return NOT_FOUND;
  return listed(ask.query, (page) => store.ledger.postings(account.id, page), postingJson);
};

export const listBillings: Serve<'listBillings'> = (ask, { store }) => {
  const match = given<Partial<Billing>>({
    account_id: ask.query.account_id as AccountId | undefined,
    call_id: ask.query.reference_id as CallId | undefined,
  });
  return listed(ask.query, (page) => store.ledger.billings(scopeOf(ask), match, page), billingJson);
};

export const getBilling: Serve<'getBilling'> = async (ask, { store }) => {
  const billing = await store.ledger.billing(scopeOf(ask), ask.id);
  return billing === null ? NOT_FOUND : answer(billingJson(billing));
};

function accountJson(row: Account): object {
  const { balance_micros, held_micros, credit_limit_micros } = row;
  return {
    id: row.id,
    customer_id: row.customer_id,
    name: row.name,
    detail: row.detail,
    currency: row.currency,
    balance: decimalOf(balance_micros),
    held: decimalOf(held_micros),
    available: decimalOf(micros(balance_micros + credit_limit_micros - held_micros)),
    credit_limit: decimalOf(credit_limit_micros),
    ...datesJson(row),
  };
}

function postingJson(posting: Posting): object {
  const { entry_id, line, book, account_id, currency, detail } = posting;
  const amount = decimalOf(posting.amount_micros);
  const tm_posting = rfc3339(posting.at);
  return { entry_id, line, book, account_id, amount, currency, detail, tm_posting };
}

function billingJson(row: Billing): object {
  return {
    id: row.id,
    customer_id: row.customer_id,
    account_id: row.account_id,
    reference_type: row.reference_type,
    reference_id: row.call_id,
    talk_ms: row.talk_ms,
    billed_s: row.billed_s,
    amount: decimalOf(row.amount_micros),
    currency: row.price.currency,
    price: publicPrice(row.price),
    provider_id: row.provider_id,
    tm_billing_start: rfc3339(row.tm_billing_start),
    tm_billing_end: rfc3339(row.tm_billing_end),
    tm_create: rfc3339(row.tm_create),
  };
}
