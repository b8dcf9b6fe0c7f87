import type { IncomingMessage } from 'node:http';
import type { CustomerId } from '../kernel/brand.ts';
import { type Refusal, refusal } from '../kernel/refusal.ts';
import type { AccessKey } from '../store/rows.ts';
import type { Operation } from './contract.ts';
import type { Desk } from './desk.ts';
import type { Verdict } from './limits.ts';

/** Why somebody was not let in. A verdict is told in headers. */
export interface Turned {
  readonly refused: Refusal;
  readonly verdict: Verdict | null;
}

/** Who asks, and whether they may ask now. */
export async function admit(
  token: string | null,
  address: string,
  desk: Desk,
): Promise<AccessKey | Turned> {
  // A stranger who guesses keys is stopped before the store is asked; known keys are not.
  if (token !== null && !desk.keyring.isKnown(token) && !desk.strangers.has(address))
    return stranger(address, desk);
  const key = token === null ? null : await desk.keyring.find(token);
  if (key === null) return stranger(address, desk);
  if (key.tm_expire !== null && key.tm_expire <= desk.clock.wall())
    return { refused: refusal('key_expired'), verdict: null };
  return key;
}

function stranger(address: string, desk: Desk): Turned {
  const verdict = desk.strangers.take(address);
  return verdict.ok
    ? { refused: refusal('unauthenticated'), verdict: null }
    : { refused: refusal('rate_limited'), verdict };
}

/** The token in the Authorization header or, as VoIPBIN's clients send it, in the query. */
export function tokenOf(
  request: IncomingMessage,
  pairs: readonly (readonly [string, string])[] | null,
): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return bearer ?? pairs?.find(([name]) => name === 'accesskey')?.[1] ?? null;
}

/** Null when the key may do this. */
export function forbidden(key: AccessKey, operation: Operation): Refusal | null {
  if (operation.admin && key.role !== 'admin') return refusal('role_missing');
  const { scope } = operation;
  return scope === null || key.scopes.length === 0 || key.scopes.includes(scope)
    ? null
    : refusal('scope_missing', scope, `the access key lacks the scope ${scope}`);
}

/** The customer acted for; null when a customer names another one. */
export function actingFor(key: AccessKey, named: unknown): CustomerId | null {
  if (named === undefined || named === key.customer_id) return key.customer_id;
  return key.role === 'admin' ? (named as CustomerId) : null;
}
