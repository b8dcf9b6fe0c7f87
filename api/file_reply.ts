import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { KeptFile, Span } from '../files/files.ts';
import type { Outcome } from './operation.ts';
import { SAFE_HEADERS } from './reply.ts';

/** A file as it is answered. `tag` names its content. */
export interface Sendable {
  readonly file: KeptFile;
  readonly type: string;
  /** What it is called where somebody saves it. */
  readonly name: string;
  readonly tag: string;
}

/** The headers by which a part is asked for (RFC 9110 §13, §14). */
export interface Asked {
  readonly range?: string | undefined;
  readonly if_range?: string | undefined;
  readonly if_none_match?: string | undefined;
}

/** A browser plays what it is sent in a page of its own, which may load nothing else. */
const POLICY = "default-src 'none'; media-src 'self'; frame-ancestors 'none'";

/** A file, or a part of it, piece by piece: a long one takes no more memory than a short one. */
export function fileOutcome(
  sendable: Sendable,
  asked: Asked,
  failed: (error: unknown) => void,
): Outcome {
  const { file, tag } = sendable;
  const etag = `"${tag}"`;
  if (matches(asked.if_none_match, etag)) return { status: 304, stream: bare(304, { ETag: etag }) };
  const fresh = asked.if_range === undefined || asked.if_range === etag;
  const span = fresh ? spanIn(asked.range, file.bytes) : 'whole';
  const head = { ETag: etag, 'Accept-Ranges': 'bytes' };
  if (span === 'none')
    return {
      status: 416,
      stream: bare(416, { ...head, 'Content-Range': `bytes */${file.bytes}` }),
    };
  const part = span === 'whole' ? null : span;
  const status = part === null ? 200 : 206;
  return {
    status,
    stream: (response, request_id) => {
      const headers = { ...head, 'X-Request-Id': request_id, ...partHeaders(sendable, part) };
      response.writeHead(status, { ...SAFE_HEADERS, ...headers });
      if (response.req.method === 'HEAD') return void response.end();
      const pieces = part === null ? file.read() : file.read(part);
      pipeline(Readable.from(pieces), response).catch((error: unknown) => {
        // Players leave when they have heard enough; anything else is for the log.
        if (!response.destroyed || response.errored !== null) failed(error);
      });
    },
  };
}

function partHeaders(
  { file, type, name }: Sendable,
  part: Span | null,
): Record<string, string | number> {
  const { first, last } = part ?? { first: 0, last: file.bytes - 1 };
  const headers = {
    'Content-Type': type,
    'Content-Length': last - first + 1,
    'Content-Disposition': `inline; filename="${name}"`,
    'Content-Security-Policy': POLICY,
  };
  if (part === null) return headers;
  return { ...headers, 'Content-Range': `bytes ${first}-${last}/${file.bytes}` };
}

function bare(status: number, headers: Readonly<Record<string, string>>) {
  return (response: ServerResponse, request_id: string): void => {
    response.writeHead(status, { ...SAFE_HEADERS, ...headers, 'X-Request-Id': request_id });
    response.end();
  };
}

function matches(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}

/**
 * The part that is asked for; the whole where none is, or in a way we need not understand (several
 * parts at once, other units); none where the file has no such part.
 */
export function spanIn(range: string | undefined, bytes: number): Span | 'whole' | 'none' {
  const [, from = '', until = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? '') ?? [];
  if (from === '' && until === '') return 'whole';
  if (from === '') {
    const count = Math.min(Number(until), bytes);
    return count === 0 ? 'none' : { first: bytes - count, last: bytes - 1 };
  }
  const [first, last] = [Number(from), until === '' ? bytes - 1 : Number(until)];
  if (until !== '' && last < first) return 'whole';
  return first >= bytes ? 'none' : { first, last: Math.min(last, bytes - 1) };
}
