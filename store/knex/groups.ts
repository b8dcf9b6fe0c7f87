import { BrokenInvariant } from '../../kernel/assert.ts';
import type { GroupId } from '../../kernel/brand.ts';
import { wakeAt } from '../../groups/group.ts';
import type { Group, GroupKind, GroupOf } from '../../groups/kinds.ts';
import type { GroupRow, GroupStore, GroupUnit, MemberRow, NameClaim } from '../groups.ts';
import type { Scope } from '../page.ts';
import { between, mapped, matching, pageOf, scoped } from './lists.ts';
import * as shapes from './shapes.ts';
import type { Query, Sql } from './sql.ts';
import type { Otherwise, Row, Shape, Statement, Value } from './statement.ts';
import { deliveryIn, eventIn, orderIn, orderOut } from './unit.ts';

const LOAD = 'select version, doc from call_groups where id = ?';
const OVERDUE = 'select id from call_groups where wake_at <= ? order by wake_at limit ?';
const LIVE = 'select id from call_groups where customer_id = ? and live = 1';
const PLACE = { at: 'tm_create', id: 'id' } as const;

/** Groups of calls, of every kind. */
export function openGroups(sql: Sql): GroupStore {
  return {
    load: async (id) => {
      const [row] = await sql.rows(LOAD, [id]);
      return row === undefined ? null : groupRowOf(row);
    },
    commit: (unit) => commit(sql, unit),
    overdue: async (at, limit) =>
      (await sql.rows(OVERDUE, [at, limit])).map((row) => row['id'] as GroupId),
    live: async (customer_id) =>
      (await sql.rows(LIVE, [customer_id])).map((row) => row['id'] as GroupId),
    get: async <Kind extends GroupKind>(scope: Scope, kind: Kind, id: string) => {
      const [row] = await sql.read(seen(sql, scope, kind).where({ id }));
      return row === undefined ? null : groupOf<Kind>(row);
    },
    list: async (scope, { kind, filter }, page) => {
      const { created_before, ...same } = filter;
      const kept = matching(seen(sql, scope, kind), same);
      const query = between(kept, 'tm_create', [undefined, created_before]);
      return mapped(await pageOf(sql, query, { place: PLACE, page }), groupOf<typeof kind>);
    },
    member: async (scope, kind, id) => {
      const query = scoped(sql.from('group_members').where({ kind, id }), 'customer_id', scope);
      const [row] = await sql.read(query);
      return row === undefined ? null : memberOf(row);
    },
    members: async (scope, { kind, filter }, page) => {
      const kept = matching(sql.from('group_members').where({ kind }), { ...filter });
      const query = scoped(kept, 'customer_id', scope);
      return mapped(await pageOf(sql, query, { place: PLACE, page }), memberOf);
    },
  };
}

function seen(sql: Sql, scope: Scope, kind: GroupKind): Query {
  const kept = sql.from('call_groups').where({ kind }).whereNull('tm_delete');
  return scoped(kept, 'customer_id', scope);
}

async function commit(
  sql: Sql,
  unit: GroupUnit,
): Promise<'committed' | 'duplicate' | 'conflict' | 'name_taken'> {
  const refusal = await sql.commit(statementsOf(unit));
  if (refusal === null) return 'committed';
  if (refusal === 'duplicate' || refusal === 'conflict' || refusal === 'name_taken') return refusal;
  throw new BrokenInvariant(`${refusal}: unit of group ${unit.group.id}`);
}

function statementsOf(unit: GroupUnit): Statement[] {
  const { group, done, orders, members, deliveries } = unit;
  return [
    eventIn(unit.event),
    unit.expected_version === 0 ? groupIn(unit) : groupMove(unit),
    ...orders.map(orderIn),
    ...done.map((id) => orderOut(group.id, id)),
    ...(unit.names ?? []).map((claim) => nameSet(unit.group, claim)),
    ...members.map(memberSet),
    ...deliveries.map(deliveryIn),
  ];
}

function statement(shape: Shape, args: readonly Value[], otherwise: Otherwise = null): Statement {
  return { shape, args, otherwise };
}

function groupIn({ group, version, live }: GroupUnit): Statement {
  const { id, kind, customer_id, parent_id, reference_id, status, tm_create, tm_delete } = group;
  const head = [id, kind, customer_id, parent_id, reference_id, version, status, live ? 1 : null];
  const args = [...head, wakeAt(group), tm_create, tm_delete, JSON.stringify(group)];
  return statement(shapes.GROUP_IN, args, { refuse: 'duplicate' });
}

function groupMove({ group, version, live, expected_version }: GroupUnit): Statement {
  const { id, status, tm_delete } = group;
  const doc = JSON.stringify(group);
  const args = [version, status, live ? 1 : null, wakeAt(group), tm_delete, doc];
  return statement(shapes.GROUP_MOVE, [...args, id, expected_version], { refuse: 'conflict' });
}

function nameSet({ id, kind, customer_id }: Group, { name, claims }: NameClaim): Statement {
  const args = [customer_id, kind, name, id];
  if (!claims) return statement(shapes.NAME_OUT, args);
  return statement(shapes.NAME_IN, args, { refuse: 'name_taken' });
}

function memberSet(row: MemberRow): Statement {
  const { id, group_id, kind, customer_id, call_id, status, tm_create, tm_update, doc } = row;
  const head = [id, group_id, kind, customer_id, call_id, status, tm_create, tm_update];
  return statement(shapes.MEMBER_SET, [...head, JSON.stringify(doc)]);
}

function groupRowOf(row: Row): GroupRow {
  return { group: JSON.parse(String(row['doc'])) as Group, version: Number(row['version']) };
}

function groupOf<Kind extends GroupKind>(row: Row): GroupOf<Kind> {
  // The query asked for this kind.
  return groupRowOf(row).group as GroupOf<Kind>;
}

function memberOf(row: Row): MemberRow {
  const { doc, ...columns } = row;
  return { ...columns, doc: JSON.parse(String(doc)) as MemberRow['doc'] } as unknown as MemberRow;
}
