import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LedgerEntry } from '../../billing/ledger.ts';
import { rentEntry } from '../../billing/rent.ts';
import { micros } from '../../kernel/money.ts';
import { onBench } from './store_bench.ts';
import type { MakeStore, StoreTest } from './store_bench.ts';
import { funded, placed, purse } from './store_books.ts';
import { at, chargeOf, ended, newLeg, owner, unitOf } from './store_rows.ts';

/** What accounts bear, open and closed. */
export function describeAccounts(make: MakeStore): void {
  describe('accounts', () => {
    it('hold nothing more once they are closed, and stay readable', onBench(make, closed));
    it('spend what is there, once, and no more', onBench(make, spending));
  });
}

const closed: StoreTest = async ({ store }) => {
  const whose = await funded(store);
  const leg = ended(await placed(store, whose));
  const { accounts } = store.shelves;
  assert.equal(await accounts.remove(whose.customer_id, whose.account_id, at(5)), true);
  const late = newLeg(whose);
  const hold = { account_id: whose.account_id, amount: micros(0) };
  assert.equal(await store.legs.commit(unitOf(late, { hold })), 'no_funds');
  assert.equal(await store.legs.commit(unitOf(leg, { charge: chargeOf(leg, 1_000) })), 'committed');
  assert.equal(await accounts.get('all', whose.account_id), null);
  const row = await store.ledger.account(whose.customer_id, whose.account_id);
  assert.deepEqual([row?.balance_micros, row?.held_micros, row?.tm_delete], [88_000, 0, at(5)]);
  assert.equal(await store.ledger.account(owner().customer_id, whose.account_id), null);
  assert.deepEqual(await store.ledger.proof(), []);
};

const spending: StoreTest = async ({ store }) => {
  const whose = await funded(store);
  await placed(store, whose);
  const rent = (month: number, amount: number): LedgerEntry =>
    rentEntry({
      number_id: whose.account_id,
      number: '+12125550101',
      month,
      account_id: whose.account_id,
      currency: 'USD',
      amount_micros: micros(amount),
      at: at(5),
    });
  assert.equal(await store.ledger.spend(rent(0, 88_001)), 'no_funds', '12,000 are held');
  assert.equal(await store.ledger.spend(rent(0, 40_000)), 'posted');
  assert.equal(await store.ledger.spend(rent(0, 40_000)), 'replayed');
  assert.equal(await store.ledger.spend(rent(0, 40_001)), 'mismatch');
  assert.deepEqual(await purse(store, whose), [60_000, 12_000]);
  const many = Array.from({ length: 8 }, (_each, month) =>
    store.ledger.spend(rent(1 + month, 20_000)),
  );
  const results = await Promise.all(many);
  assert.equal(results.filter((result) => result === 'posted').length, 2);
  assert.deepEqual(await purse(store, whose), [20_000, 12_000]);
  assert.equal(await store.ledger.spend(rent(0, 40_000)), 'replayed', 'also without funds');
  await store.shelves.accounts.remove('all', whose.account_id, at(9));
  assert.equal(await store.ledger.spend(rent(20, 1)), 'no_funds');
  assert.deepEqual(await store.ledger.proof(), []);
};
