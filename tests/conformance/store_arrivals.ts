import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AttemptId, NumberId } from '../../kernel/brand.ts';
import { micros } from '../../kernel/money.ts';
import type { Call } from '../../calls/call.ts';
import type { RefusedCall } from '../../store/arrivals.ts';
import type { OwnNumber } from '../../store/numbers.ts';
import type { Leg, Store, Unit } from '../../store/store.ts';
import type { MakeStore, StoreTest } from './store_bench.ts';
import { onBench } from './store_bench.ts';
import { at, attemptOf, ended, id, newLeg, owner, PRICE, T0, unitOf } from './store_rows.ts';

/** Numbers, and the calls that come in to them. */
export function describeArrivals(make: MakeStore): void {
  describe('numbers and arrivals', () => {
    it('a number has one holder, whoever asks for it where', onBench(make, oneHolder));
    it('numbers are found by what they are and what is due', onBench(make, book));
    it('a leg that a carrier brings is one call, on however many nodes', onBench(make, onceOnly));
    it('ways are known while their calls live', onBench(make, ways));
    it('refused calls that are alike are counted', onBench(make, refusals));
    it('refused calls are forgotten by age and by number', onBench(make, forgetting));
    it('numbers of the sandbox are in service at one account', onBench(make, service));
  });
}

function own(number: string, patch: Partial<OwnNumber> = {}): OwnNumber {
  return {
    id: id(),
    customer_id: owner().customer_id,
    provider_id: id(),
    number,
    held_number: number,
    name: 'main',
    detail: 'Zoë’s',
    status: 'active',
    call_flow_id: id(),
    message_flow_id: null,
    t38_enabled: false,
    emergency_enabled: true,
    own: false,
    monthly_micros: micros(1_000_000),
    price: PRICE,
    tm_purchase: T0,
    tm_renew: at(1_000),
    tm_create: T0,
    tm_update: T0,
    tm_delete: null,
    ...patch,
  };
}

/** The store, and another node's where the engine lets there be one. */
async function nodesOf({ store, second }: Parameters<StoreTest>[0]): Promise<Store[]> {
  return second === null ? [store, store] : [store, await second()];
}

async function close(nodes: readonly Store[], first: Store): Promise<void> {
  for (const node of nodes) if (node !== first) await node.close();
}

const oneHolder: StoreTest = async (bench) => {
  const nodes = await nodesOf(bench);
  const wishes = Array.from({ length: 10 }, () => own('+12125550101'));
  const got = await Promise.all(
    wishes.map((wish, place) => (nodes[place % 2] as Store).shelves.numbers.insert(wish)),
  );
  assert.deepEqual(got.filter(Boolean), [true]);
  const winner = wishes[got.indexOf(true)] as OwnNumber;
  const { numbers } = bench.store.shelves;
  assert.deepEqual(await bench.store.numbers.holder('+12125550101'), winner);
  const gone = { ...winner, status: 'deleted', held_number: null, tm_delete: at(5) } as const;
  assert.equal(await numbers.update({ ...gone, tm_update: at(5) }, winner.tm_update), true);
  assert.equal(await bench.store.numbers.holder('+12125550101'), null);
  assert.equal(await numbers.get('all', winner.id), null);
  assert.equal(await numbers.insert(own('+12125550101')), true, 'free again');
  await close(nodes, bench.store);
};

const book: StoreTest = async ({ store }) => {
  const soon = own('+12125550102', { tm_renew: at(10) });
  const later = own('+12125550103', { tm_renew: at(30) });
  const buying = own('+12125550104', { status: 'buying', tm_renew: at(1), tm_update: at(2) });
  const gone = own('+12125550105', { status: 'deleted', held_number: null, tm_delete: T0 });
  for (const row of [later, soon, buying, gone]) await store.shelves.numbers.insert(row);
  assert.deepEqual(await store.numbers.due(at(20), 9), [soon]);
  assert.deepEqual(await store.numbers.due(at(99), 9), [soon, later]);
  assert.deepEqual(await store.numbers.due(at(99), 1), [soon]);
  assert.deepEqual(await store.numbers.due(at(99), 9, soon), [later]);
  assert.deepEqual(await store.numbers.unsettled(at(3), 9), [buying]);
  assert.deepEqual(await store.numbers.unsettled(at(2), 9), []);
  const held = [soon, later, buying].map(({ number }) => number);
  assert.deepEqual((await store.numbers.held()).toSorted(), held);
};

/** A leg that a carrier brought, as a unit that makes a call of it. */
function brought(attempt_id: AttemptId, patch: Partial<Call> = {}): Unit {
  const made = newLeg(owner());
  const arrival = {
    number_id: id() as NumberId,
    anonymous: false,
    verstat: 'passed',
    attestation: 'A',
    diversions: ['+4930'],
    marks: [],
  } as const;
  const passage = { hops: 1, returns: false, arrival };
  const attempt = attemptOf(made.call, { id: attempt_id, status: 'accepted' });
  const incoming = { direction: 'incoming', passage, attempts: [attempt], ...patch };
  const leg: Leg = { ...made, call: { ...made.call, ...incoming } as Call };
  const { id: call_id, customer_id } = leg.call;
  return unitOf(leg, { attempts: [{ call_id, customer_id, provider_id: id(), attempt }] });
}

const onceOnly: StoreTest = async (bench) => {
  const nodes = await nodesOf(bench);
  const attempt_id = id() as AttemptId;
  const units = Array.from({ length: 10 }, () => brought(attempt_id));
  const results = await Promise.all(
    units.map((unit, place) => (nodes[place % 2] as Store).legs.commit(unit)),
  );
  assert.deepEqual(results.toSorted(), ['committed', ...Array<string>(9).fill('duplicate')]);
  const { leg } = units[results.indexOf('committed')] as Unit;
  assert.equal(await bench.store.legs.callOfAttempt(attempt_id), leg.call.id);
  assert.deepEqual(await bench.store.calls.get('all', leg.call.id), leg);
  const { rows } = await bench.store.calls.list('all', {}, { size: 50, before: null });
  assert.equal(rows.length, 1, 'of the others nothing is left');
  await close(nodes, bench.store);
};

const ways: StoreTest = async ({ store }) => {
  const tel = (target: string): Call['source'] => ({
    ...{ type: 'tel', target },
    ...{ target_name: '', name: '', detail: '' },
  });
  const way = { source: tel('+491'), destination: tel('+492') };
  const traffic = (): Promise<unknown> => store.arrivals.traffic('+491', '+492');
  assert.deepEqual(await traffic(), { parallel: 0, hops: null });
  const incoming = [brought(id(), way), brought(id(), way)];
  for (const unit of incoming) assert.equal(await store.legs.commit(unit), 'committed');
  const outgoing = (from: string, hops: number, returns = true): Leg => {
    const leg = newLeg(owner());
    const passage = { hops, returns, arrival: null };
    return { ...leg, call: { ...leg.call, ...way, source: tel(from), passage } };
  };
  await store.legs.commit(unitOf(outgoing('+499', 4)));
  assert.deepEqual(await traffic(), { parallel: 2, hops: null }, 'that comes from elsewhere');
  const own_call = outgoing('+491', 2);
  await store.legs.commit(unitOf(own_call));
  await store.legs.commit(unitOf(outgoing('+491', 9, false)));
  assert.deepEqual(await traffic(), { parallel: 2, hops: 2 });
  const [first] = incoming as [Unit, Unit];
  for (const leg of [first.leg, own_call])
    assert.equal(await store.legs.commit(unitOf(ended(leg))), 'committed');
  assert.deepEqual(await traffic(), { parallel: 1, hops: null });
  assert.deepEqual(await store.arrivals.traffic('+492', '+491'), { parallel: 0, hops: null });
};

function refusedCall(patch: Partial<RefusedCall> = {}): RefusedCall {
  return {
    id: id(),
    customer_id: owner().customer_id,
    provider_id: id(),
    source: '+491',
    destination: '+492',
    reason: 'blocked',
    sip_code: 603,
    q850: 21,
    leg_ref: 'leg-1',
    count: 1,
    tm_create: T0,
    tm_update: T0,
    ...patch,
  };
}

const refusals: StoreTest = async ({ store }) => {
  const { arrivals } = store;
  const call = refusedCall();
  const again = { ...call, count: 3, leg_ref: 'leg-2', tm_update: at(5) };
  assert.equal(await arrivals.note(call), true);
  assert.equal(await arrivals.note(again), false);
  const long = refusedCall({ source: 'sip:' + 'x'.repeat(400), leg_ref: 'y'.repeat(400) });
  assert.equal(await arrivals.note(long), true);
  const page = { size: 9, before: null };
  const mine = await arrivals.refused(call.customer_id, {}, page);
  assert.deepEqual(mine.rows, [{ ...again, count: 4, tm_create: T0 }]);
  assert.equal((await arrivals.refused('all', {}, page)).rows.length, 2);
  assert.equal((await arrivals.refused('all', { reason: 'no' }, page)).rows.length, 0);
  assert.equal(await arrivals.refusedOne(long.customer_id, call.id), null);
  assert.equal((await arrivals.refusedOne('all', call.id))?.count, 4);
};

const forgetting: StoreTest = async ({ store }) => {
  const { arrivals } = store;
  const { customer_id } = owner();
  const noted = (ms: number, who = customer_id): RefusedCall =>
    refusedCall({ customer_id: who, tm_create: at(ms), tm_update: at(ms) });
  for (const ms of [1, 2, 3, 4, 5, 6]) await arrivals.note(noted(ms));
  const other = noted(9, owner().customer_id);
  await arrivals.note(other);
  await arrivals.forget(at(2), 3);
  const { rows } = await arrivals.refused('all', {}, { size: 50, before: null });
  assert.deepEqual(
    rows.map(({ tm_create }) => tm_create - T0),
    [9, 6, 5, 4],
  );
};

const service: StoreTest = async ({ store }) => {
  const { sandbox } = store;
  const [mine, theirs] = [id(), id()];
  const now = T0;
  assert.equal(await sandbox.serve('+1', mine, now), true);
  assert.equal(await sandbox.serve('+1', mine, now), true, 'asked again it is the same');
  assert.equal(await sandbox.serve('+1', theirs, now), false);
  await sandbox.unserve('+1', theirs);
  assert.deepEqual([...(await sandbox.served(['+1', '+2']))], [['+1', mine]]);
  assert.deepEqual([...(await sandbox.served([]))], []);
  await sandbox.unserve('+1', mine);
  assert.equal(await sandbox.serve('+1', theirs, now), true);
};
