import { fullName, isList, SINGLE } from './headers.ts';
import {
  type CSeq,
  MAX_FORWARDS,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './message.ts';
import { nameAddrOf } from './name_addr.ts';
import { isToken, splitOutside, wholeNumber } from './scan.ts';
import { uriOf } from './uri.ts';
import { type Via, viaOf } from './via.ts';

/** What a stranger may send at most: anything longer is no call. */
export const HEAD_BYTES_MAX = 65_536;
const HEADER_LINES_MAX = 512;
const CSEQ_MAX = 2 ** 31 - 1;
const FORWARDS_MAX = 255;
const BODY_BYTES_MAX = 1_000_000;

/** The parts of a broken request that suffice to answer it, as they came. */
export interface Answerable {
  readonly vias: readonly Via[];
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

/**
 * refused: a request that is answered with `status` where it can be answered, else dropped. A
 * response that makes no sense is always dropped (RFC 3261 §18.1.2).
 */
export type Parsed =
  | { readonly result: 'message'; readonly message: SipMessage }
  | {
      readonly result: 'refused';
      readonly status: number;
      readonly why: string;
      readonly answerable: Answerable | null;
    };

/** Reads one message. Every step is linear in its length, whatever it holds. */
export function parse(bytes: Buffer): Parsed {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0 || end > HEAD_BYTES_MAX) return refused('the head has no end', null);
  const [start = '', ...lines] = unfolded(bytes.toString('utf8', 0, end));
  const headers = headersIn(lines);
  if (typeof headers === 'string') return refused(headers, null);
  const vias = viasOf(headers);
  const status_line = start.startsWith('SIP/');
  const answerable = vias === null || status_line ? null : { vias, headers };
  const read = readWith(start, { headers, vias, rest: bytes.subarray(end + 4) });
  if ('kind' in read) return { result: 'message', message: read };
  return refused(read.why, answerable, read.status);
}

interface Flaw {
  readonly status: number;
  readonly why: string;
}
interface Parts {
  readonly headers: Map<string, string[]>;
  readonly vias: readonly Via[] | null;
  readonly rest: Buffer;
}

function refused(why: string, answerable: Answerable | null, status = 400): Parsed {
  return { result: 'refused', status, why, answerable };
}

/** Lines of the head; one that begins with a blank goes on with the one before (§7.3.1). */
function unfolded(head: string): string[] {
  const lines: string[] = [];
  for (const line of head.split('\r\n')) {
    if ((line.startsWith(' ') || line.startsWith('\t')) && lines.length > 1)
      lines.push(`${lines.pop() ?? ''} ${line.trim()}`);
    else lines.push(line);
  }
  return lines;
}

/** The headers by name, or what is wrong with them. */
function headersIn(lines: readonly string[]): Map<string, string[]> | string {
  const headers = new Map<string, string[]>();
  if (lines.length > HEADER_LINES_MAX) return 'there are too many headers';
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = fullName(line.slice(0, Math.max(colon, 0)).trim());
    if (!isToken(name)) return 'a header has no name';
    const value = line.slice(colon + 1).trim();
    const values = isList(name) ? splitOutside(value, ',') : [value];
    const known = headers.get(name);
    if (known === undefined) headers.set(name, values);
    else known.push(...values);
  }
  return headers;
}

function viasOf(headers: ReadonlyMap<string, readonly string[]>): readonly Via[] | null {
  const vias = (headers.get('via') ?? []).map(viaOf);
  return vias.length === 0 || vias.includes(null) ? null : (vias as Via[]);
}

/** Headers that are read into fields of their own, and so need not be kept as text. */
const READ = ['via', 'from', 'to', 'call-id', 'cseq', 'max-forwards', 'content-length'];

function readWith(start: string, { headers, vias, rest }: Parts): SipMessage | Flaw {
  const twice = [...SINGLE].find((name) => (headers.get(name)?.length ?? 0) > 1);
  if (twice !== undefined) return flaw(`${twice} stands more than once`);
  const [from, to] = [nameAddrOf(one(headers, 'from')), nameAddrOf(one(headers, 'to'))];
  const call_id = one(headers, 'call-id');
  const cseq = cseqOf(one(headers, 'cseq'));
  const body = bodyOf(headers, rest);
  if (vias === null) return flaw('Via is missing or malformed');
  if (from === null || to === null) return flaw('From or To is missing or malformed');
  if (call_id === '' || /\s/.test(call_id)) return flaw('Call-ID is missing or malformed');
  if (cseq === null) return flaw('CSeq is missing or malformed');
  if (body === null) return flaw('Content-Length does not fit');
  const max_forwards = forwardsOf(headers);
  if (max_forwards === null) return flaw('Max-Forwards is malformed');
  for (const name of READ) headers.delete(name);
  const envelope = { vias, from, to, call_id, cseq, headers, body };
  if (start.startsWith('SIP/')) return responseOf(start, envelope);
  return requestOf(start, { ...envelope, max_forwards });
}

function requestOf(
  start: string,
  envelope: Omit<SipRequest, 'kind' | 'method' | 'uri'>,
): SipMessage | Flaw {
  const [method = '', target = '', version = '', ...more] = start.split(' ');
  const uri = uriOf(target);
  if (!isToken(method) || more.length > 0) return flaw('the request line is malformed');
  if (version.toUpperCase() !== 'SIP/2.0')
    return version.startsWith('SIP/') ? flaw('unknown version', 505) : flaw('no SIP request');
  if (uri === null) return flaw('the Request-URI is malformed');
  if (envelope.cseq.method !== method) return flaw('CSeq names another method');
  return { kind: 'request', method, uri, ...envelope };
}

const STATUS_LINE = /^SIP\/2\.0 ([1-6]\d\d) ?(.*)$/is;

function responseOf(
  start: string,
  envelope: Omit<SipResponse, 'kind' | 'status' | 'reason'>,
): SipMessage | Flaw {
  const found = STATUS_LINE.exec(start);
  if (found === null) return flaw('the status line is malformed');
  return { kind: 'response', status: Number(found[1]), reason: found[2] ?? '', ...envelope };
}

function flaw(why: string, status = 400): Flaw {
  return { status, why };
}

function one(headers: ReadonlyMap<string, readonly string[]>, name: string): string {
  return headers.get(name)?.[0] ?? '';
}

function cseqOf(text: string): CSeq | null {
  const [digits = '', method = '', ...more] = text.split(/\s+/);
  const number = wholeNumber(digits, CSEQ_MAX);
  return number === null || !isToken(method) || more.length > 0 ? null : { number, method };
}

function forwardsOf(headers: ReadonlyMap<string, readonly string[]>): number | null {
  const written = headers.get('max-forwards');
  return written === undefined ? MAX_FORWARDS : wholeNumber(written[0] ?? '', FORWARDS_MAX);
}

/** What follows the head, as long as Content-Length says; null when there is less (§18.3). */
function bodyOf(headers: ReadonlyMap<string, readonly string[]>, rest: Buffer): Buffer | null {
  const written = headers.get('content-length');
  if (written === undefined) return rest;
  const length = wholeNumber(written[0] ?? '', BODY_BYTES_MAX);
  return length === null || length > rest.length ? null : rest.subarray(0, length);
}
