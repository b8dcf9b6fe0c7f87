import { type Headers, NO_HEADERS } from './headers.ts';
import type { NameAddr } from './name_addr.ts';
import { nameAddrOf } from './name_addr.ts';
import type { Uri } from './uri.ts';
import type { Via } from './via.ts';

export interface CSeq {
  /** Below 2^31 (RFC 3261 §8.1.1.5). */
  readonly number: number;
  readonly method: string;
}

/** What every message must have (RFC 3261 §8.1.1), read; all else stands in `headers`. */
interface Envelope {
  /** The latest hop first. */
  readonly vias: readonly Via[];
  readonly from: NameAddr;
  readonly to: NameAddr;
  readonly call_id: string;
  readonly cseq: CSeq;
  readonly headers: Headers;
  readonly body: Buffer;
}
export interface SipRequest extends Envelope {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: Uri;
  readonly max_forwards: number;
}
export interface SipResponse extends Envelope {
  readonly kind: 'response';
  /** 100 to 699. */
  readonly status: number;
  readonly reason: string;
}
export type SipMessage = SipRequest | SipResponse;

export const NO_BODY = Buffer.alloc(0);
/** What a message without Max-Forwards starts with (RFC 3261 §8.1.1.6). */
export const MAX_FORWARDS = 70;

/** The first value of a header; null when it is not there. */
export function headerOf({ headers }: SipMessage, name: string): string | null {
  return headers.get(name)?.[0] ?? null;
}

/** All values of a header, in order. */
export function headersOf({ headers }: SipMessage, name: string): readonly string[] {
  return headers.get(name) ?? [];
}

/** The addresses of a header such as Route or Contact; those that are none are left out. */
export function addressesOf(message: SipMessage, name: string): NameAddr[] {
  return headersOf(message, name).flatMap((value) => nameAddrOf(value) ?? []);
}

/** The same message with some headers set anew; an empty list takes a header away. */
export function withHeaders<Message extends SipMessage>(
  message: Message,
  changes: Readonly<Record<string, readonly string[]>>,
): Message {
  const headers = new Map(message.headers);
  for (const [name, values] of Object.entries(changes))
    if (values.length === 0) headers.delete(name);
    else headers.set(name, values);
  return { ...message, headers };
}

export function isProvisional({ status }: SipResponse): boolean {
  return status < 200;
}

export function isSuccess({ status }: SipResponse): boolean {
  return status >= 200 && status < 300;
}

/** Phrases for people; machines read the number (RFC 3261 §21). */
const REASONS: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  181: 'Call Is Being Forwarded',
  182: 'Queued',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  410: 'Gone',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  416: 'Unsupported URI Scheme',
  420: 'Bad Extension',
  421: 'Extension Required',
  422: 'Session Interval Too Small',
  423: 'Interval Too Brief',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  484: 'Address Incomplete',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  491: 'Request Pending',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  505: 'Version Not Supported',
  513: 'Message Too Large',
  600: 'Busy Everywhere',
  603: 'Decline',
  604: 'Does Not Exist Anywhere',
  606: 'Not Acceptable',
};

export function reasonPhrase(status: number): string {
  return REASONS[status] ?? 'Unknown';
}

/** An answer to a request: the hops, names and number are the request's (RFC 3261 §8.2.6.2). */
export function responseTo(
  request: SipRequest,
  status: number,
  changes: Partial<Pick<SipResponse, 'reason' | 'to' | 'headers' | 'body'>> = {},
): SipResponse {
  const { vias, from, to, call_id, cseq } = request;
  const reason = reasonPhrase(status);
  const plain = { headers: NO_HEADERS, body: NO_BODY, reason, to };
  return { kind: 'response', status, vias, from, call_id, cseq, ...plain, ...changes };
}
