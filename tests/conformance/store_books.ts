import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { topUpEntry } from '../../billing/ledger.ts';
import type { LedgerEntry } from '../../billing/ledger.ts';
import { micros } from '../../kernel/money.ts';
import { BrokenInvariant } from '../../kernel/assert.ts';
import type { Leg, Store, Unit } from '../../store/store.ts';
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
  orderOf,
  owner,
  unitOf,
} from './store_rows.ts';
import type { Owner } from './store_rows.ts';

/** Money: charges, top-ups, and the proof that the books are right. */
export function describeBooks(make: MakeStore): void {
  describe('books', () => {
    it('charge an answered leg, and end its hold', onBench(make, charge));
    it('hold more for a leg that goes on', onBench(make, holdMore));
    it('leave nothing of a hold that is refused', onBench(make, holdRefused));
    it('never hold more than there is for legs that go on', onBench(make, parallelHolds));
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

/** An account with 100,000 micros in it. */
export async function funded(store: Store): Promise<Owner> {
  const whose = owner();
  assert.equal(await store.shelves.accounts.insert(account(whose)), true);
  assert.equal(await store.ledger.post(payment(whose, `p-${whose.account_id}`, 100_000)), 'posted');
  return whose;
}

/** A leg for which 12,000 micros are held. */
export async function placed(store: Store, whose: Owner): Promise<Leg> {
  const leg = newLeg(whose);
  const hold = { account_id: whose.account_id, amount: leg.call.hold_micros };
  assert.equal(await store.legs.commit(unitOf(leg, { hold })), 'committed');
  return leg;
}

/** What is in an account, and what of it is held. */
export const purse = async (
  store: Store,
  whose: Owner,
): Promise<readonly (number | undefined)[]> => {
  const row = await store.shelves.accounts.get('all', whose.account_id);
  return [row?.balance_micros, row?.held_micros];
};

const charge: StoreTest = async ({ store }) => {
  const whose = await funded(store);
  const leg = ended(await extended(store, await placed(store, whose), 12_000));
  assert.deepEqual(await purse(store, whose), [100_000, 24_000]);
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

/** The unit by which a leg is granted more talk: it moves, and more is held for it. */
function grantOf(leg: Leg, amount: number): Unit {
  const { account_id, hold_micros, granted_ms } = leg.call;
  const more = moved(leg, {
    granted_ms: granted_ms + 60_000,
    hold_micros: micros(hold_micros + amount),
  });
  const event = eventOf(more, { type: 'credit_granted', notices: [] });
  return unitOf(more, { event, hold: { account_id, amount: micros(amount) }, run_changed: false });
}

async function extended(store: Store, leg: Leg, amount: number): Promise<Leg> {
  const unit = grantOf(leg, amount);
  assert.equal(await store.legs.commit(unit), 'committed');
  return unit.leg;
}

const holdMore: StoreTest = async ({ store, reopen }) => {
  const whose = await funded(store);
  const leg = await extended(store, await placed(store, whose), 8_000);
  assert.deepEqual(await purse(store, whose), [100_000, 20_000]);
  assert.deepEqual(await store.ledger.proof(), []);
  const twice = await Promise.all([1, 2].map(() => store.legs.commit(grantOf(leg, 500))));
  assert.deepEqual(twice.toSorted(), ['committed', 'conflict']);
  const again = await reopen();
  const stored = await again.legs.load(leg.call.id);
  assert.deepEqual([stored?.call.hold_micros, stored?.version], [20_500, 3]);
  assert.deepEqual(await purse(again, whose), [100_000, 20_500]);
  assert.deepEqual(await again.ledger.proof(), []);
  const over = ended(stored ?? leg);
  assert.equal(
    await again.legs.commit(unitOf(over, { charge: chargeOf(over, 1000) })),
    'committed',
  );
  assert.deepEqual(await purse(again, whose), [88_000, 0]);
  assert.deepEqual(await again.ledger.proof(), []);
};

const holdRefused: StoreTest = async ({ store }) => {
  const whose = await funded(store);
  const leg = await placed(store, whose);
  const unit = grantOf(leg, 88_001);
  const order = orderOf(unit.leg);
  const poor = { ...unit, orders: [order], done: [] };
  const [refused, placedBeside] = await Promise.all([
    store.legs.commit(poor),
    store.legs.commit(unitOf(newLeg(whose))),
  ]);
  assert.deepEqual([refused, placedBeside], ['no_funds', 'committed']);
  assert.deepEqual(await store.legs.load(leg.call.id), leg);
  assert.equal((await store.calls.timeline(leg.call.id)).length, 1);
  assert.deepEqual(await store.legs.outbox('n1', 10), []);
  assert.deepEqual(await purse(store, whose), [100_000, 12_000]);
  // the same event may come again with less, and is then taken
  const less = grantOf(leg, 88_000);
  assert.equal(await store.legs.commit({ ...less, event: poor.event }), 'committed');
  assert.deepEqual(await purse(store, whose), [100_000, 100_000]);
  assert.deepEqual(await store.ledger.proof(), []);
};

const parallelHolds: StoreTest = async ({ store, second }) => {
  const whose = await funded(store);
  const other = second === null ? store : await second();
  const legs: Leg[] = [];
  for (let n = 0; n < 8; n += 1) legs.push(await placed(store, whose));
  const results = await Promise.all(
    legs.map((leg, n) => (n % 2 === 0 ? store : other).legs.commit(grantOf(leg, 1_000))),
  );
  assert.equal(results.filter((result) => result === 'committed').length, 4);
  assert.equal(results.filter((result) => result === 'no_funds').length, 4);
  assert.deepEqual(await purse(store, whose), [100_000, 100_000]);
  assert.deepEqual(await store.ledger.proof(), []);
  if (other !== store) await other.close();
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
  assert.equal(await store.ledger.post(payment(other, 'abc', 700)), 'posted', 'a name of its own');
  assert.deepEqual(await purse(store, whose), [100_500, 0]);
  assert.deepEqual(await purse(store, other), [100_700, 0]);
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
  const names = ['n4', 'n3', 'n2', `p-${whose.account_id}`, 'n1'];
  assert.deepEqual(shown, names.map((name) => `topup:${whose.account_id}:${name}`).toSorted(by));
  function by(one: string, other: string): number {
    const when = (entry: string): number =>
      entry.endsWith(':n4') ? 2 : /:n[23]$/.test(entry) ? 1 : 0;
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
  await execute('update accounts set credit_limit_micros = -88001');
  assert.match((await store.ledger.proof()).join(), /is at 88000 micros, past its limit/);
  await execute('update accounts set credit_limit_micros = -88000');
  assert.deepEqual(await store.ledger.proof(), []);
  await execute(`update call_facts set hold_micros = 11999 where id = '${leg.call.id}'`);
  assert.match((await store.ledger.proof()).join(), /was billed 12000 micros, held 11999/);
  await execute(`update call_facts set hold_micros = 12000 where id = '${leg.call.id}'`);
  await execute(`update calls set live = null where id = '${live.call.id}'`);
  assert.match((await store.ledger.proof()).join(), /has ended and still holds money/);
  await execute(`update calls set live = 1 where id = '${live.call.id}'`);
  await execute(`delete from billings where call_id = '${leg.call.id}'`);
  const found = (await store.ledger.proof()).join();
  assert.match(found, /was never billed/);
  assert.match(found, /1 entries charge calls, 0 calls were billed/);
  assert.equal(eventOf(leg).subject_id, leg.call.id);
};
