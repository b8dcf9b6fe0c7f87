import type { AttemptId, CallId, CustomerId, Instant, ProviderId } from '../../kernel/brand.ts';
import type { SandboxLeg, SandboxLog } from '../sandbox_log.ts';
import { mapped, matching, pageOf } from './lists.ts';
import { deleting, insertInto, updating } from './statement.ts';
import type { Row, Statement } from './statement.ts';
import type { Sql } from './sql.ts';

const COLUMNS = [
  'attempt_id',
  'leg_ref',
  'provider_id',
  'provider_name',
  'call_id',
  'customer_id',
  'source',
  'destination',
  'outcome',
  'dial_count',
  'script',
  'notice_url',
  'tm_dial',
  'tm_ringing',
  'tm_answer',
  'tm_end',
  'final_code',
  'next_at',
] as const satisfies (keyof SandboxLeg)[];

const DIAL = insertInto('sandbox_legs', COLUMNS, ['attempt_id']);
const DIAL_AGAIN = updating('sandbox_legs', 'dial_count = dial_count + 1 where attempt_id = ?', 0);
/** Renews what changes of a leg, unless that leg is over. */
export const SAVE = updating(
  'sandbox_legs',
  'script = ?, outcome = ?, tm_ringing = ?, tm_answer = ?, tm_end = ?, final_code = ?, ' +
    'next_at = ? where attempt_id = ? and (tm_end is null or tm_end = ?)',
  7,
);
const VISIT = insertInto('sandbox_visits', ['room_id', 'attempt_id'], ['room_id', 'attempt_id']);
const VISITORS = 'select attempt_id from sandbox_visits where room_id = ? order by attempt_id';
const FIND = 'select * from sandbox_legs where attempt_id = ?';
const OVERDUE = 'select * from sandbox_legs where next_at < ? order by next_at limit ?';
const SERVE = insertInto('sandbox_numbers', ['number', 'provider_id', 'tm_create'], ['number']);
const UNSERVE = deleting('sandbox_numbers', 'number = ? and provider_id = ?');
const PLACE = { at: 'tm_dial', id: 'attempt_id' } as const;

/** The sandbox network's log. On files it lies apart, and outlives what Tandem's own may lose. */
export function openSandbox(sql: Sql): SandboxLog {
  const find = async (attempt_id: AttemptId): Promise<SandboxLeg | null> => {
    const [row] = await sql.rows(FIND, [attempt_id]);
    return row === undefined ? null : legOf(row);
  };
  return {
    ...inService(sql),
    dial: async (leg) => {
      const known = await sql.commit([dialled(leg)]);
      if (known === null) return leg;
      await sql.commit([{ shape: DIAL_AGAIN, args: [leg.attempt_id], otherwise: null }]);
      return (await find(leg.attempt_id)) ?? leg;
    },
    save: async (legs) => {
      if (legs.length > 0) await sql.commit(legs.map(saved));
    },
    visit: async (room_id, attempt_id) => {
      await sql.commit([{ shape: VISIT, args: [room_id, attempt_id], otherwise: null }]);
    },
    visitors: async (room_id) =>
      (await sql.rows(VISITORS, [room_id])).map((row) => row['attempt_id'] as AttemptId),
    find,
    overdue: async (at, limit) => (await sql.rows(OVERDUE, [at, limit])).map(legOf),
    list: async (filter, page) => {
      const query = matching(sql.from('sandbox_legs'), filter);
      return mapped(await pageOf(sql, query, { place: PLACE, page }), legOf);
    },
  };
}

/** Which numbers are in service at which accounts. */
function inService(sql: Sql): Pick<SandboxLog, 'serve' | 'unserve' | 'served'> {
  const served = async (numbers: readonly string[]): Promise<Map<string, ProviderId>> => {
    if (numbers.length === 0) return new Map();
    const places = numbers.map(() => '?').join(',');
    const text = `select number, provider_id from sandbox_numbers where number in (${places})`;
    const rows = await sql.rows(text, numbers);
    return new Map(rows.map((row) => [String(row['number']), row['provider_id'] as ProviderId]));
  };
  return {
    serve: async (number, provider_id, at) => {
      const args = [number, provider_id, at];
      const known = await sql.commit([{ shape: SERVE, args, otherwise: { refuse: 'known' } }]);
      return known === null || (await served([number])).get(number) === provider_id;
    },
    unserve: async (number, provider_id) => {
      await sql.commit([{ shape: UNSERVE, args: [number, provider_id], otherwise: null }]);
    },
    served,
  };
}

function dialled(leg: SandboxLeg): Statement {
  const args = COLUMNS.map((name) => (name === 'script' ? JSON.stringify(leg.script) : leg[name]));
  return { shape: DIAL, args, otherwise: { refuse: 'known' } };
}

function saved(leg: SandboxLeg): Statement {
  return {
    shape: SAVE,
    args: [
      JSON.stringify(leg.script),
      leg.outcome,
      leg.tm_ringing,
      leg.tm_answer,
      leg.tm_end,
      leg.final_code,
      leg.next_at,
      leg.attempt_id,
      leg.tm_end,
    ],
    otherwise: null,
  };
}

function legOf(row: Row): SandboxLeg {
  return {
    leg_ref: String(row['leg_ref']),
    attempt_id: row['attempt_id'] as AttemptId,
    provider_id: row['provider_id'] as ProviderId,
    provider_name: String(row['provider_name']),
    call_id: row['call_id'] as CallId,
    customer_id: row['customer_id'] as CustomerId | null,
    source: String(row['source']),
    destination: String(row['destination']),
    outcome: String(row['outcome']),
    dial_count: Number(row['dial_count']),
    script: JSON.parse(String(row['script'])) as SandboxLeg['script'],
    notice_url: String(row['notice_url']),
    tm_dial: row['tm_dial'] as Instant,
    tm_ringing: row['tm_ringing'] as Instant | null,
    tm_answer: row['tm_answer'] as Instant | null,
    tm_end: row['tm_end'] as Instant | null,
    final_code: row['final_code'] as number | null,
    next_at: row['next_at'] as Instant | null,
  };
}
