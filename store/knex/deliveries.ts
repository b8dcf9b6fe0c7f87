import type { CustomerId, EndpointId, EventId, Instant } from '../../kernel/brand.ts';
import type { Scope } from '../page.ts';
import type { DeliveryRow, NoticeRow } from '../journal.ts';
import type { DeliveryFilter, DeliveryStore, PendingPart } from '../store.ts';
import { noticesOf } from './calls.ts';
import { between, mapped, matching, pageOf, scoped } from './lists.ts';
import type { Query, Sql } from './sql.ts';
import type { Row } from './statement.ts';
import { deliveryIn, deliverySet, deliveryTake, eventIn } from './unit.ts';

type After = Extract<PendingPart, { after: unknown }>;
type LinePlace = Extract<PendingPart, { line: unknown }>['line'];

const PLACE = { at: 'tm_create', id: 'id' } as const;
const PENDING_ORDER = ['endpoint_id', 'order_key', 'sequence'] as const;
/** One step of a loose scan: how many rows a node has pending does not matter. */
const NEXT_OWNER =
  'select pending_node from deliveries where pending_node > ? order by pending_node limit 1';
const LINE =
  'select * from deliveries where pending_node = ? and endpoint_id = ? and order_key = ? ' +
  'order by sequence limit ?';
const NOTICES = 'select notices from events where subject_id = ? and id = ?';

/** Webhook deliveries: what is due, what became of it. */
export function openDeliveries(sql: Sql): DeliveryStore {
  return {
    settle: async (rows) => {
      if (rows.length > 0) await sql.commit(rows.map(deliverySet));
    },
    get: async (scope, id) => {
      const query = scoped(sql.from('deliveries').where({ id }), 'customer_id', scope);
      const [row] = await sql.read(query);
      return row === undefined ? null : deliveryOf(row);
    },
    list: async (scope, filter, page) => {
      const query = deliveriesQuery(sql, scope, filter);
      return mapped(await pageOf(sql, query, { place: PLACE, page }), deliveryOf);
    },
    take: async (rows) => {
      if (rows.length > 0) await sql.commit(rows.map(deliveryTake));
    },
    pending: async (node, limit, part) => {
      if (part !== undefined && 'line' in part) return lineRows(sql, part.line, limit);
      return (await sql.read(pendingQuery(sql, node, part).limit(limit))).map(deliveryOf);
    },
    notices: (rows) => notices(sql, rows),
    insert: async (rows, event) => {
      // an event stored already is not a reason to leave its deliveries out
      const first = event === null ? [] : [{ ...eventIn(event), otherwise: null }];
      await sql.commit([...first, ...rows.map(deliveryIn)]);
    },
  };
}

function deliveriesQuery(sql: Sql, scope: Scope, filter: DeliveryFilter): Query {
  const { created_after, created_before, ...match } = filter;
  const query = matching(scoped(sql.from('deliveries'), 'customer_id', scope), match);
  return between(query, PLACE.at, [created_after, created_before]);
}

/** The nodes that have anything pending, dead ones too: a handful of short index reads. */
async function ownersOf(sql: Sql): Promise<string[]> {
  const owners: string[] = [];
  for (;;) {
    const [row] = await sql.rows(NEXT_OWNER, [owners.at(-1) ?? '']);
    if (row === undefined) return owners;
    owners.push(String(row['pending_node']));
  }
}

/** Asked owner by owner, the index leads straight to a line, whatever else is pending. */
async function lineRows(sql: Sql, line: LinePlace, limit: number): Promise<DeliveryRow[]> {
  const { endpoint_id, order_key } = line;
  const owners = await ownersOf(sql);
  const found = await Promise.all(
    owners.map((owner) => sql.rows(LINE, [owner, endpoint_id, order_key, limit])),
  );
  const rows = found.flat().map(deliveryOf);
  return rows.sort((one, other) => one.sequence - other.sequence).slice(0, limit);
}

function pendingQuery(sql: Sql, node: string, part: After | undefined): Query {
  const query = sql.from('deliveries').where('pending_node', node);
  for (const column of PENDING_ORDER) void query.orderBy(column);
  if (part === undefined) return query;
  // the first condition alone says where in the index to begin
  return query
    .where('endpoint_id', '>=', part.after.endpoint_id)
    .where((later) => behind(later, part.after));
}

/** Behind a place by endpoint, order key and sequence, compared one after the other. */
function behind(query: Query, { endpoint_id, order_key, sequence }: After['after']): Query {
  return query
    .where('endpoint_id', '>', endpoint_id)
    .orWhere((same) => same.where({ endpoint_id }).where('order_key', '>', order_key))
    .orWhere((line) => line.where({ endpoint_id, order_key }).where('sequence', '>', sequence));
}

async function notices(sql: Sql, rows: readonly DeliveryRow[]): Promise<Map<string, NoticeRow>> {
  const events = new Map(rows.map((row) => [`${row.subject_id}/${row.event_id}`, row]));
  const found = await Promise.all(
    [...events.values()].map((row) => sql.rows(NOTICES, [row.subject_id, row.event_id])),
  );
  const wanted = new Set(rows.map((row) => row.notice_id));
  const told = found.flat().flatMap((row) => noticesOf(row));
  return new Map(told.filter(({ id }) => wanted.has(id)).map((notice) => [notice.id, notice]));
}

function deliveryOf(row: Row): DeliveryRow {
  return {
    id: String(row['id']),
    endpoint_id: row['endpoint_id'] as EndpointId,
    customer_id: row['customer_id'] as CustomerId,
    order_key: String(row['order_key']),
    sequence: Number(row['sequence']),
    subject_id: String(row['subject_id']),
    event_id: row['event_id'] as EventId,
    notice_id: String(row['notice_id']),
    notice_type: String(row['notice_type']),
    status: row['status'] as DeliveryRow['status'],
    tries: JSON.parse(String(row['tries'])) as DeliveryRow['tries'],
    next_at: row['next_at'] as Instant | null,
    node: String(row['node']),
    tm_create: row['tm_create'] as Instant,
  };
}
