/** Prefixes as numbers: four bits a digit, the first eight digits in `high`, the rest in `low`. */
export interface Keys {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

const RADIX_BITS = 16;
const BUCKETS = 1 << RADIX_BITS;
const MASK = BUCKETS - 1;

/**
 * The places of keys in ascending order, equal ones as they came. A radix sort: a comparison for
 * each of a million log a million steps would cost seconds.
 */
export function keyOrder({ high, low }: Keys): Uint32Array {
  let order: Uint32Array = Uint32Array.from(high.keys());
  let spare: Uint32Array = new Uint32Array(high.length);
  for (const [column, shift] of [
    [low, 0],
    [low, RADIX_BITS],
    [high, 0],
    [high, RADIX_BITS],
  ] as const) {
    const sorted = byBits(order, spare, { column, shift });
    if (sorted !== order) [order, spare] = [sorted, order];
  }
  return order;
}

interface Bits {
  readonly column: Uint32Array;
  readonly shift: number;
}

/** Sorts by sixteen bits into `into`; answers `order` itself where all have the same. */
function byBits(order: Uint32Array, into: Uint32Array, { column, shift }: Bits): Uint32Array {
  const ends = new Uint32Array(BUCKETS);
  for (const key of column) {
    const bucket = (key >>> shift) & MASK;
    ends[bucket] = (ends[bucket] ?? 0) + 1;
  }
  if (ends.includes(order.length)) return order;
  let start = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const count = ends[bucket] ?? 0;
    ends[bucket] = start;
    start += count;
  }
  for (const place of order) {
    const bucket = ((column[place] ?? 0) >>> shift) & MASK;
    const next = ends[bucket] ?? 0;
    into[next] = place;
    ends[bucket] = next + 1;
  }
  return into;
}
