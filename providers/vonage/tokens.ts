import {
  createHmac,
  createPrivateKey,
  hash,
  type KeyObject,
  sign,
  timingSafeEqual,
} from 'node:crypto';
import { parseJson } from '../../kernel/foreign.ts';
import type { Notice } from '../carrier.ts';

type Claims = Readonly<Record<string, unknown>>;

/** What a notice is checked against. */
export interface Seal {
  readonly signature_secret: string;
  readonly api_key: string;
  readonly application_id: string;
  readonly now_ms: number;
}

const FRESH_MS = 300_000;

/**
 * Whether Vonage signed the notice: a token (HS256, with the account's signature secret) that is
 * fresh, of our account and application, and holds the hash of the body as it came.
 */
export function isSigned(notice: Notice, seal: Seal): boolean {
  const token = /^Bearer (\S+)$/.exec(notice.headers['authorization'] ?? '')?.[1] ?? '';
  const [head = '', body = '', mac = '', ...more] = token.split('.');
  if (more.length > 0 || recordIn(head)?.['alg'] !== 'HS256') return false;
  const wanted = createHmac('sha256', seal.signature_secret).update(`${head}.${body}`);
  if (!isSame(wanted.digest('base64url'), mac)) return false;
  const claims = recordIn(body);
  return claims !== null && isOurs(claims, seal) && isWhole(claims, notice);
}

function recordIn(part: string): Claims | null {
  const read = parseJson(Buffer.from(part, 'base64url').toString('utf8'));
  return read.ok && typeof read.value === 'object' ? (read.value as Claims | null) : null;
}

function isOurs(claims: Claims, { api_key, application_id, now_ms }: Seal): boolean {
  const age_ms = now_ms - Number(claims['iat']) * 1_000;
  if (!Number.isFinite(age_ms) || Math.abs(age_ms) > FRESH_MS + 1_000) return false;
  if (claims['iss'] !== 'Vonage' || claims['api_key'] !== api_key) return false;
  const app = claims['application_id'];
  return app === undefined || app === application_id;
}

/** A request without a body has no hash; every other one must. */
function isWhole(claims: Claims, { body }: Notice): boolean {
  const told = claims['payload_hash'];
  if (body === '' && told === undefined) return true;
  return isSame(hash('sha256', body, 'hex'), String(told));
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const LIVES_S = 900;
const USED_MS = 540_000;

/** Tokens for our own requests (RS256). One serves nine minutes: signing is dear. */
export class Tokens {
  readonly #application_id: string;
  readonly #key: KeyObject;
  readonly #wall: () => number;
  #header = '';
  #until = 0;

  /** Throws when the key is none. A key from an environment may have its line ends written out. */
  constructor(credentials: { application_id: string; private_key: string }, wall: () => number) {
    this.#application_id = credentials.application_id;
    this.#key = createPrivateKey(credentials.private_key.replaceAll('\\n', '\n'));
    this.#wall = wall;
  }

  /** The value of an Authorization header. */
  bearer(): string {
    const now = this.#wall();
    if (now < this.#until) return this.#header;
    const iat = Math.floor(now / 1_000);
    const jti = hash('sha256', `${this.#application_id}/${now}`, 'hex').slice(0, 32);
    const claims = { application_id: this.#application_id, iat, jti, exp: iat + LIVES_S };
    const coded = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    const signed = coded.join('.');
    const mac = sign('RSA-SHA256', Buffer.from(signed), this.#key).toString('base64url');
    this.#header = `Bearer ${signed}.${mac}`;
    this.#until = now + USED_MS;
    return this.#header;
  }
}
