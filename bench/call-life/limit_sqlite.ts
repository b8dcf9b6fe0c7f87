import Database from 'better-sqlite3';
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

const SCHEMA = `
  create table accounts (
    id integer primary key, balance integer not null, held integer not null);
  create table calls (
    id text primary key, tenant integer not null, status text not null, version integer not null,
    source text, destination text, body text, tm_create integer, tm_update integer) without rowid;
  create table outbox (
    id text primary key, call_id text not null, state integer not null,
    payload text not null) without rowid;
  create table ledger (
    call_id text primary key, tenant integer not null, seconds integer not null,
    amount integer not null, at integer not null) without rowid;`;

const SQL = {
  begin: 'begin immediate',
  commit: 'commit',
  hold: 'update accounts set held = held + ? where id = ? and balance - held >= ?',
  place: 'insert into calls values (?, ?, ?, 1, ?, ?, ?, ?, ?)',
  move: 'update calls set status = ?, version = ?, tm_update = ? where id = ? and version = ?',
  tell: 'insert into outbox values (?, ?, ?, ?)',
  book: 'insert into ledger values (?, ?, ?, ?, ?)',
  settle: 'update accounts set balance = balance - ?, held = held - ? where id = ?',
  acked: 'delete from outbox where id = ?',
} as const;

const BOOKS = `select
  (select count(*) from calls where status = 'hangup') as calls_ended,
  (select count(*) from ledger) as ledger_rows,
  (select coalesce(sum(amount), 0) from ledger) as ledger_micros,
  ${TENANTS * BALANCE_MICROS} - (select sum(balance) from accounts) as spent_micros,
  (select sum(held) from accounts) as held_micros,
  (select count(*) from outbox) as outbox_rows`;

type Statements = { readonly [Name in keyof typeof SQL]: Database.Statement<unknown[]> };

/** SQLite with WAL and synchronous=FULL: a commit is on disk when it returns. One lane. */
export function openSqlite(path: string): LimitStore {
  const db = new Database(path);
  for (const pragma of ['journal_mode = wal', 'synchronous = full', 'wal_autocheckpoint = 4000'])
    db.pragma(pragma);
  db.exec(SCHEMA);
  const open = db.prepare('insert into accounts values (?, ?, 0)');
  for (let tenant = 0; tenant < TENANTS; tenant++) open.run(tenant, BALANCE_MICROS);
  const statements = Object.fromEntries(
    Object.entries(SQL).map(([name, text]) => [name, db.prepare(text)]),
  ) as Statements;
  return {
    lanes: 1,
    commit: async (batch) => commit(statements, batch),
    books: async () => db.prepare<[], Books>(BOOKS).get() as Books,
  };
}

function commit(sql: Statements, batch: LimitBatch): void {
  sql.begin.run();
  for (const step of batch.steps) store(sql, step);
  for (const id of batch.acked) sql.acked.run(id);
  sql.commit.run();
}

function store(sql: Statements, step: LimitStep): void {
  const { call, state, at } = step;
  if (state === 0) {
    const { id, tenant, source, destination, body, tm_create } = call;
    if (sql.hold.run(HOLD_MICROS, tenant, HOLD_MICROS).changes !== 1) throw new Error('no funds');
    sql.place.run(id, tenant, STATES[0], source, destination, body, tm_create, tm_create);
  } else if (sql.move.run(STATES[state], state + 1, at, call.id, state).changes !== 1)
    throw new Error(`stale step ${state} of ${call.id}`);
  sql.tell.run(step.notice_id, call.id, state, step.payload);
  if (state !== LAST) return;
  sql.book.run(call.id, call.tenant, TALK_S, CHARGE_MICROS, at);
  sql.settle.run(CHARGE_MICROS, HOLD_MICROS, call.tenant);
}
