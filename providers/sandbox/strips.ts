import type { Said } from './studio.ts';

/** Where the sound of a strip comes from. */
export type Source =
  | { readonly is: 'tone'; readonly hz: readonly number[]; readonly level_db: number }
  | {
      readonly is: 'keys';
      readonly digits: string;
      readonly duration_ms: number;
      readonly interval_ms: number;
    }
  | { readonly is: 'said'; readonly said: Said; readonly ms: number }
  | { readonly is: 'played'; readonly key: string }
  | { readonly is: 'music' };

/** Sound on a time line, in ms: heard from `from` until `until`, of a source that began `since`. */
export interface Strip extends Stretch {
  readonly since: number;
  readonly source: Source;
}

export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** As much of strips as lies within stretches. */
export function within(strips: readonly Strip[], stretches: readonly Stretch[]): Strip[] {
  return strips.flatMap((strip) =>
    stretches.flatMap(({ from, until }) => {
      const cut = { from: Math.max(strip.from, from), until: Math.min(strip.until, until) };
      return cut.from < cut.until ? [{ ...strip, ...cut }] : [];
    }),
  );
}

/** What lies between holes, from the beginning of `whole` to its end. Holes may overlap. */
export function between(holes: readonly Stretch[], whole: Stretch): Stretch[] {
  const found: Stretch[] = [];
  let from = whole.from;
  for (const hole of holes.toSorted((a, b) => a.from - b.from)) {
    if (hole.from > from) found.push({ from, until: Math.min(hole.from, whole.until) });
    from = Math.max(from, hole.until);
  }
  if (from < whole.until) found.push({ from, until: whole.until });
  return found.filter((each) => each.from < each.until);
}

/** Where two lists of stretches overlap. */
export function common(some: readonly Stretch[], others: readonly Stretch[]): Stretch[] {
  return some.flatMap((one) =>
    others.flatMap((other) => {
      const both = {
        from: Math.max(one.from, other.from),
        until: Math.min(one.until, other.until),
      };
      return both.from < both.until ? [both] : [];
    }),
  );
}

/** The same, so many ms later: as an echo. */
export function delayed(strips: readonly Strip[], ms: number): Strip[] {
  return strips.map(({ since, from, until, source }) => {
    return { since: since + ms, from: from + ms, until: until + ms, source };
  });
}
