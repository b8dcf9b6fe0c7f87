import type { Instant, KeyId } from '../../kernel/brand.ts';
import { rfc3339 } from '../../kernel/instant.ts';
import type { AccessKey } from '../../store/rows.ts';
import { PLATFORM } from '../../store/rows.ts';
import type { Desk } from '../desk.ts';
import { listed, scopeOf } from '../lists.ts';
import { answer, type Ask, NOT_FOUND, refuse, type Serve } from '../operation.ts';
import { CONFLICT, dates, datesJson, deleted, idOf } from '../shelving.ts';
import { hashOf, mintToken, tailOf } from '../token.ts';

export const createAccesskey: Serve<'createAccesskey'> = async (ask, desk) => {
  const { scopes, live = ask.key.live } = ask.body;
  if (ask.customer_id !== PLATFORM && (await desk.customer(ask.customer_id)) === null)
    return refuse('not_found', 'customer_id');
  if (live && !ask.key.live)
    return refuse('role_missing', '/live', 'a test key makes test keys only');
  const beyond = scopes.find((scope) => !mayGrant(ask.key, scope));
  const unbounded = scopes.length === 0 && ask.key.scopes.length > 0;
  if (beyond !== undefined || unbounded)
    return refuse('scope_missing', '/scopes', 'a key grants no more than it may do itself');
  const token = mintToken(desk.chance, live);
  const row = rowOf(ask, desk, token);
  if (!(await desk.store.shelves.keys.insert(row))) return CONFLICT;
  changed(desk, row.id);
  return answer({ ...keyJson(row), token }, 201);
};

function mayGrant({ scopes }: AccessKey, scope: string): boolean {
  return scopes.length === 0 || scopes.includes(scope);
}

function rowOf(ask: Ask<'createAccesskey'>, desk: Desk, token: string): AccessKey {
  const { name, detail, scopes, live = ask.key.live, expire } = ask.body;
  const ofCustomer = ask.key.role === 'customer' || ask.customer_id !== ask.key.customer_id;
  return {
    id: idOf(ask, 'accesskey') as KeyId,
    customer_id: ask.customer_id,
    name,
    detail,
    role: ofCustomer ? 'customer' : 'admin',
    live,
    scopes,
    hash: hashOf(token),
    tail: tailOf(token),
    // Keys age by the wall's clock: a test that runs a month in a second keeps its key.
    tm_expire: expire === 0 ? null : ((desk.clock.wall() + expire * 1_000) as Instant),
    ...dates(desk),
  };
}

export const listAccesskeys: Serve<'listAccesskeys'> = (ask, { store }) =>
  listed(ask.query, (page) => store.shelves.keys.list(scopeOf(ask), {}, page), keyJson);

export const getAccesskey: Serve<'getAccesskey'> = async (ask, { store }) => {
  const row = await store.shelves.keys.get(scopeOf(ask), ask.id);
  return row === null ? NOT_FOUND : answer(keyJson(row));
};

export const deleteAccesskey: Serve<'deleteAccesskey'> = async (ask, desk) => {
  const row = await deleted(desk.store.shelves.keys, scopeOf(ask), { id: ask.id, desk });
  if (row === null) return NOT_FOUND;
  changed(desk, row.id);
  return answer(keyJson(row));
};

function changed({ keyring, exchange }: Desk, id: KeyId): void {
  keyring.forget();
  exchange.changed('keys', id);
}

function keyJson(row: AccessKey): object {
  return {
    id: row.id,
    customer_id: row.customer_id,
    name: row.name,
    detail: row.detail,
    role: row.role,
    live: row.live,
    scopes: row.scopes,
    tail: row.tail,
    tm_expire: rfc3339(row.tm_expire),
    ...datesJson(row),
  };
}
