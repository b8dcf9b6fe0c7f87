import { createHash, createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { type Params, paramsOf, quoted, splitOutside, unquoted, wholeNumber } from './scan.ts';

/** Hashes both sides may agree on, the stronger one last (RFC 7616 §3.7, RFC 8760). */
export type Algorithm = 'MD5' | 'SHA-256';
const HASH: Readonly<Record<Algorithm, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };

/** What a server asks for before it takes a request (RFC 7616 §3.3). */
export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: Algorithm;
  /** Whether the request must be counted, which keeps an answer from being used again. */
  readonly has_qop: boolean;
  readonly opaque: string | null;
  readonly is_stale: boolean;
}

/** What a client says to it (RFC 7616 §3.4). */
export interface Credentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly algorithm: Algorithm;
  /** How often this nonce was used, with the client's own nonce; null without qop. */
  readonly count: { readonly nc: string; readonly cnonce: string } | null;
}

/** Who proves what: the request it stands in, and the secret both sides know. */
export interface Proof {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
}

const SCHEME = /^Digest\s+(\S.*)$/is;
const NC_MAX = 0xffff_ffff;

/** A challenge we can answer; null for other schemes, hashes and kinds of protection. */
export function challengeOf(text: string): Challenge | null {
  const params = digestParams(text);
  const [realm, nonce] = [said(params, 'realm'), said(params, 'nonce')];
  const algorithm = algorithmOf(params);
  const offered = said(params, 'qop');
  const has_qop = offered?.split(',').some((each) => each.trim() === 'auth') ?? false;
  if (realm === null || nonce === null || algorithm === null) return null;
  if (offered !== null && !has_qop) return null;
  const is_stale = said(params, 'stale')?.toLowerCase() === 'true';
  return { realm, nonce, algorithm, has_qop, opaque: said(params, 'opaque'), is_stale };
}

export function challengeText({ realm, nonce, algorithm, is_stale }: Challenge): string {
  const stale = is_stale ? ', stale=true' : '';
  const named = `realm=${quoted(realm)}, nonce=${quoted(nonce)}, algorithm=${algorithm}`;
  return `Digest ${named}, qop="auth"${stale}`;
}

export function credentialsOf(text: string): Credentials | null {
  const params = digestParams(text);
  const [username, realm] = [said(params, 'username'), said(params, 'realm')];
  const [nonce, uri] = [said(params, 'nonce'), said(params, 'uri')];
  const [response, algorithm] = [said(params, 'response'), algorithmOf(params)];
  const [nc, cnonce] = [said(params, 'nc'), said(params, 'cnonce')];
  const counted = said(params, 'qop') === 'auth';
  if (username === null || realm === null || nonce === null || uri === null) return null;
  if (response === null || algorithm === null) return null;
  if (counted && (nc === null || cnonce === null || !/^[0-9a-f]{8}$/i.test(nc))) return null;
  const count = counted && nc !== null && cnonce !== null ? { nc, cnonce } : null;
  return { username, realm, nonce, uri, response, algorithm, count };
}

/** The value of Authorization or Proxy-Authorization. `nc` counts the uses of the nonce from 1. */
export function answerText(
  challenge: Challenge,
  proof: Proof,
  use: { readonly nc: number; readonly cnonce: string },
): string {
  const { realm, nonce, algorithm, has_qop, opaque } = challenge;
  const nc = Math.min(use.nc, NC_MAX).toString(16).padStart(8, '0');
  const count = has_qop ? { nc, cnonce: use.cnonce } : null;
  const response = responseOf(secretOf(algorithm, realm, proof), { ...challenge, count }, proof);
  const parts = [
    `username=${quoted(proof.username)}, realm=${quoted(realm)}, nonce=${quoted(nonce)}`,
    `uri=${quoted(proof.uri)}, response="${response}", algorithm=${algorithm}`,
    ...(count === null ? [] : [`qop=auth, nc=${nc}, cnonce=${quoted(use.cnonce)}`]),
    ...(opaque === null ? [] : [`opaque=${quoted(opaque)}`]),
  ];
  return `Digest ${parts.join(', ')}`;
}

/** HA1: what a server keeps instead of the password. It is as good as the password here. */
export function secretOf(
  algorithm: Algorithm,
  realm: string,
  { username, password }: Pick<Proof, 'username' | 'password'>,
): string {
  return hash(algorithm, `${username}:${realm}:${password}`);
}

/** Whether the credentials prove knowledge of the secret, for a request of this method. */
export function isProven(credentials: Credentials, secret: string, method: string): boolean {
  const wanted = Buffer.from(responseOf(secret, credentials, { method, uri: credentials.uri }));
  const given = Buffer.from(credentials.response.toLowerCase());
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function responseOf(
  secret: string,
  { nonce, algorithm, count }: Pick<Credentials, 'nonce' | 'algorithm' | 'count'>,
  { method, uri }: Pick<Proof, 'method' | 'uri'>,
): string {
  const what = hash(algorithm, `${method}:${uri}`);
  if (count === null) return hash(algorithm, `${secret}:${nonce}:${what}`);
  return hash(algorithm, `${secret}:${nonce}:${count.nc}:${count.cnonce}:auth:${what}`);
}

function hash(algorithm: Algorithm, text: string): string {
  return createHash(HASH[algorithm]).update(text).digest('hex');
}

/** A nonce that only we can have made, and that says when: nothing has to be kept for it. */
export function nonceAt(key: KeyObject, now_ms: number): string {
  const moment = now_ms.toString(36);
  return `${moment}.${sealOf(key, moment)}`;
}

/** How old a nonce is, in ms; null when we did not make it. */
export function ageOf(key: KeyObject, nonce: string, now_ms: number): number | null {
  const [moment = '', seal = ''] = nonce.split('.');
  const [given, wanted] = [Buffer.from(seal), Buffer.from(sealOf(key, moment))];
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
  return now_ms - Number.parseInt(moment, 36);
}

function sealOf(key: KeyObject, moment: string): string {
  return createHmac('sha256', key).update(`nonce:${moment}`).digest('base64url').slice(0, 27);
}

/** The count of a use as a number; null when it is no count. */
export function countOf({ count }: Credentials): number | null {
  return count === null ? null : wholeNumber(String(Number.parseInt(count.nc, 16)), NC_MAX);
}

function digestParams(text: string): Params | null {
  const inside = SCHEME.exec(text.trim());
  return inside === null ? null : paramsOf(splitOutside(inside[1] ?? '', ','));
}

function said(params: Params | null, name: string): string | null {
  const value = params?.get(name) ?? null;
  return value === null ? null : unquoted(value);
}

function algorithmOf(params: Params | null): Algorithm | null {
  const named = (said(params, 'algorithm') ?? 'MD5').toUpperCase();
  return named === 'MD5' || named === 'SHA-256' ? named : null;
}
