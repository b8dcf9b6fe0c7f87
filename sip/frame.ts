import { HEAD_BYTES_MAX } from './parse.ts';
import { fullName } from './headers.ts';
import { wholeNumber } from './scan.ts';

const BODY_BYTES_MAX = 1_000_000;
const CR = 13;
const LF = 10;

/**
 * What a stream holds so far (RFC 3261 §18.3). message: its first message and what follows ·
 * keep_alive: a double line end between messages, to be answered by a single one (RFC 5626 §4.4.1)
 * · more: not enough yet · broken: no message can be found in it any more.
 */
export type Framed =
  | { readonly result: 'message'; readonly bytes: Buffer; readonly rest: Buffer }
  | { readonly result: 'keep_alive'; readonly rest: Buffer }
  | { readonly result: 'more' }
  | { readonly result: 'broken'; readonly why: string };

const MORE: Framed = { result: 'more' };

export function frame(stream: Buffer): Framed {
  if (stream[0] === CR || stream[0] === LF) return lineEnd(stream);
  const end = stream.indexOf('\r\n\r\n');
  if (end > HEAD_BYTES_MAX || (end < 0 && stream.length > HEAD_BYTES_MAX))
    return { result: 'broken', why: 'the head is too long' };
  if (end < 0) return MORE;
  const length = lengthIn(stream.toString('latin1', 0, end));
  if (length === null) return { result: 'broken', why: 'Content-Length is missing or malformed' };
  const whole = end + 4 + length;
  if (stream.length < whole) return MORE;
  return { result: 'message', bytes: stream.subarray(0, whole), rest: stream.subarray(whole) };
}

/** Single line ends before a message are skipped (RFC 3261 §7.5). */
function lineEnd(stream: Buffer): Framed {
  if (stream.length >= 4 && stream.indexOf('\r\n\r\n') === 0)
    return { result: 'keep_alive', rest: stream.subarray(4) };
  const starts = stream.findIndex((byte) => byte !== CR && byte !== LF);
  if (starts < 0) return stream.length > 4 ? { result: 'broken', why: 'only line ends' } : MORE;
  return frame(stream.subarray(starts));
}

function lengthIn(head: string): number | null {
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0 && fullName(line.slice(0, colon).trim()) === 'content-length')
      return wholeNumber(line.slice(colon + 1).trim(), BODY_BYTES_MAX);
  }
  return null;
}
