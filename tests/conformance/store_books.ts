import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { topUpEntry } from '../../billing/ledger.ts';
import type { LedgerEntry } from '../../billing/ledger.ts';
import { micros } from '../../kernel/money.ts';
import { BrokenInvariant } from '../../kernel/assert.ts';
import type { Leg, Store } from '../../store/store.ts';
import { onBench } from './store_bench.ts';
import type { MakeStore, StoreTest } from './store_bench.ts';
import {
  account,
  at,
  chargeOf,
  ended,
  eventOf,
  moved,
  newLeg,
  owner,
  unitOf,
} from './store_rows.ts';
import type { Owner } from './store_rows.ts';

/** Money: charges, top-ups, and the proof that the books are right. */
export function describeBooks(make: MakeStore): void {
  describe('books', () => {
    it('charge an answered leg, and end its hold', onBench(make, charge));
    it('charge a leg once, however often it is asked', onBench(make, chargeOnce));
    it('end the hold of a leg that was never answered', onBench(make, unanswered));
    it('post a payment once, and know it again', onBench(make, payments));
    it('refuse an entry that does not balance', onBench(make, unbalanced));
    it('list postings newest first', onBench(make, postings));
    it('show every planted kind of damage', onBench(make, damage));
  });
}

function payment(whose: Owner, payment_id: string, amount: number, ms = 0): LedgerEntry {
  const { account_id } = whose;
  const amount_micros = micros(amount);
  const money = { account_id, currency: 'USD', amount_micros, at: at(ms), detail: 'card' };
  return topUpEntry({ payment_id, ...money });
}

async function funded(store: Store): Promise<Owner> {
  const whose = owner();
  assert.equal(await store.shelves.accounts.insert(account(whose)), true);
  assert.equal(await store.ledger.post(payment(whose, `p-${whose.account_id}`, 100_000)), 'posted');
  return whose;
}

async function placed(store: Store, whose: Owner): Promise<Leg> {
  const leg = newLeg(whose);
  const hold = { account_id: whose.account_id, amount: leg.call.hold_micros };
  assert.equal(await store.legs.commit(unitOf(leg, { hold })), 'committed');
  return leg;
}

const purse = async (store: Store, whose: Owner): Promise<readonly (number | undefined)[]> => {
  const row = await store.shelves.accounts.get('all', whose.account_id);
  return [row?.balance_micros, row?.held_micros];
};

const charge: StoreTest = async ({ store }) => {
  const whose = await funded(store);
  const leg = ended(await placed(store, whose));
  assert.deepEqual(await purse(store, whose), [100_000, 12_000]);
  const due = chargeOf(leg, 61_000);
  assert.equal(await store.legs.commit(unitOf(leg, { charge: due })), 'committed');
  assert.deepEqual(await purse(store, whose), [76_000, 0]);
  const page = { size: 10, before: null };
  const { rows } = await store.ledger.billings(whose.customer_id, {}, page);
  const [billing] = rows;
  assert.equal(rows.length, 1);
  assert.equal(billing?.amount_micros, 24_000);
  assert.equal(billing?.billed_s, 120);
  assert.deepEqual(billing?.price, due.price);
  assert.deepEqual(await store.ledger.billing(whose.customer_id, billing?.id ?? ''), billing);
  assert.equal(await store.ledger.billing(owner().customer_id, billing?.id ?? ''), null);
  assert.equal((await store.ledger.billings(owner().customer_id, {}, page)).rows.length, 0);
  const mine = { call_id: leg.call.id };
  assert.equal((await store.ledger.billings('all', mine, page)).rows.length, 1);
  assert.deepEqual(await store.ledger.proof(), []);
};

const chargeOnce: StoreTest = async ({ store }) => {
  const whose = await funded(store);
  const leg = ended(await placed(store, whose));
  const due = chargeOf(leg, 1000);
  await store.legs.commit(unitOf(leg, { charge: due }));
  const late = moved(leg, {});
  assert.equal(await store.legs.commit(unitOf(late, { charge: due })), 'committed');
  assert.deepEqual(await purse(store, whose), [88_000, 0]);
  const shown = await store.ledger.postings(whose.account_id, { size: 10, before: null });
  const charges = shown.rows.filter((line) => line.entry_id === `charge:${leg.call.id}`);
  assert.equal(charges.length, 1);
  assert.deepEqual(await store.ledger.proof(), []);
};

const unanswered: StoreTest = async ({ store }) => {
  const whose = await funded(store);
  const open = await placed(store, whose);
  const leg = moved(open, { ...ended(open).call, tm_progressing: null });
  await store.legs.commit(unitOf(leg, { charge: chargeOf(leg, 0) }));
  await store.legs.commit(unitOf(moved(leg, {}), { charge: chargeOf(leg, 0) }));
  assert.deepEqual(await purse(store, whose), [100_000, 0]);
  const page = { size: 10, before: null };
  assert.equal((await store.ledger.billings(whose.customer_id, {}, page)).rows.length, 0);
  assert.deepEqual(await store.ledger.proof(), []);
};

const payments: StoreTest = async ({ store }) => {
  const whose = await funded(store);
  const entry = payment(whose, 'abc', 500);
  const results = await Promise.all([1, 2, 3].map(() => store.ledger.post(entry)));
  assert.deepEqual(results.toSorted(), ['posted', 'replayed', 'replayed']);
  assert.equal(await store.ledger.post(payment(whose, 'abc', 500, 99)), 'replayed');
  assert.equal(await store.ledger.post(payment(whose, 'abc', 501)), 'mismatch');
  const other = await funded(store);
  assert.equal(await store.ledger.post(payment(other, 'abc', 500)), 'mismatch');
  assert.deepEqual(await purse(store, whose), [100_500, 0]);
  assert.deepEqual(await purse(store, other), [100_000, 0]);
  assert.deepEqual(await store.ledger.proof(), []);
};

const unbalanced: StoreTest = async ({ store }) => {
  const whose = await funded(store);
  const entry = payment(whose, 'x', 5);
  const lines = entry.lines.map((line) => ({ ...line, amount_micros: micros(5) }));
  await assert.rejects(store.ledger.post({ ...entry, lines }), BrokenInvariant);
  await assert.rejects(store.ledger.post(payment(owner(), 'y', 5)), BrokenInvariant);
  assert.deepEqual(await purse(store, whose), [100_000, 0]);
  assert.equal(await store.ledger.post(entry), 'posted');
};

const postings: StoreTest = async ({ store }) => {
  const whose = await funded(store);
  for (const n of [1, 2, 3, 4]) await store.ledger.post(payment(whose, `n${n}`, n, n >> 1));
  const shown: string[] = [];
  let before: Awaited<ReturnType<typeof store.ledger.postings>>['next'] = null;
  do {
    const page = await store.ledger.postings(whose.account_id, { size: 2, before });
    shown.push(...page.rows.map((line) => line.entry_id));
    before = page.next;
  } while (before !== null);
  const first = `topup:p-${whose.account_id}`;
  assert.deepEqual(shown, ['topup:n4', 'topup:n3', 'topup:n2', first, 'topup:n1'].toSorted(by));
  function by(one: string, other: string): number {
    const when = (entry: string): number =>
      entry === 'topup:n4' ? 2 : /n[23]/.test(entry) ? 1 : 0;
    return when(other) - when(one) || (other > one ? 1 : -1);
  }
};

const damage: StoreTest = async ({ store, execute }) => {
  const whose = await funded(store);
  const live = await placed(store, whose);
  const leg = ended(await placed(store, whose));
  await store.legs.commit(unitOf(leg, { charge: chargeOf(leg, 1000) }));
  assert.deepEqual(await store.ledger.proof(), []);
  const entry = `entry_id = 'charge:${leg.call.id}'`;
  const planted: readonly (readonly [string, string])[] = [
    [`update postings set amount_micros = amount_micros + 1 where ${entry}`, '- 1'],
    [`update accounts set balance_micros = balance_micros + 1`, '- 1'],
    [`update accounts set held_micros = held_micros + 1`, '- 1'],
    [`update billings set amount_micros = amount_micros + 1`, '- 1'],
  ];
  for (const [harm, healed] of planted) {
    await execute(harm);
    assert.notDeepEqual(await store.ledger.proof(), [], harm);
    await execute(harm.replace('+ 1', healed));
    assert.deepEqual(await store.ledger.proof(), [], `after ${harm}`);
  }
  await execute(`update calls set live = null where id = '${live.call.id}'`);
  assert.match((await store.ledger.proof()).join(), /has ended and still holds money/);
  await execute(`update calls set live = 1 where id = '${live.call.id}'`);
  await execute(`delete from billings where call_id = '${leg.call.id}'`);
  const found = (await store.ledger.proof()).join();
  assert.match(found, /was never billed/);
  assert.match(found, /1 entries charge calls, 0 calls were billed/);
  assert.equal(eventOf(leg).subject_id, leg.call.id);
};
