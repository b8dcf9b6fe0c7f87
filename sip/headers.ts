/** Header values by name in lower case, in the order they came; lists are split at their commas. */
export type Headers = ReadonlyMap<string, readonly string[]>;
export const NO_HEADERS: Headers = new Map();

/** Letters that stand for names (RFC 3261 §7.3.3 and the registry of header fields at IANA). */
const COMPACT: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
};

/** Headers whose value is a list: one line with commas is the same as several lines. */
const LISTS: ReadonlySet<string> = new Set([
  ...['via', 'route', 'record-route', 'contact', 'path', 'service-route'],
  ...['allow', 'supported', 'require', 'proxy-require', 'unsupported', 'allow-events'],
  ...['accept', 'accept-encoding', 'accept-language', 'in-reply-to', 'warning', 'reason'],
  ...['p-asserted-identity', 'diversion', 'history-info', 'call-info', 'alert-info'],
]);

/** Headers that may stand but once (RFC 3261 §7.3.1): twice, nobody knows which one is meant. */
export const SINGLE: ReadonlySet<string> = new Set([
  ...['from', 'to', 'call-id', 'cseq', 'max-forwards', 'content-length', 'content-type'],
  ...['expires', 'session-expires', 'min-se', 'refer-to', 'replaces', 'rseq', 'rack'],
]);

/** Names that are not written the way the others are: each word with a capital letter. */
const SPELT: Readonly<Record<string, string>> = {
  'call-id': 'Call-ID',
  cseq: 'CSeq',
  'mime-version': 'MIME-Version',
  'min-se': 'Min-SE',
  rack: 'RAck',
  rseq: 'RSeq',
  'sip-etag': 'SIP-ETag',
  'sip-if-match': 'SIP-If-Match',
  'www-authenticate': 'WWW-Authenticate',
};

/** The name in lower case, whichever way it was written. */
export function fullName(name: string): string {
  const lower = name.toLowerCase();
  return lower.length === 1 ? (COMPACT[lower] ?? lower) : lower;
}

export function isList(name: string): boolean {
  return LISTS.has(name);
}

/** A name the way people write it. */
export function spelt(name: string): string {
  return SPELT[name] ?? name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
