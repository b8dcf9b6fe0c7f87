import { assert } from '../../kernel/assert.ts';
import type { AccountId, CallId, CustomerId, Instant, ProviderId } from '../../kernel/brand.ts';
import { type Micros, micros } from '../../kernel/money.ts';
import type { Price } from '../../calls/call.ts';
import { balances } from '../../billing/ledger.ts';
import type { Book, LedgerEntry, Posting } from '../../billing/ledger.ts';
import type { Billing } from '../rows.ts';
import type { Ledger, SpendResult } from '../books.ts';
import type { Page, PageQuery } from '../page.ts';
import { mapped, matching, pageOf, scoped } from './lists.ts';
import { proveBooks } from './proof.ts';
import { accountOf } from './shelves.ts';
import type { Sql } from './sql.ts';
import type { Row, Statement } from './statement.ts';
import { accountMove, holdIn, postings, walletSum } from './unit.ts';

const ENTRY = 'select * from postings where entry_id = ? order by line';
const BILLINGS_PLACE = { at: 'tm_create', id: 'id' } as const;

/** The books: append-only postings, balances that move with them, and what calls cost. */
export function openLedger(sql: Sql): Ledger {
  return {
    post: async (entry) => {
      const result = await post(sql, entry, entryStatements(entry));
      assert(result !== 'no_funds', 'what is only posted asks for no funds');
      return result;
    },
    spend: (entry) => post(sql, entry, spendingStatements(entry)),
    proof: () => proveBooks(sql),
    account: async (scope, id) => {
      const query = scoped(sql.from('accounts').where({ id }), 'customer_id', scope);
      const [row] = await sql.read(query);
      return row === undefined ? null : accountOf(row);
    },
    billings: async (scope, match, page) => {
      const query = matching(scoped(sql.from('billings'), 'customer_id', scope), match);
      return mapped(await pageOf(sql, query, { place: BILLINGS_PLACE, page }), billingOf);
    },
    billing: async (scope, id) => {
      const query = scoped(sql.from('billings').where({ id }), 'customer_id', scope);
      const [row] = await sql.read(query);
      return row === undefined ? null : billingOf(row);
    },
    postings: (account_id, page) => postingsOf(sql, account_id, page),
  };
}

async function post(
  sql: Sql,
  entry: LedgerEntry,
  statements: readonly Statement[],
): Promise<SpendResult> {
  assert(balances(entry), `entry ${entry.id} does not balance`);
  const wallets = entry.lines.filter((line) => line.account_id !== null);
  assert(
    wallets.length === 1 && wallets[0]?.account_id === entry.account_id,
    `entry ${entry.id} touches one wallet, that of its account`,
  );
  const refusal = await sql.commit(statements);
  assert(refusal !== 'account_missing', `entry ${entry.id} is of no account we know`);
  if (refusal === null || refusal === 'no_funds') return refusal ?? 'posted';
  const stored = (await sql.rows(ENTRY, [entry.id])).map(postingOf);
  return sameContent(stored, entry.lines) ? 'replayed' : 'mismatch';
}

function entryStatements(entry: LedgerEntry): Statement[] {
  return [...linesOnce(entry), accountMove(0, walletSum(entry), entry.account_id)];
}

/** What is spent is held first, by the one condition under which money is ever put aside. */
function spendingStatements(entry: LedgerEntry): Statement[] {
  const sum = walletSum(entry);
  assert(sum < 0, `entry ${entry.id} takes nothing out`);
  const { account_id } = entry;
  const hold = holdIn({ account_id, amount: micros(-sum) });
  return [...linesOnce(entry), hold, accountMove(-sum, sum, account_id)];
}

function linesOnce(entry: LedgerEntry): Statement[] {
  return postings(entry).map((line) => ({ ...line, otherwise: { refuse: 'known' } }));
}

/** The same money between the same books; a repeat of a payment comes at another instant. */
function sameContent(stored: readonly Posting[], lines: readonly Posting[]): boolean {
  const gist = (line: Posting): string =>
    JSON.stringify([line.line, line.book, line.account_id, line.amount_micros, line.currency]);
  return stored.map(gist).join() === lines.map(gist).join();
}

/** An entry touches an account's wallet once, so that its id is place enough in a list. */
async function postingsOf(
  sql: Sql,
  account_id: AccountId,
  page: PageQuery,
): Promise<Page<Posting>> {
  const query = sql.from('postings').where({ account_id });
  const place = { at: 'at', id: 'entry_id' } as const;
  return mapped(await pageOf(sql, query, { place, page }), postingOf);
}

function postingOf(row: Row): Posting {
  return {
    entry_id: String(row['entry_id']),
    line: Number(row['line']),
    book: row['book'] as Book,
    account_id: row['account_id'] as AccountId | null,
    amount_micros: row['amount_micros'] as Micros,
    currency: String(row['currency']),
    at: row['at'] as Instant,
    detail: String(row['detail']),
  };
}

function billingOf(row: Row): Billing {
  return {
    id: String(row['id']),
    customer_id: row['customer_id'] as CustomerId,
    account_id: row['account_id'] as AccountId,
    call_id: row['call_id'] as CallId,
    reference_type: 'call',
    talk_ms: Number(row['talk_ms']),
    billed_s: Number(row['billed_s']),
    amount_micros: row['amount_micros'] as Micros,
    price: JSON.parse(String(row['price'])) as Price,
    provider_id: row['provider_id'] as ProviderId | null,
    tm_billing_start: row['tm_billing_start'] as Instant,
    tm_billing_end: row['tm_billing_end'] as Instant,
    tm_create: row['tm_create'] as Instant,
    tm_update: row['tm_update'] as Instant,
    tm_delete: row['tm_delete'] as Instant | null,
  };
}
