import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AttemptId, Instant } from '../../kernel/brand.ts';
import type { DeliveryRow, DeliveryTry, NoticeRow } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import { onBench } from './store_bench.ts';
import type { MakeStore, StoreTest } from './store_bench.ts';
import {
  at,
  deliveryOf,
  eventOf,
  id,
  newLeg,
  orderOf,
  owner,
  sandboxLeg,
  unitOf,
} from './store_rows.ts';

/** Work in hand: deliveries, claims, nodes, and the sandbox network's log. */
export function describeWork(make: MakeStore): void {
  describe('work', () => {
    it('keeps deliveries until they are settled', onBench(make, deliveries));
    it('leaves a delivery with the node that has it', onBench(make, adoptedDelivery));
    it('lists deliveries by filter, to their owner only', onBench(make, deliveryLists));
    it('goes on with pending deliveries from a place', onBench(make, pendingParts));
    it('finds the notices of deliveries', onBench(make, notices));
    it('keeps notices of one event that tell the same', onBench(make, twoNotices));
    it('claims an idempotency key once', onBench(make, claims));
    it('takes a claim over from a dead node only', onBench(make, takeOver));
    it('adopts what a dead node left, once', onBench(make, adoption));
    it('remembers what the sandbox network heard', onBench(make, sandbox));
    it('remembers who was in which room of the sandbox', onBench(make, visits));
    it('never changes a sandbox leg that is over', onBench(make, sandboxOver));
  });
}

const TRY: DeliveryTry = {
  at: at(5),
  trigger: 'first',
  status_code: 503,
  duration_ms: 12,
  error: null,
  response: 'ünavailable',
};

const deliveries: StoreTest = async ({ store, reopen }) => {
  const leg = newLeg(owner());
  const event = eventOf(leg);
  const endpoint_id = id();
  const rows = [2, 1].map((sequence) => deliveryOf(event, { sequence, endpoint_id }));
  const [second, first] = rows as [DeliveryRow, DeliveryRow];
  await store.legs.commit(unitOf(leg, { event, deliveries: rows }));
  assert.deepEqual(await store.deliveries.pending('n1', 10), [first, second]);
  const failed: DeliveryRow = { ...first, tries: [TRY], next_at: at(5000) };
  const delivered: DeliveryRow = { ...second, status: 'delivered', next_at: null, tries: [TRY] };
  await store.deliveries.settle([failed, delivered]);
  await store.deliveries.settle([]);
  assert.deepEqual(await store.deliveries.pending('n1', 10), [failed]);
  assert.deepEqual(await store.deliveries.get('all', second.id), delivered);
  const more = deliveryOf(event, { sequence: 3 });
  await store.deliveries.insert([more, first], null);
  const again = await reopen();
  assert.deepEqual(await again.deliveries.get(event.customer_id, more.id), more);
  assert.deepEqual(await again.deliveries.get('all', first.id), failed);
};

const adoptedDelivery: StoreTest = async ({ store }) => {
  const event = eventOf(newLeg(owner()));
  const [lost, kept] = [deliveryOf(event, { node: 'n2' }), deliveryOf(event, { sequence: 2 })];
  await store.deliveries.insert([lost, kept], event);
  const late = [lost, kept].map((row): DeliveryRow => ({ ...row, node: 'n1', tries: [TRY] }));
  await store.deliveries.settle(late);
  assert.deepEqual(await store.deliveries.get('all', lost.id), lost);
  assert.deepEqual(await store.deliveries.get('all', kept.id), late[1]);
  await store.deliveries.take(late);
  await store.deliveries.take([]);
  assert.deepEqual(await store.deliveries.get('all', lost.id), late[0]);
  assert.deepEqual(await store.deliveries.pending('n2', 9), []);
};

const deliveryLists: StoreTest = async ({ store }) => {
  const event = eventOf(newLeg(owner()));
  const rows = [1, 2, 3].map((ms) =>
    deliveryOf(event, {
      tm_create: at(ms),
      status: ms === 2 ? 'delivered' : 'pending',
      next_at: ms === 2 ? null : at(ms),
    }),
  );
  await store.deliveries.insert(rows, event);
  await store.deliveries.insert(rows, event);
  const [one, two, three] = rows as [DeliveryRow, DeliveryRow, DeliveryRow];
  const list = async (filter: Parameters<Store['deliveries']['list']>[1]) =>
    (await store.deliveries.list(event.customer_id, filter, { size: 9, before: null })).rows;
  assert.deepEqual(await list({}), [three, two, one]);
  assert.deepEqual(await list({ status: 'delivered' }), [two]);
  assert.deepEqual(await list({ endpoint_id: one.endpoint_id }), [one]);
  assert.deepEqual(await list({ created_after: at(2), created_before: at(3) }), [two]);
  const page = { size: 9, before: null };
  assert.deepEqual((await store.deliveries.list(owner().customer_id, {}, page)).rows, []);
  assert.equal(await store.deliveries.get(owner().customer_id, one.id), null);
};

const pendingParts: StoreTest = async ({ store }) => {
  const event = eventOf(newLeg(owner()));
  const [near, far] = [id(1), id(2)];
  const places: readonly (readonly [typeof near, string, number])[] = [
    [near, 'a', 1],
    [near, 'a', 2],
    [near, 'b', 1],
    [far, 'A', 1],
    [far, 'a', 9],
    [far, 'a', 10],
  ];
  const rows = places.map(([endpoint_id, order_key, sequence], place) =>
    deliveryOf(event, { endpoint_id, order_key, sequence, node: place === 1 ? 'n2' : 'n1' }),
  );
  await store.deliveries.insert(rows.toReversed(), event);
  const mine = rows.filter(({ node }) => node === 'n1');
  assert.deepEqual(await store.deliveries.pending('n1', 9), mine);
  for (const [place, row] of mine.entries()) {
    const behind = await store.deliveries.pending('n1', 9, { after: row });
    assert.deepEqual(behind, mine.slice(place + 1));
  }
  const line = { endpoint_id: near, order_key: 'a' };
  assert.deepEqual(await store.deliveries.pending('n1', 9, { line }), rows.slice(0, 2));
};

const notices: StoreTest = async ({ store }) => {
  const leg = newLeg(owner());
  const event = eventOf(leg);
  const row = deliveryOf(event);
  const lost = deliveryOf(eventOf(leg));
  await store.legs.commit(unitOf(leg, { event, deliveries: [row] }));
  const found = await store.deliveries.notices([row, lost]);
  assert.deepEqual([...found], [[row.notice_id, event.notices[0]]]);
};

const twoNotices: StoreTest = async ({ store }) => {
  const leg = newLeg(owner());
  const [first] = eventOf(leg).notices;
  const notices = [{}, {}, { data: { other: true } }, {}].map((patch) => ({
    ...(first as NoticeRow),
    id: id(),
    ...patch,
  }));
  const event = eventOf(leg, { notices });
  await store.legs.commit(unitOf(leg, { event }));
  assert.deepEqual(await store.calls.timeline(leg.call.id), [event]);
};

const claims: StoreTest = async ({ store }) => {
  const { idempotency } = store;
  await store.nodes.beat('n1', at(0));
  const key = `c/POST/v1/calls/${'k'.repeat(300)}`;
  const both = await Promise.all([1, 2].map(() => idempotency.claim(key, 'f1', 'n1')));
  assert.deepEqual(both.map(({ state }) => state).toSorted(), ['mine', 'running']);
  assert.deepEqual(await idempotency.claim(key, 'f2', 'n1'), { state: 'mismatch' });
  await idempotency.release(key);
  assert.equal((await idempotency.claim(key, 'f2', 'n1')).state, 'mine');
  await idempotency.complete(key, 201, '{"naïve":1}');
  await idempotency.release(key);
  const done = { state: 'done', status: 201, body: '{"naïve":1}' };
  assert.deepEqual(await idempotency.claim(key, 'f2', 'n1'), done);
  await idempotency.expire(0 as Instant);
  assert.deepEqual(await idempotency.claim(key, 'f2', 'n1'), done);
  await idempotency.expire(9e15 as Instant);
  assert.equal((await idempotency.claim(key, 'f3', 'n1')).state, 'mine');
};

const takeOver: StoreTest = async ({ store }) => {
  const { idempotency, nodes } = store;
  await nodes.beat('n1', at(0));
  await nodes.beat('n2', at(50));
  const first = await idempotency.claim('k', 'f', 'n1');
  assert.deepEqual(await idempotency.claim('k', 'f', 'n2'), { state: 'running' });
  assert.deepEqual(await nodes.adopt('n2', at(10)), ['n1']);
  const both = await Promise.all([1, 2].map(() => idempotency.claim('k', 'f', 'n2')));
  assert.deepEqual(
    both.filter(({ state }) => state === 'mine'),
    [first],
  );
  assert.deepEqual(await idempotency.claim('k', 'f', 'n3'), { state: 'running' });
};

const adoption: StoreTest = async ({ store, second }) => {
  const other = second === null ? store : await second();
  const leg = newLeg(owner());
  const event = eventOf(leg);
  const order = orderOf(leg);
  const row = deliveryOf(event);
  await store.nodes.beat('n1', at(0));
  await store.nodes.beat('n2', at(1000));
  await store.nodes.beat('n3', at(1000));
  await store.legs.commit(unitOf(leg, { event, orders: [order], deliveries: [row] }));
  assert.deepEqual(await store.nodes.adopt('n2', at(0)), []);
  const took = await Promise.all([store.nodes.adopt('n2', at(9)), other.nodes.adopt('n3', at(9))]);
  assert.deepEqual(took.flat(), ['n1']);
  const node = took[0]?.length === 1 ? 'n2' : 'n3';
  assert.deepEqual(await store.legs.outbox(node, 9), [{ ...order, node }]);
  assert.deepEqual(await store.deliveries.pending(node, 9), [{ ...row, node }]);
  assert.deepEqual(await store.deliveries.pending('n1', 9), []);
  await store.nodes.leave(node);
  const heir = node === 'n2' ? 'n3' : 'n2';
  assert.deepEqual(await store.nodes.adopt(heir, at(9)), [node]);
  assert.equal((await store.legs.outbox(heir, 9)).length, 1);
  if (other !== store) await other.close();
};

const visits: StoreTest = async ({ store, reopen }) => {
  const [room, other, one, two] = [id(), id(), id(), id()];
  const attempts = [one, two] as AttemptId[];
  await Promise.all(attempts.flatMap((each) => [1, 2].map(() => store.sandbox.visit(room, each))));
  await store.sandbox.visit(other, one);
  const again = await reopen();
  assert.deepEqual(await again.sandbox.visitors(room), attempts.toSorted());
  assert.deepEqual(await again.sandbox.visitors(other), [one]);
  assert.deepEqual(await again.sandbox.visitors(id()), []);
};

const sandbox: StoreTest = async ({ store, reopen }) => {
  const leg = sandboxLeg();
  const dials = await Promise.all([1, 2].map(() => store.sandbox.dial(leg)));
  assert.equal(Math.max(...dials.map((row) => row.dial_count)), 2);
  const other = { ...leg, outcome: 'else', leg_ref: 'else' };
  assert.deepEqual(await store.sandbox.dial(other), { ...leg, dial_count: 3 });
  const rung = { ...leg, tm_ringing: at(1), outcome: 'ringing', next_at: at(50), script: { a: 1 } };
  await store.sandbox.save([rung]);
  await store.sandbox.save([]);
  const again = await reopen();
  assert.deepEqual(await again.sandbox.find(leg.attempt_id), { ...rung, dial_count: 3 });
  assert.equal(await again.sandbox.find(id()), null);
  assert.equal((await again.sandbox.overdue(at(50), 9)).length, 0);
  assert.equal((await again.sandbox.overdue(at(51), 9)).length, 1);
  await again.sandbox.dial(sandboxLeg({ tm_dial: at(7) }));
  const page = { size: 1, before: null };
  const listed = await again.sandbox.list({}, page);
  assert.equal(listed.rows[0]?.tm_dial, at(7));
  const rest = await again.sandbox.list({}, { size: 1, before: listed.next });
  assert.deepEqual([rest.rows[0]?.attempt_id, rest.next], [leg.attempt_id, null]);
  const mine = await again.sandbox.list({ call_id: leg.call_id }, page);
  assert.equal(mine.rows[0]?.attempt_id, leg.attempt_id);
  const whose = { customer_id: leg.customer_id ?? id() };
  assert.equal((await again.sandbox.list(whose, page)).rows.length, 1);
};

const sandboxOver: StoreTest = async ({ store }) => {
  const leg = await store.sandbox.dial(sandboxLeg());
  const over = { ...leg, tm_end: at(9), final_code: 487, next_at: null, outcome: 'cancelled' };
  await store.sandbox.save([over]);
  await store.sandbox.save([{ ...leg, tm_answer: at(10), outcome: 'answered' }]);
  assert.deepEqual(await store.sandbox.find(leg.attempt_id), over);
  const told = { ...over, script: { told: true } };
  await store.sandbox.save([told]);
  assert.deepEqual(await store.sandbox.find(leg.attempt_id), told);
};
