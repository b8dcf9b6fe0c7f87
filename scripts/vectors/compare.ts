import { instantFrom } from '../../kernel/instant.ts';
import { isFields, shown } from './fields.ts';

/** Where an answer is not as expected. */
export interface Difference {
  /** A path into the answer; empty for the whole. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/**
 * Compares what is expected with what came. An object is a record: every expected field must be
 * there and equal, and what else it says does not matter. A Map must have exactly the expected
 * keys. Instants are equal when they are the same moment, however they are written.
 */
export function differences(expected: unknown, got: unknown, path = ''): Difference[] {
  if (got instanceof Map && isFields(expected)) return ofMap(expected, got, path);
  if (isFields(expected) && isFields(got))
    return Object.keys(expected).flatMap((key) =>
      differences(expected[key], Object.hasOwn(got, key) ? got[key] : undefined, under(path, key)),
    );
  if (Array.isArray(expected) && Array.isArray(got) && expected.length === got.length)
    return expected.flatMap((each, place) => differences(each, got[place], `${path}[${place}]`));
  return same(expected, got) ? [] : [{ path, expected: shown(expected), got: shown(got) }];
}

function ofMap(
  expected: Readonly<Record<string, unknown>>,
  got: ReadonlyMap<unknown, unknown>,
  path: string,
): Difference[] {
  const keys = new Set([...Object.keys(expected), ...got.keys()].map(String));
  return [...keys].flatMap((key) =>
    Object.hasOwn(expected, key) && got.has(key)
      ? differences(expected[key], got.get(key), under(path, key))
      : [{ path: under(path, key), expected: shown(expected[key]), got: shown(got.get(key)) }],
  );
}

function under(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function same(expected: unknown, got: unknown): boolean {
  if (typeof expected !== 'string' || typeof got !== 'string') return Object.is(expected, got);
  const [one, other] = [instantFrom(expected), instantFrom(got)];
  return expected === got || (one !== null && one === other);
}
