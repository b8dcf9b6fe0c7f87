import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { Notice } from '../carrier.ts';

export const SIGNATURE_HEADER = 'x-twilio-signature';
/** A notice that carries a time of its own is refused when it is older or newer than this. */
const FRESH_MS = 300_000;
const FORM = /^application\/x-www-form-urlencoded(?:; ?charset=utf-8)?$/i;

/** What a notice is checked against. */
export interface Seal {
  readonly auth_token: string;
  /** The address as Twilio was told it: from the configuration, never from the request. */
  readonly url: string;
  /** What may follow the address when it is signed: the fragment of the status address. */
  readonly endings: readonly string[];
  readonly now_ms: number;
}

/**
 * Whether Twilio signed the notice with the account's token: base64 of HMAC-SHA1 over the address
 * and every form parameter's name and value, sorted by name; other bodies are covered by their hash
 * in the query. Nothing else in a notice says how old it is, so one that names its time must be
 * fresh; the others mean nothing when they are told twice.
 */
export function isSigned(notice: Notice, seal: Seal): boolean {
  const given = notice.headers[SIGNATURE_HEADER] ?? '';
  const form = formOf(notice);
  if (form === null || !isFresh(form, seal.now_ms)) return false;
  const text = textOf(form);
  return addressesOf(seal).some((url) => {
    const wanted = createHmac('sha1', seal.auth_token)
      .update(url + text)
      .digest('base64');
    return isSame(wanted, given);
  });
}

/** Null where the body is no form and its hash is not what the query says. */
function formOf({ method, headers, body, path }: Notice): URLSearchParams | null {
  if (method !== 'POST') return body === '' ? new URLSearchParams() : null;
  if (FORM.test(headers['content-type'] ?? '')) return new URLSearchParams(body);
  const told = /[?&]bodySHA256=([0-9a-fA-F]{64})(?:&|$)/.exec(path)?.[1] ?? '';
  return isSame(hash('sha256', body, 'hex'), told.toLowerCase()) ? new URLSearchParams() : null;
}

/** Names in the order of their bytes; a name that is there twice counts with each of its values. */
function textOf(form: URLSearchParams): string {
  const names = [...new Set(form.keys())].sort();
  return names
    .map((name) =>
      [...new Set(form.getAll(name))]
        .sort()
        .map((value) => name + value)
        .join(''),
    )
    .join('');
}

/** Twilio signs the standard port sometimes with the address and sometimes without. */
function addressesOf({ url, endings }: Seal): string[] {
  const { protocol, host, port } = new URL(url);
  const rest = url.slice(url.indexOf(host) + host.length);
  const standard = protocol === 'https:' ? '443' : '80';
  const hosts = port === '' ? [host, `${host}:${standard}`] : [host, host.replace(`:${port}`, '')];
  const all = hosts.map((each) => `${protocol}//${each}${rest}`);
  return [...all, ...endings.flatMap((ending) => all.map((each) => each + ending))];
}

function isFresh(form: URLSearchParams, now_ms: number): boolean {
  const told = form.get('Timestamp');
  if (told === null) return true;
  const age_ms = now_ms - Date.parse(told);
  return Number.isFinite(age_ms) && Math.abs(age_ms) <= FRESH_MS + 1_000;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
