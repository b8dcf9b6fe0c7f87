import type { CustomerId, EventId, Instant } from '../../kernel/brand.ts';
import type { Scope } from '../page.ts';
import type { EventRow, NoticeRow } from '../journal.ts';
import type { CallFilter, CallReader, Leg } from '../store.ts';
import { LEG_COLUMNS, LEG_TABLES, legOf } from './leg_rows.ts';
import { between, mapped, matching, pageOf, scoped } from './lists.ts';
import { firstNumber } from './sql.ts';
import type { Query, Sql } from './sql.ts';
import type { Row } from './statement.ts';

const LEG = `select ${LEG_COLUMNS} from ${LEG_TABLES}`;
/** What runs without a call goes to nobody. */
const HAS_LEG = "f.destination <> ''";
const LIVE = 'select count(*) as n from calls where live is not null';
const TIMELINE = 'select * from events where subject_id = ? order by n, at, id';
const PLACE = { at: 'f.tm_create', id: 'f.id' } as const;

/** Calls, runs and timelines as the API reads them. */
export function openCalls(sql: Sql): CallReader {
  return {
    get: (scope, id) => oneLeg(sql, `${LEG} where c.id = ? and ${HAS_LEG}`, { scope, id }),
    byRun: (scope, id) => oneLeg(sql, `${LEG} where f.activeflow_id = ?`, { scope, id }),
    list: async (scope, filter, page) =>
      mapped(await pageOf(sql, legsQuery(sql, scope, filter), { place: PLACE, page }), legOf),
    timeline: async (subject_id) => (await sql.rows(TIMELINE, [subject_id])).map(eventOf),
    eventsAfter: async (scope, after, limit) =>
      (await sql.read(eventsQuery(sql, scope, after).limit(limit))).map(eventOf),
    countLive: async () => firstNumber(await sql.rows(LIVE, [])),
  };
}

async function oneLeg(
  sql: Sql,
  text: string,
  { scope, id }: { readonly scope: Scope; readonly id: string },
): Promise<Leg | null> {
  const [row] =
    scope === 'all'
      ? await sql.rows(text, [id])
      : await sql.rows(`${text} and f.customer_id = ?`, [id, scope]);
  return row === undefined ? null : legOf(row);
}

function legsQuery(sql: Sql, scope: Scope, filter: CallFilter): Query {
  const { created_after, created_before, status, has_leg, ...facts } = filter;
  const query = sql
    .from('call_facts as f')
    .join('calls as c', 'c.id', 'f.id')
    .join('runs as r', 'r.call_id', 'f.id')
    .select(LEG_COLUMNS.split(', '));
  if (has_leg === true) void query.whereRaw(HAS_LEG);
  const named = Object.entries(facts).map(([name, value]) => [`f.${name}`, value]);
  void matching(query, { ...Object.fromEntries(named), 'c.status': status });
  return between(scoped(query, 'f.customer_id', scope), PLACE.at, [created_after, created_before]);
}

function eventsQuery(
  sql: Sql,
  scope: Scope,
  {
    at,
    subject_id,
    id,
  }: { readonly at: Instant; readonly subject_id: string; readonly id: string },
): Query {
  const query = scoped(sql.from('events'), 'customer_id', scope).where('at', '>=', at);
  return query
    .where((later) =>
      later
        .where('at', '>', at)
        .orWhere('subject_id', '>', subject_id)
        .orWhere((same) => same.where('subject_id', subject_id).where('id', '>', id)),
    )
    .orderBy('at')
    .orderBy('subject_id')
    .orderBy('id');
}

/** An event as it was committed. */
export function eventOf(row: Row): EventRow {
  return {
    subject_id: String(row['subject_id']),
    id: row['id'] as EventId,
    customer_id: row['customer_id'] as CustomerId,
    n: Number(row['n']),
    at: row['at'] as Instant,
    type: String(row['type']),
    fact: JSON.parse(String(row['fact'])) as EventRow['fact'],
    notices: noticesOf(row),
  };
}

/** The notices an event caused; the row has at least the column `notices`. */
export function noticesOf(row: Row): readonly NoticeRow[] {
  if (row['notices'] == null) return [];
  const stored = JSON.parse(String(row['notices'])) as (Omit<NoticeRow, 'data'> & {
    readonly data: NoticeRow['data'] | number;
  })[];
  return stored.map((notice) =>
    // a number: the same data as the notice at that place
    typeof notice.data === 'number'
      ? { ...notice, data: stored[notice.data]?.data as NoticeRow['data'] }
      : (notice as NoticeRow),
  );
}
