import { BrokenInvariant } from '../../kernel/assert.ts';
import { isLive } from '../../calls/call.ts';
import type { AttemptId, CallId, EffectId, Instant } from '../../kernel/brand.ts';
import type { OutboxRow } from '../journal.ts';
import type { CommitResult, Leg, LegStore, Unit } from '../store.ts';
import { LEG_COLUMNS, LEG_TABLES, legOf } from './leg_rows.ts';
import type { Sql } from './sql.ts';
import type { Row } from './statement.ts';
import { orderOut, unitStatements } from './unit.ts';

/** Legs kept at hand, some 5 kB each: enough for every call that is just now changing. */
const REMEMBERED_MAX = 10_000;

const LOAD = `select ${LEG_COLUMNS} from ${LEG_TABLES} where c.id = ?`;
const VERSION = 'select version from calls where id = ?';
const OUTBOX =
  'select call_id, id, customer_id, node, at, doc from outbox where node = ? ' +
  'order by at, id limit ?';
const OVERDUE = 'select id from calls where wake_at <= ? order by wake_at limit ?';
const ATTEMPT = 'select call_id from attempts where id = ?';
const REFUSALS: ReadonlySet<string> = new Set(['duplicate', 'conflict', 'no_funds']);

/** Legs as last stored. A leg never changes under its version, so what is here is never wrong. */
interface Memory {
  get(id: CallId): Leg | null;
  put(leg: Leg): void;
  drop(id: CallId): void;
}

function openMemory(): Memory {
  const legs = new Map<CallId, Leg>();
  return {
    get: (id) => legs.get(id) ?? null,
    put: (leg) => {
      const { id } = leg.call;
      legs.delete(id);
      if (!isLive(leg.call)) return;
      legs.set(id, leg);
      if (legs.size <= REMEMBERED_MAX) return;
      for (const oldest of legs.keys()) {
        legs.delete(oldest);
        break;
      }
    },
    drop: (id) => legs.delete(id),
  };
}

/** The path of a call. `sole` says that no other process writes to this database. */
export function openLegs(sql: Sql, sole: boolean): LegStore {
  const memory = openMemory();
  return {
    load: (id) => load(sql, memory, { id, sole }),
    commit: (unit) => commit(sql, memory, unit),
    performed: async (call_id, ids) => {
      await sql.commit(ids.map((id) => orderOut(call_id, id)));
    },
    outbox: async (node, limit) => (await sql.rows(OUTBOX, [node, limit])).map(outboxRowOf),
    overdue: async (at, limit) =>
      (await sql.rows(OVERDUE, [at, limit])).map((row) => row['id'] as CallId),
    callOfAttempt: (id) => callOfAttempt(sql, id),
  };
}

async function load(
  sql: Sql,
  memory: Memory,
  { id, sole }: { readonly id: CallId; readonly sole: boolean },
): Promise<Leg | null> {
  const known = memory.get(id);
  if (known !== null && (sole || (await versionOf(sql, id)) === known.version)) return known;
  const [row] = await sql.rows(LOAD, [id]);
  if (row === undefined) return null;
  const leg = legOf(row);
  memory.put(leg);
  return leg;
}

async function versionOf(sql: Sql, id: CallId): Promise<number | null> {
  const [row] = await sql.rows(VERSION, [id]);
  return row === undefined ? null : Number(row['version']);
}

async function commit(sql: Sql, memory: Memory, unit: Unit): Promise<CommitResult> {
  const { id } = unit.leg.call;
  const known = memory.get(id);
  const before = known?.version === unit.expected_version ? known : null;
  const refusal = await sql.commit(unitStatements(unit, before));
  if (refusal === null) {
    memory.put(unit.leg);
    return 'committed';
  }
  if (refusal === 'conflict') memory.drop(id);
  if (!REFUSALS.has(refusal)) throw new BrokenInvariant(`${refusal}: unit of call ${id}`);
  return refusal as CommitResult;
}

async function callOfAttempt(sql: Sql, id: AttemptId): Promise<CallId | null> {
  const [row] = await sql.rows(ATTEMPT, [id]);
  return row === undefined ? null : (row['call_id'] as CallId);
}

function outboxRowOf(row: Row): OutboxRow {
  return {
    id: row['id'] as EffectId,
    call_id: row['call_id'] as CallId,
    customer_id: row['customer_id'] as OutboxRow['customer_id'],
    node: String(row['node']),
    at: row['at'] as Instant,
    order: JSON.parse(String(row['doc'])) as OutboxRow['order'],
  };
}
