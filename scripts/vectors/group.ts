import type { Fields } from './fields.ts';
import { fieldsOf, listOf, Malformed } from './fields.ts';

/** One thing a vector file claims, and how the product is asked for it. */
export interface Claim {
  readonly id: string;
  /** What the product is to answer. */
  readonly expected: unknown;
  /** Throws Malformed where the case is not of its group's shape. */
  readonly ask: () => unknown;
}

/** Reads the claims of one group. Throws Malformed where the group itself has another shape. */
export type Group = (value: unknown) => readonly Claim[];

/** A group that is a list of cases with `id`, `input` and `expect`. */
export function cases(ask: (input: Fields, expected: unknown) => unknown): Group {
  return (value) => claimsOf(listOf(value, 'the group'), ask);
}

/** The claims of a list of cases; what is wrong with one is said when it is asked. */
export function claimsOf(
  list: readonly unknown[],
  ask: (input: Fields, expected: unknown) => unknown,
): Claim[] {
  return list.map((each, place) => {
    const id = idOf(each, place);
    const expected = (each as { readonly expect?: unknown } | null)?.expect;
    return {
      id,
      expected,
      ask: () => {
        const fields = fieldsOf(each, 'the case');
        if (expected === undefined) throw new Malformed('expect is missing');
        return ask(fieldsOf(fields['input'], 'input'), expected);
      },
    };
  });
}

export function idOf(value: unknown, place: number): string {
  const { id } = (value ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' ? id : `#${place + 1}`;
}
