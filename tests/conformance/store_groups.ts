import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallId, CustomerId, GroupId, Instant } from '../../kernel/brand.ts';
import type { Groupcall } from '../../groups/groupcall.ts';
import type { GroupUnit, MemberRow } from '../../store/groups.ts';
import type { EventRow } from '../../store/journal.ts';
import { onBench } from './store_bench.ts';
import type { MakeStore, StoreTest } from './store_bench.ts';
import { at, deliveryOf, id, orderOf, newLeg, owner } from './store_rows.ts';

/** Groups of calls: units by version, timers, lists, and what a group keeps count of. */
export function describeGroups(make: MakeStore): void {
  describe('groups', () => {
    it('come back as they went in', onBench(make, roundTrip));
    it('move by version, and take a fact once', onBench(make, versions));
    it('leave nothing of a refused unit', onBench(make, nothingLeft));
    it('are overdue in order, until they are over', onBench(make, overdue));
    it('are listed by kind, owner and what they belong to', onBench(make, lists));
    it('are listed by age, whosever they are', onBench(make, ages));
    it('keep members one by one', onBench(make, members));
    it('have names that nobody else has', onBench(make, names));
    it('race between two nodes, and one wins each step', onBench(make, race));
  });
}

const CUSTOMER = id() as CustomerId;

function groupOf(changes: Partial<Groupcall> = {}): Groupcall {
  return {
    id: id() as GroupId,
    kind: 'groupcall',
    customer_id: CUSTOMER,
    parent_id: null,
    reference_id: null,
    status: 'progressing',
    timers: {},
    rung: [],
    tm_create: at(0),
    tm_update: at(0),
    tm_delete: null,
    told_count: 0,
    ...changes,
  } as unknown as Groupcall;
}

function entryOf(group: Groupcall, n: number, name = `e${n}`): EventRow {
  const { id: subject_id, customer_id } = group;
  const rest = { type: 'opened', fact: { n }, notices: [], at: at(n) };
  return { subject_id, customer_id, n, id: name as EventRow['id'], ...rest };
}

function unitOf(group: Groupcall, version: number, changes: Partial<GroupUnit> = {}): GroupUnit {
  const rest = { orders: [], done: [], members: [], deliveries: [] };
  const event = entryOf(group, version);
  return { group, version, expected_version: version - 1, live: true, event, ...rest, ...changes };
}

const roundTrip: StoreTest = async ({ store, reopen }) => {
  const group = groupOf({ timers: { late: at(9) }, reference_id: id() });
  assert.equal(await store.groups.commit(unitOf(group, 1)), 'committed');
  assert.deepEqual(await store.groups.load(group.id), { group, version: 1 });
  const next = { ...group, status: 'hangup', told_count: 3, timers: {} } as const;
  assert.equal(await store.groups.commit(unitOf(next, 2)), 'committed');
  assert.equal(await store.groups.load(id() as GroupId), null);
  const again = await reopen();
  assert.deepEqual(await again.groups.load(group.id), { group: next, version: 2 });
  const told = await again.calls.timeline(group.id);
  assert.deepEqual(
    told.map(({ n }) => n),
    [1, 2],
  );
};

const versions: StoreTest = async ({ store }) => {
  const group = groupOf();
  await store.groups.commit(unitOf(group, 1));
  assert.equal(await store.groups.commit(unitOf(group, 1)), 'duplicate');
  const stale = unitOf(group, 3, { event: entryOf(group, 3) });
  assert.equal(await store.groups.commit(stale), 'conflict');
  const twice = unitOf(group, 2, { event: entryOf(group, 1) });
  assert.equal(await store.groups.commit(twice), 'duplicate');
  assert.deepEqual(await store.groups.load(group.id), { group, version: 1 });
};

const nothingLeft: StoreTest = async ({ store }) => {
  const group = groupOf();
  const done = orderFor(group);
  await store.groups.commit(unitOf(group, 1, { orders: [done] }));
  const event = entryOf(group, 7);
  const refused = unitOf({ ...group, status: 'hangup' }, 7, {
    orders: [{ ...orderFor(group), id: 'other' as never }],
    done: [done.id],
    members: [memberOf(group)],
    deliveries: [deliveryOf(event)],
    event,
  });
  assert.equal(await store.groups.commit(refused), 'conflict');
  assert.deepEqual(await store.legs.outbox('n1', 10), [done]);
  assert.deepEqual(await store.deliveries.pending('n1', 10), []);
  const kept = { kind: 'groupcall', filter: { group_id: group.id } } as const;
  assert.deepEqual((await store.groups.members('all', kept, PAGE)).rows, []);
  await store.groups.commit(unitOf(group, 2, { done: [done.id] }));
  assert.deepEqual(await store.legs.outbox('n1', 10), []);
};

/** As what a call ordered, but named by its group. */
function orderFor(group: Groupcall): ReturnType<typeof orderOf> {
  return { ...orderOf(newLeg(owner())), call_id: group.id as string as CallId };
}

const PAGE = { size: 10, before: null } as const;

function memberOf(group: Groupcall, changes: Partial<MemberRow> = {}): MemberRow {
  return {
    id: id(),
    group_id: group.id,
    kind: 'groupcall',
    customer_id: group.customer_id,
    call_id: id(),
    status: 'joined',
    tm_create: at(1),
    tm_update: at(1),
    doc: { name: 'Grüße' },
    ...changes,
  };
}

const ANN = [{ name: 'ann', claims: true }];

const names: StoreTest = async ({ store }) => {
  const customer_id = id() as CustomerId;
  const [one, other] = [groupOf({ customer_id }), groupOf({ customer_id })];
  const both = await Promise.all(
    [one, other].map((group) => store.groups.commit(unitOf(group, 1, { names: ANN }))),
  );
  assert.deepEqual(both.toSorted(), ['committed', 'name_taken']);
  const [has, lacks] = both[0] === 'committed' ? [one, other] : [other, one];
  assert.equal(await store.groups.load(lacks.id), null, 'nothing is left of the one refused');
  assert.deepEqual(await store.calls.timeline(lacks.id), []);
  const stranger = groupOf({ customer_id: id() });
  assert.equal(await store.groups.commit(unitOf(stranger, 1, { names: ANN })), 'committed');
  const agent = { ...groupOf({ customer_id }), kind: 'agent' } as unknown as Groupcall;
  assert.equal(await store.groups.commit(unitOf(agent, 1, { names: ANN })), 'committed');
  const given_up = [{ name: 'ann', claims: false }];
  await store.groups.commit(unitOf(stranger, 2, { names: given_up }));
  assert.equal(await store.groups.commit(unitOf(lacks, 1, { names: ANN })), 'name_taken');
  await store.groups.commit(unitOf(has, 2, { names: given_up }));
  assert.equal(await store.groups.commit(unitOf(lacks, 1, { names: ANN })), 'committed');
};

const overdue: StoreTest = async ({ store }) => {
  const due = [30, 10, 20].map((ms) => groupOf({ timers: { late: at(ms), later: at(99) } }));
  for (const group of due) await store.groups.commit(unitOf(group, 1));
  const [last, first, second] = due as [Groupcall, Groupcall, Groupcall];
  assert.deepEqual(await store.groups.overdue(at(20), 10), [first.id, second.id]);
  assert.deepEqual(await store.groups.overdue(at(30), 1), [first.id]);
  await store.groups.commit(unitOf({ ...first, timers: {} }, 2));
  assert.deepEqual(await store.groups.overdue(at(40), 10), [second.id, last.id]);
};

const lists: StoreTest = async ({ store }) => {
  const parent_id = id();
  const mine = [1, 2, 3].map((ms) => groupOf({ tm_create: at(ms), parent_id }));
  const foreign = groupOf({ customer_id: id() });
  const gone = groupOf({ tm_delete: at(9) });
  for (const group of [...mine, foreign, gone]) await store.groups.commit(unitOf(group, 1));
  const [oldest, middle, newest] = mine as [Groupcall, Groupcall, Groupcall];
  const asked = { kind: 'groupcall', filter: { parent_id } } as const;
  const page = await store.groups.list(CUSTOMER, asked, { size: 2, before: null });
  assert.deepEqual(page.rows, [newest, middle]);
  const rest = await store.groups.list(CUSTOMER, asked, { size: 2, before: page.next });
  assert.deepEqual(rest, { rows: [oldest], next: null });
  const { groups } = store;
  await groups.commit(unitOf({ ...oldest, status: 'hangup' }, 2, { live: false }));
  const live = (await groups.live(CUSTOMER)).filter((each) => each !== gone.id);
  assert.equal(live.includes(oldest.id), false);
  assert.equal(live.includes(newest.id), true);
  await groups.commit(unitOf(oldest, 3));
  assert.deepEqual(await groups.get(CUSTOMER, 'groupcall', oldest.id), oldest);
  assert.equal(await groups.get(CUSTOMER, 'groupcall', foreign.id), null);
  assert.equal(await groups.get('all', 'groupcall', gone.id), null);
  assert.deepEqual((await groups.load(gone.id))?.group, gone);
};

const ages: StoreTest = async ({ store }) => {
  const parent_id = id();
  const made = [1, 2, 3].map((ms) => groupOf({ parent_id, tm_create: at(ms) }));
  for (const group of made) await store.groups.commit(unitOf(group, 1));
  const olderThan = async (created_before: Instant) => {
    const asked = { kind: 'groupcall', filter: { parent_id, created_before } } as const;
    const { rows } = await store.groups.list('all', asked, { size: 9, before: null });
    return rows.map((group) => group.id);
  };
  assert.deepEqual(await olderThan(at(3)), [made[1]?.id, made[0]?.id]);
  assert.deepEqual(await olderThan(at(1)), []);
};

const members: StoreTest = async ({ store }) => {
  const group = groupOf();
  const one = memberOf(group);
  const two = memberOf(group, { tm_create: at(2), call_id: null });
  await store.groups.commit(unitOf(group, 1, { members: [one, two] }));
  const left = { ...one, status: 'leaved', tm_update: at(5), doc: { name: 'x' } };
  await store.groups.commit(unitOf(group, 2, { members: [left] }));
  const asked = { kind: 'groupcall', filter: { group_id: group.id } } as const;
  assert.deepEqual((await store.groups.members(CUSTOMER, asked, PAGE)).rows, [two, left]);
  assert.deepEqual(await store.groups.member(CUSTOMER, 'groupcall', one.id), left);
  assert.equal(await store.groups.member(id() as CustomerId, 'groupcall', one.id), null);
};

const race: StoreTest = async ({ store, second }) => {
  if (second === null) return;
  const other = await second();
  const group = groupOf();
  await store.groups.commit(unitOf(group, 1));
  const results = await Promise.all(
    [store, other, store, other].map((each, place) =>
      each.groups.commit(unitOf(group, 2, { event: entryOf(group, 2, `from${place}`) })),
    ),
  );
  assert.deepEqual(results.toSorted(), ['committed', 'conflict', 'conflict', 'conflict']);
  assert.equal((await other.groups.load(group.id))?.version, 2);
  await other.close();
};
