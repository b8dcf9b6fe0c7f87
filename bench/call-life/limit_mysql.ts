import mysql from 'mysql2/promise';
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import {
  BALANCE_MICROS,
  CHARGE_MICROS,
  HOLD_MICROS,
  LAST,
  STATES,
  TALK_S,
  TENANTS,
} from './limit_store.ts';
import type { Books, LimitBatch, LimitStep, LimitStore } from './limit_store.ts';

const LANES = 4;
/** InnoDB's word for "deadlock found, all was rolled back": the batch is simply said again. */
const ER_LOCK_DEADLOCK = 1213;
const TRIES_MAX = 20;

const ID = 'char(36) character set ascii';
const SCHEMA = `
  create table accounts (id int primary key, balance bigint not null, held bigint not null);
  create table calls (
    id ${ID} primary key, tenant int not null, status varchar(16) not null, version int not null,
    source varchar(40), destination varchar(40), body text, tm_create bigint, tm_update bigint);
  create table outbox (
    id ${ID} primary key, call_id ${ID} not null, state int not null, payload text not null);
  create table ledger (
    call_id ${ID} primary key, tenant int not null, seconds int not null, amount bigint not null,
    at bigint not null)`;

const BOOKS = `select
  (select count(*) from calls where status = 'hangup') as calls_ended,
  (select count(*) from ledger) as ledger_rows,
  (select coalesce(sum(amount), 0) from ledger) as ledger_micros,
  ${TENANTS * BALANCE_MICROS} - (select sum(balance) from accounts) as spent_micros,
  (select sum(held) from accounts) as held_micros,
  (select count(*) from outbox) as outbox_rows`;

/** Moves many calls with one statement: a row changes only if it stands one version before. */
const MOVE = `insert into calls values ? on duplicate key update
  status = if(version = values(version) - 1, values(status), status),
  tm_update = values(tm_update),
  version = if(version = values(version) - 1, values(version), version)`;

type Values = readonly unknown[];

/** MariaDB or MySQL, four connections, one round trip a transaction, READ COMMITTED. */
export async function openMysql(url: string): Promise<LimitStore> {
  const first = await connect(url);
  await first.query(`${SCHEMA}; insert into accounts values ?`, [
    Array.from({ length: TENANTS }, (_none, tenant) => [tenant, BALANCE_MICROS, 0]),
  ]);
  const lanes = await Promise.all(Array.from({ length: LANES }, () => connect(url)));
  return {
    lanes: LANES,
    commit: async (batch, lane) => {
      const connection = lanes[lane];
      if (connection === undefined) throw new Error(`no lane ${lane}`);
      await commit(connection, batch);
    },
    books: async () => readBooks(first),
  };
}

async function connect(uri: string): Promise<Connection> {
  const connection = await mysql.createConnection({ uri, multipleStatements: true });
  await connection.query('set session transaction isolation level read committed');
  return connection;
}

async function readBooks(connection: Connection): Promise<Books> {
  const [rows] = await connection.query<RowDataPacket[]>(BOOKS);
  const columns = Object.entries(rows[0] ?? {}).map(([name, value]) => [name, Number(value)]);
  return Object.fromEntries(columns) as Books;
}

async function commit(connection: Connection, batch: LimitBatch): Promise<void> {
  const { text, values, moved, moves_at } = statementsFor(batch);
  for (let tries = 1; ; tries++) {
    const outcome = await connection.query<ResultSetHeader[]>(text, values).catch(fault);
    if ('retry' in outcome && tries < TRIES_MAX) continue;
    if ('retry' in outcome) throw new Error('deadlocked too often');
    // The server counts 2 for a row updated and 1 for a row left alone or inserted.
    const stale = moved > 0 && outcome[0][moves_at]?.affectedRows !== 2 * moved;
    if (stale) throw new Error('stale step');
    return;
  }
}

function fault(error: Error & { readonly errno?: number }): { readonly retry: true } {
  if (error.errno === ER_LOCK_DEADLOCK) return { retry: true };
  throw error;
}

interface Statements {
  readonly text: string;
  readonly values: unknown[];
  readonly moved: number;
  /** Where the answer to MOVE is found among the answers. */
  readonly moves_at: number;
}

function statementsFor({ steps, acked }: LimitBatch): Statements {
  const parts: string[] = ['start transaction'];
  const values: unknown[] = [];
  const say = (text: string, ...own: Values) => parts.push(text) && values.push(...own);
  const placed = steps.filter(({ state }) => state === 0);
  const moved = steps.filter(({ state }) => state > 0);
  const ended = steps.filter(({ state }) => state === LAST);
  for (const [tenant, count] of countByTenant(placed)) {
    const hold = HOLD_MICROS * count;
    const text = 'update accounts set held = held + ? where id = ? and balance - held >= ?';
    say(text, hold, tenant, hold);
  }
  if (placed.length > 0) say('insert into calls values ?', placed.map(placedRow));
  const moves_at = parts.length;
  if (moved.length > 0) say(MOVE, moved.map(movedRow));
  if (steps.length > 0) say('insert into outbox values ?', steps.map(outboxRow));
  if (ended.length > 0) say('insert into ledger values ?', ended.map(ledgerRow));
  for (const [tenant, count] of countByTenant(ended)) {
    const text = 'update accounts set balance = balance - ?, held = held - ? where id = ?';
    say(text, CHARGE_MICROS * count, HOLD_MICROS * count, tenant);
  }
  if (acked.length > 0) say('delete from outbox where id in (?)', acked);
  return { text: [...parts, 'commit'].join(';'), values, moved: moved.length, moves_at };
}

function countByTenant(steps: readonly LimitStep[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { call } of steps) counts.set(call.tenant, (counts.get(call.tenant) ?? 0) + 1);
  return counts;
}

function placedRow({ call }: LimitStep): Values {
  const { id, tenant, source, destination, body, tm_create } = call;
  return [id, tenant, STATES[0], 1, source, destination, body, tm_create, tm_create];
}

function movedRow({ call, state, at }: LimitStep): Values {
  return [call.id, 0, STATES[state], state + 1, null, null, null, 0, at];
}

function outboxRow({ notice_id, call, state, payload }: LimitStep): Values {
  return [notice_id, call.id, state, payload];
}

function ledgerRow({ call, at }: LimitStep): Values {
  return [call.id, call.tenant, TALK_S, CHARGE_MICROS, at];
}
