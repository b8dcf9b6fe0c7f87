import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccountId, CallId, CustomerId, Instant, ProviderId } from '../kernel/brand.ts';
import { micros } from '../kernel/money.ts';
import type { Price } from '../calls/call.ts';
import { balances, chargeFor, topUpEntry } from './ledger.ts';
import type { EndedLeg, LedgerEntry } from './ledger.ts';

const PRICE: Price = {
  currency: 'USD',
  rate_micros_per_minute: micros(100_000),
  connect_fee_micros: micros(0),
  initial_s: 60,
  increment_s: 60,
};
const LEG: EndedLeg = {
  call_id: 'c1' as CallId,
  customer_id: 'cu1' as CustomerId,
  account_id: 'a1' as AccountId,
  hold_micros: micros(600_000),
  talk_ms: 61_000,
  price: PRICE,
  provider_id: 'p1' as ProviderId,
  tm_start: 1_000 as Instant,
  tm_end: 62_000 as Instant,
};

function shape(entry: LedgerEntry | null): string[] {
  if (entry === null) return [];
  return entry.lines.map(
    ({ line, book, account_id, amount_micros }) =>
      `${entry.id} ${line} ${book} ${account_id ?? '-'} ${amount_micros}`,
  );
}

describe('chargeFor', () => {
  it('takes the charge from the wallet and books it as revenue', () => {
    const charge = chargeFor(LEG);
    assert.deepEqual(shape(charge.entry), [
      'charge:c1 0 wallet a1 -200000',
      'charge:c1 1 revenue:voice - 200000',
    ]);
    assert.equal(charge.amount_micros, 200_000);
    assert.equal(charge.billed_s, 120);
    assert.equal(charge.entry?.at, LEG.tm_end);
  });

  it('lets the whole hold go, whatever the charge', () => {
    assert.equal(chargeFor(LEG).release, 600_000);
    assert.equal(chargeFor({ ...LEG, talk_ms: 0 }).release, 600_000);
  });

  it('posts nothing for a leg that was never answered, even with a connect fee', () => {
    const price = { ...PRICE, connect_fee_micros: micros(5_000) };
    const charge = chargeFor({ ...LEG, price, talk_ms: 0, tm_start: null });
    assert.deepEqual([charge.entry, charge.amount_micros, charge.billed_s], [null, 0, 0]);
  });

  it('posts nothing where no price was agreed, or the price is zero', () => {
    assert.equal(chargeFor({ ...LEG, price: null }).entry, null);
    const free = { ...PRICE, rate_micros_per_minute: micros(0) };
    assert.deepEqual(
      [chargeFor({ ...LEG, price: free }).entry, chargeFor({ ...LEG, price: free }).billed_s],
      [null, 120],
    );
  });

  it('answers the same for the same leg: a replay meets its own id', () => {
    assert.deepEqual(chargeFor(LEG), chargeFor({ ...LEG }));
  });
});

describe('topUpEntry', () => {
  const TOP_UP = {
    payment_id: 'pay-7',
    account_id: 'a1' as AccountId,
    currency: 'EUR',
    amount_micros: micros(25_000_000),
    at: 5 as Instant,
    detail: 'bank transfer',
  };

  it('adds to the wallet what clearing owes', () => {
    assert.deepEqual(shape(topUpEntry(TOP_UP)), [
      'topup:a1:pay-7 0 wallet a1 25000000',
      'topup:a1:pay-7 1 payments:clearing - -25000000',
    ]);
  });

  it('refuses to take money away', () => {
    for (const amount of [0, -1])
      assert.throws(() => topUpEntry({ ...TOP_UP, amount_micros: micros(amount) }), /adds money/);
  });
});

describe('balances', () => {
  const entry = chargeFor(LEG).entry;
  const [wallet, revenue] = entry?.lines ?? [];
  if (entry === null || wallet === undefined || revenue === undefined) throw new Error('no entry');

  it('holds for a whole entry', () => {
    assert.equal(balances(entry), true);
  });

  const BROKEN: Record<string, LedgerEntry['lines']> = {
    'nothing at all': [],
    'one side': [{ ...wallet, amount_micros: micros(0) }],
    'a sum that is not zero': [wallet, { ...revenue, amount_micros: micros(199_999) }],
    'two currencies': [wallet, { ...revenue, currency: 'EUR' }],
    'a line of another entry': [wallet, { ...revenue, entry_id: 'charge:c2' }],
    'lines out of count': [wallet, { ...revenue, line: 0 }],
  };
  for (const [name, lines] of Object.entries(BROKEN))
    it(`does not hold for ${name}`, () => {
      assert.equal(balances({ ...entry, lines }), false);
    });
});
