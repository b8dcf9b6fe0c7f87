import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_TIMERS } from '../../calls/call.ts';
import { micros } from '../../kernel/money.ts';
import type { CommitResult, Store, Unit } from '../../store/store.ts';
import { onBench } from './store_bench.ts';
import type { MakeStore, StoreTest } from './store_bench.ts';
import {
  account,
  at,
  attemptOf,
  deliveryOf,
  ended,
  eventOf,
  id,
  moved,
  newLeg,
  orderOf,
  owner,
  unitOf,
} from './store_rows.ts';

/** The path of a call: units, guards, and what a refused unit leaves behind. */
export function describeLegs(make: MakeStore): void {
  describe('legs', () => {
    it('come back as they went in', onBench(make, roundTrip));
    it('come back from a restart', onBench(make, restart));
    it('move by version', onBench(make, versions));
    it('take an event once', onBench(make, duplicates));
    it('are refused one by one in a batch of many', onBench(make, refusals));
    it('leave nothing of a refused unit', onBench(make, nothingLeft));
    it('never hold more than there is', onBench(make, parallelHolds));
    it('keep orders until they are performed', onBench(make, outbox));
    it('are overdue in order', onBench(make, overdue));
    it('are found by attempt', onBench(make, attempts));
    it('race between two nodes, and one wins each step', onBench(make, race));
  });
}

const all = (store: Store, units: readonly Unit[]): Promise<CommitResult[]> =>
  Promise.all(units.map((unit) => store.legs.commit(unit)));

const roundTrip: StoreTest = async ({ store, reopen }) => {
  const leg = newLeg(owner());
  assert.equal(await store.legs.commit(unitOf(leg)), 'committed');
  assert.deepEqual(await store.legs.load(leg.call.id), leg);
  const answered = moved(leg, {
    status: 'progressing',
    tm_ringing: at(5),
    tm_progressing: at(9),
    attempts: [attemptOf(leg.call, { status: 'accepted' })],
    chained_call_ids: [id()],
  });
  const next = { ...answered, run: { ...leg.run, status: 'running', awaits: id() } as const };
  assert.equal(await store.legs.commit(unitOf(next)), 'committed');
  assert.deepEqual(await store.legs.load(leg.call.id), next);
  assert.equal(await store.legs.load(id()), null);
  const again = await reopen();
  assert.deepEqual(await again.legs.load(leg.call.id), next);
};

const restart: StoreTest = async ({ store, reopen }) => {
  const leg = newLeg(owner());
  const event = eventOf(leg);
  const order = orderOf(leg);
  const delivery = deliveryOf(event);
  await store.legs.commit(unitOf(leg, { event, orders: [order], deliveries: [delivery] }));
  const done = ended(leg);
  // what is stored once may change all the same, also when nothing is remembered of the leg
  const changed = { ...done, call: { ...done.call, attempts_max: 9 } };
  const again = await reopen();
  assert.deepEqual(await again.legs.load(leg.call.id), leg);
  assert.deepEqual(await again.legs.outbox('n1', 10), [order]);
  assert.deepEqual(await again.deliveries.pending('n1', 10), [delivery]);
  assert.deepEqual(await again.calls.timeline(leg.call.id), [event]);
  assert.equal(await again.legs.commit(unitOf(changed)), 'committed');
  assert.deepEqual(await again.legs.load(leg.call.id), changed);
};

const versions: StoreTest = async ({ store }) => {
  const leg = newLeg(owner());
  const ringing = moved(leg, { status: 'ringing', tm_ringing: at(3) });
  await store.legs.commit(unitOf(leg));
  assert.equal(await store.legs.commit(unitOf(ringing)), 'committed');
  const late = unitOf(moved(leg, { status: 'canceling', tm_ringing: null }));
  assert.equal(await store.legs.commit(late), 'conflict');
  const narrow = { ...late, event: eventOf(late.leg), run_changed: false };
  assert.equal(await store.legs.commit(narrow), 'conflict');
  assert.deepEqual(await store.legs.load(leg.call.id), ringing);
  assert.equal(await store.legs.commit(unitOf(moved(newLeg(owner()), {}))), 'conflict');
};

const duplicates: StoreTest = async ({ store }) => {
  const leg = newLeg(owner());
  const event = eventOf(leg);
  const unit = unitOf(leg, { event });
  assert.deepEqual((await all(store, [unit, unit])).toSorted(), ['committed', 'duplicate']);
  // the same call under another event, and the same event a step later
  assert.equal(await store.legs.commit(unitOf(leg)), 'duplicate');
  assert.equal(await store.legs.commit(unitOf(moved(leg, {}), { event })), 'duplicate');
  assert.deepEqual(await store.legs.load(leg.call.id), leg);
  assert.equal((await store.calls.timeline(leg.call.id)).length, 1);
};

const refusals: StoreTest = async ({ store }) => {
  const whose = owner();
  await store.shelves.accounts.insert(account(whose, { balance_micros: micros(100) }));
  const hold = (amount: number) => ({ account_id: whose.account_id, amount: micros(amount) });
  const good = [newLeg(whose), newLeg(whose), newLeg(whose)];
  const first = good[0] ?? newLeg(whose);
  const results = await all(store, [
    unitOf(first, { hold: hold(60) }),
    unitOf(newLeg(whose), { hold: hold(60) }),
    unitOf(moved(newLeg(whose), {})),
    unitOf(first),
    ...good.slice(1).map((leg) => unitOf(leg, { hold: hold(20) })),
    unitOf(newLeg(whose), { hold: hold(1) }),
    unitOf(newLeg(whose), { hold: { account_id: id(), amount: micros(1) } }),
  ]);
  assert.equal(results.filter((result) => result === 'committed').length, 3);
  assert.equal(results[2], 'conflict');
  assert.equal(results[3], 'duplicate');
  assert.equal(results.at(-1), 'no_funds');
  const stored = await store.shelves.accounts.get('all', whose.account_id);
  assert.equal(stored?.held_micros, 100);
};

const nothingLeft: StoreTest = async ({ store }) => {
  const whose = owner();
  const poor = newLeg(whose);
  const event = eventOf(poor);
  const hold = { account_id: whose.account_id, amount: micros(1) };
  const rows = { orders: [orderOf(poor)], deliveries: [deliveryOf(event)] };
  const attempt = attemptOf(poor.call);
  const { id: call_id, customer_id } = poor.call;
  const tried = [{ attempt, call_id, customer_id, provider_id: id() }];
  const unit = unitOf(poor, { event, hold, ...rows, attempts: tried });
  const [result, other] = await all(store, [unit, unitOf(newLeg(whose))]);
  assert.deepEqual([result, other], ['no_funds', 'committed']);
  assert.equal(await store.legs.load(call_id), null);
  assert.deepEqual(await store.calls.timeline(call_id), []);
  assert.deepEqual(await store.legs.outbox('n1', 10), []);
  assert.deepEqual(await store.deliveries.pending('n1', 10), []);
  assert.equal(await store.legs.callOfAttempt(attempt.id), null);
  await store.shelves.accounts.insert(account(whose, { credit_limit_micros: micros(1) }));
  assert.equal(await store.legs.commit(unit), 'committed');
};

const parallelHolds: StoreTest = async ({ store, second }) => {
  const whose = owner();
  await store.shelves.accounts.insert(account(whose, { balance_micros: micros(1000) }));
  const hold = { account_id: whose.account_id, amount: micros(10) };
  const other = second === null ? store : await second();
  const results = await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      (n % 2 === 0 ? store : other).legs.commit(unitOf(newLeg(whose), { hold })),
    ),
  );
  assert.equal(results.filter((result) => result === 'committed').length, 100);
  assert.equal(results.filter((result) => result === 'no_funds').length, 100);
  const stored = await store.shelves.accounts.get(whose.customer_id, whose.account_id);
  assert.equal(stored?.held_micros, 1000);
  assert.equal(await store.calls.countLive(), 100);
  if (other !== store) await other.close();
};

const outbox: StoreTest = async ({ store }) => {
  const leg = newLeg(owner());
  const orders = [1, 2, 3].map((ms) => orderOf(leg, { at: at(ms) }));
  const [first, second, third] = orders;
  await store.legs.commit(unitOf(leg, { orders: orders.toReversed() }));
  assert.deepEqual(await store.legs.outbox('n1', 2), [first, second]);
  assert.deepEqual(await store.legs.outbox('n2', 2), []);
  await store.legs.performed(leg.call.id, first === undefined ? [] : [first.id]);
  const done = second === undefined ? [] : [second.id];
  await store.legs.commit(unitOf(moved(leg, {}), { done }));
  assert.deepEqual(await store.legs.outbox('n1', 9), [third]);
  await store.legs.performed(leg.call.id, []);
};

const overdue: StoreTest = async ({ store }) => {
  const legs = [300, 100, 200].map((ms) => {
    const leg = newLeg(owner());
    return { ...leg, call: { ...leg.call, timers: { ...NO_TIMERS, talk: at(ms) } } };
  });
  await all(
    store,
    legs.map((leg) => unitOf(leg)),
  );
  const ids = legs.map((leg) => leg.call.id);
  assert.deepEqual(await store.legs.overdue(at(99), 9), []);
  assert.deepEqual(await store.legs.overdue(at(300), 9), [ids[1], ids[2], ids[0]]);
  assert.deepEqual(await store.legs.overdue(at(300), 1), [ids[1]]);
  const [last, first] = legs;
  if (first === undefined || last === undefined) return;
  await store.legs.commit(unitOf(ended(first)));
  await store.legs.commit(unitOf(moved(last, { timers: { ...NO_TIMERS, dial: at(900) } })));
  assert.deepEqual(await store.legs.overdue(at(300), 9), [ids[2]]);
  assert.equal(await store.calls.countLive(), 2);
};

const attempts: StoreTest = async ({ store }) => {
  const leg = newLeg(owner());
  const { id: call_id, customer_id } = leg.call;
  const provider_id = leg.call.candidates[0]?.provider_id ?? id();
  const attempt = attemptOf(leg.call);
  const dialled = { ...leg, call: { ...leg.call, attempts: [attempt] } };
  const row = (patch: object) => ({
    call_id,
    customer_id,
    provider_id,
    attempt: { ...attempt, ...patch },
  });
  await store.legs.commit(unitOf(dialled, { attempts: [row({})] }));
  assert.equal(await store.legs.callOfAttempt(attempt.id), call_id);
  assert.equal(await store.legs.callOfAttempt(id()), null);
  const next = moved(dialled, { attempts: [{ ...attempt, status: 'accepted' }] });
  const accepted = [row({ status: 'accepted' })];
  assert.equal(await store.legs.commit(unitOf(next, { attempts: accepted })), 'committed');
  const done = [row({ status: 'ended', tm_end: at(9) })];
  assert.equal(await store.legs.commit(unitOf(ended(next), { attempts: done })), 'committed');
};

const race: StoreTest = async ({ store, second }) => {
  const other = second === null ? store : await second();
  const legs = Array.from({ length: 20 }, () => newLeg(owner()));
  await all(
    store,
    legs.map((leg) => unitOf(leg)),
  );
  let steps = legs;
  for (let round = 0; round < 5; round += 1) {
    const next = steps.map((leg) => moved(leg, { status: 'ringing', tm_ringing: at(round) }));
    const [ours, theirs] = await Promise.all([
      all(
        store,
        next.map((leg) => unitOf(leg)),
      ),
      all(
        other,
        next.map((leg) => unitOf(leg)),
      ),
    ]);
    for (const [place, result] of ours.entries())
      assert.deepEqual([result, theirs[place]].toSorted(), ['committed', 'conflict']);
    steps = next;
  }
  for (const leg of steps) {
    assert.deepEqual(await store.legs.load(leg.call.id), leg);
    assert.deepEqual(await other.legs.load(leg.call.id), leg);
  }
  if (other !== store) await other.close();
};
