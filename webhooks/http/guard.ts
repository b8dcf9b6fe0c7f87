import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Hosts that mean this machine wherever they are resolved (RFC 6761 §6.3). */
const LOCAL_NAME = /^(.+\.)?localhost$/i;
const URL_LENGTH_MAX = 2_048;

/**
 * Ports of services that could be made to obey an HTTP request, or whose abuse would be blamed on
 * us: what browsers refuse too (WHATWG Fetch, "bad port"), and stores that need no password.
 */
const PORTS: ReadonlyMap<number, string> = new Map([
  ...named('remote shell', 22, 23, 512, 513, 514),
  ...named('mail', 25, 110, 143, 465, 587, 993, 995),
  ...named('name service', 53, 389, 636),
  ...named('file service', 20, 21, 69, 111, 135, 137, 139, 445, 548, 2049),
  ...named('telephony', 5060, 5061),
  ...named('database', 1433, 1521, 3306, 5432, 6379, 9042, 11211, 27017),
  ...named('cluster control', 2375, 2376, 2379, 2380, 4001, 6443, 10250),
  ...named('remote desktop', 3389, 5900, 6000),
  ...named('chat relay', 6665, 6666, 6667, 6668, 6669, 6697),
]);

/** All of IPv6 that is handed out for use on the Internet (RFC 4291 §2.4, IANA's registry). */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');

type Cidr = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Says where requests of customers may go, by URL and by address. */
export interface Guard {
  /** Why this URL is never sent to; null when only its address remains to be seen. */
  refusal(url: URL): string | null;
  /** Why this address is never connected to; null when it may be. */
  blocks(address: string): string | null;
}

/**
 * Everything that is not a public unicast address is closed, except the ranges in `allow` (CIDR).
 * Throws when one of those cannot be read.
 */
export function makeGuard(allow: readonly string[]): Guard {
  const open = allow.map((range): Cidr => ipaddr.parseCIDR(range));
  const blocks = (address: string): string | null => {
    if (isIP(address) === 0) return 'not an address';
    // A mapped IPv4 address (::ffff:127.0.0.1) reaches the IPv4 one: judge that.
    const plain = ipaddr.process(address);
    if (isPublic(plain) || open.some((each) => isWithin(plain, each))) return null;
    return plain.range() === 'unicast' ? 'reserved address' : `${plain.range()} address`;
  };
  return { blocks, refusal: (url) => refusalOf(url, blocks) };
}

function refusalOf(url: URL, blocks: Guard['blocks']): string | null {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'scheme is not http or https';
  if (url.username !== '' || url.password !== '') return 'credentials in the URL';
  if (url.href.length > URL_LENGTH_MAX) return `longer than ${URL_LENGTH_MAX} characters`;
  const service = PORTS.get(Number(url.port));
  if (url.port !== '' && (service !== undefined || url.port === '0'))
    return `port ${url.port} is closed (${service ?? 'no port'})`;
  const host = hostOf(url);
  // Node connects to an address without asking `lookup`, so an address is judged here (measured).
  if (isIP(host) !== 0) return blocks(host);
  return LOCAL_NAME.test(host) ? blocks('127.0.0.1') : null;
}

/** The host as the connector sees it: parsed, without brackets and without a trailing dot. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

/** ipaddr.js calls ::7f00:1 unicast, which is ::127.0.0.1 (RFC 4291 §2.5.5.1) in another dress. */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return (
    address.range() === 'unicast' && (address.kind() === 'ipv4' || isWithin(address, GLOBAL_IPV6))
  );
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, [range, bits]: Cidr): boolean {
  return address.kind() === range.kind() && address.match(range, bits);
}

function named(service: string, ...ports: readonly number[]): [number, string][] {
  return ports.map((port) => [port, service]);
}
