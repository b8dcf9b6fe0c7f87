import { NO_PARAMS, type Params, paramsOf, paramsText, wholeNumber } from './scan.ts';

/** Where a SIP request goes (RFC 3261 §19.1). `user` is decoded; the host is in lower case. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  readonly user: string | null;
  readonly password: string | null;
  readonly host: string;
  readonly port: number | null;
  readonly params: Params;
  /** Headers the URI asks for, still encoded: names in lower case. */
  readonly headers: Params;
}
/** A telephone number (RFC 3966). */
export interface TelUri {
  readonly scheme: 'tel';
  readonly number: string;
  readonly params: Params;
}
/** A scheme of somebody else; a request for it is answered 416 (RFC 3261 §8.2.2.1). */
export interface OtherUri {
  readonly scheme: 'other';
  readonly text: string;
}
export type Uri = SipUri | TelUri | OtherUri;

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;
const HOSTNAME = /^[A-Za-z0-9._-]+$/;
const IPV6 = /^[0-9A-Fa-f:.]+$/;
const PORT_MAX = 65_535;
/** Characters a user part may hold unescaped (RFC 3261 §25.1). */
const ESCAPED_IN_USER = /[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/gu;
const TEL_NUMBER = /^\+?[0-9A-Fa-f*#().-]+$/;

/** A URI as written; null when it is not one. */
export function uriOf(text: string): Uri | null {
  const colon = text.indexOf(':');
  const scheme = text.slice(0, colon).toLowerCase();
  if (colon < 0 || !SCHEME.test(scheme) || /[\s<>"]/.test(text)) return null;
  const rest = text.slice(colon + 1);
  if (scheme === 'sip' || scheme === 'sips') return sipUriOf(scheme, rest);
  return scheme === 'tel' ? telUriOf(rest) : { scheme: 'other', text };
}

function sipUriOf(scheme: SipUri['scheme'], rest: string): SipUri | null {
  const at = rest.indexOf('@');
  const place = placeOf(rest.slice(at + 1));
  if (place === null || at === 0) return null;
  const info = at < 0 ? null : rest.slice(0, at);
  const colon = info?.indexOf(':') ?? -1;
  const user = info === null ? null : decoded(colon < 0 ? info : info.slice(0, colon));
  const password = info === null || colon < 0 ? null : info.slice(colon + 1);
  if (info !== null && (user === null || user === '')) return null;
  return { scheme, user, password, ...place };
}

type Place = Pick<SipUri, 'host' | 'port' | 'params' | 'headers'>;

/** Host, port, parameters and headers: what follows the user. */
function placeOf(text: string): Place | null {
  const mark = text.indexOf('?');
  const [hostport = '', ...parts] = (mark < 0 ? text : text.slice(0, mark)).split(';');
  const found = hostPortOf(hostport);
  const params = paramsOf(parts);
  const headers = mark < 0 ? NO_PARAMS : paramsOf(text.slice(mark + 1).split('&'));
  return found === null || params === null || headers === null
    ? null
    : { ...found, params, headers };
}

/** A host with its port, if it has one; IPv6 addresses stand in brackets. Null: neither. */
export function hostPortOf(text: string): { host: string; port: number | null } | null {
  const bracket = text.startsWith('[') ? text.indexOf(']') : -1;
  const colon = text.indexOf(':', bracket + 1);
  const host = (colon < 0 ? text : text.slice(0, colon)).trim().toLowerCase();
  const sane = bracket < 0 ? HOSTNAME.test(host) : isIpv6Reference(host);
  const port = colon < 0 ? null : wholeNumber(text.slice(colon + 1).trim(), PORT_MAX);
  if (!sane || (colon >= 0 && (port === null || port === 0))) return null;
  return { host, port };
}

function isIpv6Reference(host: string): boolean {
  return host.endsWith(']') && IPV6.test(host.slice(1, -1));
}

function telUriOf(rest: string): TelUri | null {
  const [number = '', ...parts] = rest.split(';');
  const params = paramsOf(parts);
  return params === null || !TEL_NUMBER.test(number) ? null : { scheme: 'tel', number, params };
}

export function uriText(uri: Uri): string {
  if (uri.scheme === 'other') return uri.text;
  if (uri.scheme === 'tel') return `tel:${uri.number}${paramsText(uri.params)}`;
  const password = uri.password === null ? '' : `:${uri.password}`;
  const user = uri.user === null ? '' : `${encoded(uri.user)}${password}@`;
  const port = uri.port === null ? '' : `:${uri.port}`;
  const headers = paramsText(uri.headers).slice(1).replaceAll(';', '&');
  const query = headers === '' ? '' : `?${headers}`;
  return `${uri.scheme}:${user}${uri.host}${port}${paramsText(uri.params)}${query}`;
}

/** A plain SIP URI: what most of ours are. */
export function sipUri(user: string | null, host: string, port: number | null = null): SipUri {
  return {
    scheme: 'sip',
    user,
    password: null,
    host,
    port,
    params: NO_PARAMS,
    headers: NO_PARAMS,
  };
}

/** Parameters that count even where only one of two URIs has them (RFC 3261 §19.1.4). */
const COUNTED = ['user', 'ttl', 'method', 'maddr', 'transport'];

/** Whether two URIs mean the same place (RFC 3261 §19.1.4). */
export function isSameUri(one: Uri, other: Uri): boolean {
  if (one.scheme === 'other' || other.scheme === 'other') return uriText(one) === uriText(other);
  if (one.scheme === 'tel' || other.scheme === 'tel')
    return uriText(one).toLowerCase() === uriText(other).toLowerCase();
  const alike =
    one.scheme === other.scheme &&
    one.user === other.user &&
    one.password === other.password &&
    one.host === other.host &&
    one.port === other.port;
  return alike && haveSameParams(one, other) && haveSameHeaders(one, other);
}

function haveSameParams(one: SipUri, other: SipUri): boolean {
  const names = new Set([...one.params.keys(), ...other.params.keys()]);
  return [...names].every((name) => {
    const [mine, yours] = [one.params.get(name), other.params.get(name)];
    if (mine === undefined || yours === undefined) return !COUNTED.includes(name);
    return mine?.toLowerCase() === yours?.toLowerCase();
  });
}

function haveSameHeaders(one: SipUri, other: SipUri): boolean {
  if (one.headers.size !== other.headers.size) return false;
  return [...one.headers].every(([name, value]) => other.headers.get(name) === value);
}

/** Percent signs with their two digits read as bytes of UTF-8; null where digits are missing. */
function decoded(text: string): string | null {
  if (!text.includes('%')) return text;
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return null;
  const bytes = text.replace(/%(..)/g, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function encoded(user: string): string {
  return user.replace(ESCAPED_IN_USER, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
