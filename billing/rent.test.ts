import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccountId, Instant } from '../kernel/brand.ts';
import { micros } from '../kernel/money.ts';
import { balances } from './ledger.ts';
import { monthFrom, paidUntil, type Rent, rentBackEntry, rentEntry } from './rent.ts';

const at = (text: string): Instant => Date.parse(text) as Instant;
const day = (instant: Instant): string => new Date(instant).toISOString();

const RENT: Rent = {
  number_id: 'n1',
  number: '+12125550101',
  month: 3,
  account_id: 'a1' as AccountId,
  currency: 'USD',
  amount_micros: micros(1_000_000),
  at: at('2026-05-01T00:00:00Z'),
};

describe('months of a number', () => {
  it('end on the day of the purchase, and clamp without drifting', () => {
    const bought = at('2026-01-31T17:00:00Z');
    const ends = [0, 1, 2, 12].map((month) => day(paidUntil(bought, month)));
    assert.deepEqual(ends, [
      '2026-02-28T00:00:00.000Z',
      '2026-03-31T00:00:00.000Z',
      '2026-04-30T00:00:00.000Z',
      '2027-02-28T00:00:00.000Z',
    ]);
  });

  it('follow one another', () => {
    const bought = at('2024-02-29T23:59:59Z');
    let renew = paidUntil(bought, 0);
    for (let month = 1; month < 50; month += 1) {
      assert.equal(monthFrom(bought, renew), month);
      const next = paidUntil(bought, month);
      assert.ok(next > renew);
      renew = next;
    }
  });
});

describe('rent', () => {
  it('is an entry of its own for each number and month, and balances', () => {
    const entry = rentEntry(RENT);
    assert.equal(entry.id, 'rent:n1:3');
    assert.ok(balances(entry));
    assert.deepEqual(
      entry.lines.map(({ book, amount_micros }) => [book, amount_micros]),
      [
        ['wallet', -1_000_000],
        ['revenue:numbers', 1_000_000],
      ],
    );
  });

  it('is given back by another', () => {
    const entry = rentBackEntry(RENT);
    assert.equal(entry.id, 'rent_back:n1:3');
    assert.equal(entry.lines[0]?.amount_micros, 1_000_000);
    assert.ok(balances(entry));
  });
});
