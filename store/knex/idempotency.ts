import { hash } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import type { Instant } from '../../kernel/brand.ts';
import type { IdempotencyClaim, IdempotencyStore } from '../nodes.ts';
import { deleting, insertInto, updating } from './statement.ts';
import type { Row, Shape, Statement, Value } from './statement.ts';
import type { Sql } from './sql.ts';

const CLAIM = insertInto('claims', ['id', 'fingerprint', 'node', 'status', 'body', 'tm_create']);
const TAKE_OVER = updating('claims', 'node = ? where id = ? and node = ? and status is null', 1);
const COMPLETE = updating('claims', 'status = ?, body = ? where id = ?', 2);
const RELEASE = deleting('claims', 'id = ? and status is null');
const EXPIRE = deleting('claims', 'tm_create < ?');
const FIND =
  'select c.*, n.id as holder from claims c left join nodes n on n.id = c.node where c.id = ?';

/** Claims of idempotency keys. The clock gives a claim the instant its ids are derived from. */
export function openIdempotency(sql: Sql, clock: Clock): IdempotencyStore {
  return {
    claim: (key, fingerprint, node) =>
      claim(sql, { id: idOf(key), fingerprint, node, now: clock.now() }),
    complete: async (key, status, body) => {
      await sql.commit([one(COMPLETE, [status, body, idOf(key)])]);
    },
    release: async (key) => {
      await sql.commit([one(RELEASE, [idOf(key)])]);
    },
    expire: async (before) => {
      await sql.commit([one(EXPIRE, [before])]);
    },
  };
}

interface Wish {
  readonly id: string;
  readonly fingerprint: string;
  readonly node: string;
  readonly now: Instant;
}

async function claim(sql: Sql, wish: Wish): Promise<IdempotencyClaim> {
  const { id, fingerprint, node, now } = wish;
  const first = one(CLAIM, [id, fingerprint, node, null, null, now]);
  const taken = await sql.commit([{ ...first, otherwise: { refuse: 'taken' } }]);
  if (taken === null) return { state: 'mine', tm_create: now };
  const [row] = await sql.rows(FIND, [id]);
  // released between the two statements: claim it anew
  if (row === undefined) return claim(sql, wish);
  return again(sql, wish, row);
}

async function again(sql: Sql, wish: Wish, row: Row): Promise<IdempotencyClaim> {
  if (row['fingerprint'] !== wish.fingerprint) return { state: 'mismatch' };
  if (row['status'] !== null)
    return { state: 'done', status: Number(row['status']), body: String(row['body']) };
  if (row['holder'] !== null) return { state: 'running' };
  const take = one(TAKE_OVER, [wish.node, wish.id, row['node'] ?? '']);
  const lost = await sql.commit([{ ...take, otherwise: { refuse: 'lost' } }]);
  // the first claim's instant: the same ids are derived again, and nothing is made twice
  if (lost === null) return { state: 'mine', tm_create: row['tm_create'] as Instant };
  return { state: 'running' };
}

function idOf(key: string): string {
  return hash('sha256', key, 'hex');
}

function one(shape: Shape, args: readonly Value[]): Statement {
  return { shape, args, otherwise: null };
}
