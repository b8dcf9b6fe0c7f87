import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { parseJson } from '../kernel/foreign.ts';
import { type Refusal, refusal } from '../kernel/refusal.ts';

export const BODY_BYTES_MAX = 1_048_576;
/** So much more is read and thrown away, so that the sender is there to hear the refusal. */
const DISCARD_BYTES_MAX = 16 * BODY_BYTES_MAX;

/** The caller went away before the body was whole: there is nobody to answer. */
export class CallerGone extends Error {
  override readonly name = 'CallerGone';
}

export type Read<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly refused: Refusal };

/** The whole body as bytes, at most 1 MB of them. Throws CallerGone. */
export function readBody(request: IncomingMessage): Promise<Read<Buffer>> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const tooLarge = () => resolve({ ok: false, refused: refusal('body_too_large') });
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= BODY_BYTES_MAX) chunks.push(chunk);
      else if (size > DISCARD_BYTES_MAX) tooLarge();
    });
    request.once('end', () => {
      if (size > BODY_BYTES_MAX) tooLarge();
      else resolve({ ok: true, value: joined(chunks) });
    });
    request.once('close', () => request.complete || reject(new CallerGone()));
    request.once('error', reject);
  });
}

/** Most bodies come in one piece, which is not copied. */
function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
}

/** A body of JSON; undefined when there is none. Throws CallerGone. */
export async function readJson(request: IncomingMessage): Promise<Read<unknown>> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > DISCARD_BYTES_MAX) return { ok: false, refused: refusal('body_too_large') };
  const read = await readBody(request);
  if (!read.ok || read.value.length === 0) return read.ok ? { ok: true, value: undefined } : read;
  if (!isJsonType(request)) return { ok: false, refused: refusal('unsupported_media_type') };
  return parsed(read.value);
}

function isJsonType({ headers }: IncomingMessage): boolean {
  const encoding = headers['content-encoding'] ?? 'identity';
  const type = headers['content-type'] ?? '';
  return encoding === 'identity' && /^application\/json *(; *charset="?utf-8"?)? *$/i.test(type);
}

function parsed(bytes: Buffer): Read<unknown> {
  if (!isUtf8(bytes)) return { ok: false, refused: refusal('invalid_json', null, 'not UTF-8') };
  const text = bytes.toString('utf8');
  const read = parseJson(text);
  if (!read.ok) return { ok: false, refused: refusal('invalid_json') };
  const poison = POISON.test(text) ? poisonIn(read.value, '') : null;
  return poison === null
    ? read
    : { ok: false, refused: refusal('invalid_json', poison, `${poison} is not a name we take`) };
}

/** Texts in which one of the names below may hide, spelled out or behind an escape. */
const POISON = /__proto__|"constructor"|"prototype"|\\u/;
const NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** Where a name stands that could reach into an object's prototype, wherever it is copied to. */
function poisonIn(value: unknown, pointer: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, part] of Object.entries(value)) {
    const here = `${pointer}/${name}`;
    const found = NAMES.has(name) ? here : poisonIn(part, here);
    if (found !== null) return found;
  }
  return null;
}
