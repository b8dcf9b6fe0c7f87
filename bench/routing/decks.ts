import { micros } from '../../kernel/money.ts';
import { rollerOf } from '../../kernel/random.ts';
import type { DeckRow, RowTerms } from '../../routing/deck.ts';

export type Roll = (below: number) => number;

const COUNTRIES = (
  '1 1 1 44 49 33 39 34 31 32 41 43 45 46 47 48 351 353 358 420 90 91 92 86 81 82 60 61 62 63 ' +
  '64 65 66 84 852 886 52 54 55 56 57 58 51 593 20 27 212 213 234 254 255 256 971 972 966 974 ' +
  '7 77 380 40 36'
).split(' ');
/** Prefixes of so many digits, by frequency: most are area codes and ranges of mobile networks. */
const LENGTHS = [3, 4, 4, 5, 5, 6, 6, 6, 7, 7, 7, 7, 8, 8, 9];
const BLOCKS = [
  [1, 1],
  [60, 60],
  [30, 6],
  [60, 1],
] as const;

export function digitsOf(roll: Roll, length: number): string {
  let text = '';
  for (let place = 0; place < length; place += 1) text += String(roll(10));
  return text;
}

/** Different prefixes, as decks have them. */
export function prefixPool(roll: Roll, size: number): string[] {
  const pool = new Set<string>();
  while (pool.size < size) {
    const country = COUNTRIES[roll(COUNTRIES.length)] ?? '1';
    const length = LENGTHS[roll(LENGTHS.length)] ?? 5;
    const more = pool.size > size / 2 ? 1 : 0;
    pool.add(country + digitsOf(roll, Math.max(0, length + more - country.length)));
  }
  return [...pool];
}

/** The rows of one carrier: of the pool, what it happens to serve. */
export function* rowsOf(
  carrier: number,
  pool: readonly string[],
  count: number,
): Iterable<DeckRow> {
  const roll = rollerOf(carrier + 1);
  const kinds = BLOCKS.map(([initial_s, increment_s]): RowTerms => ({
    initial_s,
    increment_s,
    connect_fee_micros: micros(0),
    attempt_fee_micros: micros(0),
    valid_from: null,
    valid_to: null,
    origin: null,
    enabled: true,
    free: false,
  }));
  const skipped = roll(pool.length);
  for (let place = 0; place < count; place += 1) {
    const prefix = pool[(skipped + place) % pool.length] ?? '';
    const terms = kinds[roll(kinds.length)] as RowTerms;
    const rate_micros_per_minute = micros(1_000 + roll(400_000));
    yield { carrier: `carrier-${carrier}`, prefix, rate_micros_per_minute, terms };
  }
}

/** Numbers that people call: mostly within some prefix of the pool. */
export function numbersIn(roll: Roll, pool: readonly string[], count: number): string[] {
  return Array.from({ length: count }, () => {
    const start = roll(20) === 0 ? String(1 + roll(9)) : (pool[roll(pool.length)] ?? '1');
    return `+${(start + digitsOf(roll, 12)).slice(0, 10 + roll(4))}`;
  });
}
