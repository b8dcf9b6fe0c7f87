import { createHmac, createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { parseJson } from '../../kernel/foreign.ts';

/** The claims of a token: what a JWT (RFC 7519) says. */
export type Claims = Readonly<Record<string, unknown>>;

interface Read {
  readonly header: Claims;
  readonly claims: Claims;
  /** What the signature is over. */
  readonly signed: string;
  readonly signature: Buffer;
}

function readToken(token: string): Read | null {
  const [head = '', body = '', tail = '', ...more] = token.split('.');
  const header = recordIn(head);
  const claims = recordIn(body);
  if (header === null || claims === null || tail === '' || more.length > 0) return null;
  return { header, claims, signed: `${head}.${body}`, signature: Buffer.from(tail, 'base64url') };
}

function recordIn(part: string): Claims | null {
  const read = parseJson(Buffer.from(part, 'base64url').toString('utf8'));
  return read.ok && typeof read.value === 'object' ? (read.value as Claims | null) : null;
}

/** What a token claims, believed or not; null when it is none. */
export function claimsOf(token: string): Claims | null {
  return readToken(token)?.claims ?? null;
}

export function publicKeyOf(pem: string): KeyObject {
  return createPublicKey(pem);
}

const EARLY_S = 60;

/** Whether an application signed the token with its private key (RS256), and it is not stale. */
export function isOurs(token: string, key: KeyObject, now_ms: number): boolean {
  const read = readToken(token);
  if (read === null || read.header['alg'] !== 'RS256') return false;
  const { iat, exp } = read.claims;
  const now_s = now_ms / 1_000;
  if (typeof iat !== 'number' || iat > now_s + EARLY_S) return false;
  if (typeof exp === 'number' && exp < now_s) return false;
  return verify('RSA-SHA256', Buffer.from(read.signed), key, read.signature);
}

/** A token as Vonage signs its webhooks: HS256 with the account's signature secret. */
export function signToken(claims: Claims, secret: string): string {
  const coded = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const signed = coded.join('.');
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** The hash of a body, as the claim payload_hash has it. */
export function payloadHash(body: string): string {
  return hash('sha256', body, 'hex');
}
