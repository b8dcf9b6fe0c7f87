import { isUtf8 } from 'node:buffer';
import { refusal } from '../kernel/refusal.ts';
import type { Read } from './body.ts';
import type { Operation } from './contract.ts';

/** A query as texts, in the order of the URL. Null where it is not well formed. */
export function queryPairs(url: string): readonly (readonly [string, string])[] | null {
  const from = url.indexOf('?');
  if (from === -1) return [];
  const parts = url
    .slice(from + 1)
    .split('&')
    .filter((part) => part !== '');
  return parts.some((part) => !isEncoded(part)) ? null : parts.map(pairOf);
}

// A plus sign stays one (RFC 3986): phone numbers begin with it.
function pairOf(part: string): readonly [string, string] {
  const at = part.indexOf('=');
  return at === -1
    ? [decodeURIComponent(part), '']
    : [decodeURIComponent(part.slice(0, at)), decodeURIComponent(part.slice(at + 1))];
}

/** Whether a parameter stands in the query more than once. */
export function isTwice(
  name: string,
  pairs: readonly (readonly [string, string])[] | null,
): boolean {
  return (pairs ?? []).filter(([given]) => given === name).length > 1;
}

/** Whether percent signs stand before two hexadecimal digits, and these before UTF-8. */
function isEncoded(part: string): boolean {
  if (!part.includes('%')) return true;
  if (/%(?![0-9a-f]{2})/i.test(part)) return false;
  const bytes = part.replaceAll(/%(..)/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  return isUtf8(Buffer.from(bytes, 'latin1'));
}

/** The query an operation takes, read as its types say, checked, and with its defaults. */
export function readQuery(
  operation: Operation,
  pairs: readonly (readonly [string, string])[] | null,
): Read<Record<string, unknown>> {
  if (pairs === null) return wrong('', 'the query is not well encoded');
  const query: Record<string, unknown> = {};
  for (const [name, text] of pairs) {
    if (name === 'accesskey') continue;
    const parameter = operation.query.get(name);
    if (parameter === undefined) return wrong(name, `${name} is not a known parameter`);
    if (name in query) return wrong(name, `${name} is given twice`);
    query[name] = typed(parameter.type, text);
  }
  const problem = operation.checkQuery(query);
  if (problem === null) return { ok: true, value: query };
  const name = problem.pointer.slice(1);
  return wrong(name, `${name} ${problem.message}`);
}

function wrong(name: string, message: string): Read<never> {
  return { ok: false, refused: refusal('invalid_request', name === '' ? null : name, message) };
}

function typed(type: string, text: string): unknown {
  const isNumber = type === 'integer' || type === 'number';
  return isNumber && /^-?\d{1,15}(\.\d{1,10})?$/.test(text) ? Number(text) : text;
}
