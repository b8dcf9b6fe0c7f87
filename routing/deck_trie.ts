import type { Deck } from './deck.ts';
import { PREFIX_DIGITS_MAX } from './deck.ts';
import type { Keys } from './deck_order.ts';

type Trie = Pick<Deck, 'masks' | 'children' | 'starts' | 'row_numbers'>;

const DIGIT_BITS = 4;
const HIGH_DIGITS = 8;
const LEVELS = PREFIX_DIGITS_MAX + 1;

/** How many of ten bits are set. */
export const BIT_COUNTS = Uint8Array.from({ length: 1 << 10 }, (_none, bits) => {
  let count = 0;
  for (let rest = bits; rest > 0; rest >>= 1) count += rest & 1;
  return count;
});

/**
 * The trie of keys in ascending order. In that order the nodes of each level turn up in their own
 * order too, those of one parent one after another, so that one pass over the keys lays them out.
 */
export function trieOf(keys: Keys, order: Uint32Array): Trie {
  const firsts = levelStarts(keys, order);
  const nodes = firsts[LEVELS] ?? 0;
  const masks = new Uint16Array(nodes);
  const node_of = layOut({ keys, order, masks }, firsts);
  const children = new Uint32Array(nodes);
  let child = 1;
  for (let node = 0; node < nodes; node += 1) {
    children[node] = child;
    child += BIT_COUNTS[masks[node] ?? 0] ?? 0;
  }
  return { masks, children, ...rowsByNode(node_of, order, nodes) };
}

/** The number of the first node of each level, and how many nodes there are in all. */
function levelStarts(keys: Keys, order: Uint32Array): Uint32Array {
  const counts = new Uint32Array(LEVELS + 1);
  counts[1] = 1;
  let before = -1;
  for (const place of order) {
    const length = lengthOf(keys, place);
    for (let level = sharedDigits(keys, before, place) + 1; level <= length; level += 1)
      counts[level + 1] = (counts[level + 1] ?? 0) + 1;
    before = place;
  }
  for (let level = 1; level <= LEVELS; level += 1)
    counts[level] = (counts[level] ?? 0) + (counts[level - 1] ?? 0);
  return counts;
}

/** Marks each node in its parent; answers the node of every key in order. */
function layOut(
  { keys, order, masks }: { keys: Keys; order: Uint32Array; masks: Uint16Array },
  firsts: Uint32Array,
): Uint32Array {
  const node_of = new Uint32Array(order.length);
  /** The last node made on each level; before the first one there is none but the root. */
  const latest = Int32Array.from(firsts, (first, level) => (level === 0 ? 0 : first - 1));
  let before = -1;
  order.forEach((place, turn) => {
    const length = lengthOf(keys, place);
    for (let level = sharedDigits(keys, before, place) + 1; level <= length; level += 1) {
      const parent = latest[level - 1] ?? 0;
      masks[parent] = (masks[parent] ?? 0) | (1 << digitAt(keys, place, level - 1));
      latest[level] = (latest[level] ?? 0) + 1;
    }
    node_of[turn] = latest[length] ?? 0;
    before = place;
  });
  return node_of;
}

/** Keys stand in the order of a walk through the trie, rows by the numbers of their nodes. */
function rowsByNode(
  node_of: Uint32Array,
  order: Uint32Array,
  nodes: number,
): Pick<Deck, 'starts' | 'row_numbers'> {
  const starts = new Uint32Array(nodes + 1);
  for (const node of node_of) starts[node + 1] = (starts[node + 1] ?? 0) + 1;
  for (let node = 0; node < nodes; node += 1)
    starts[node + 1] = (starts[node + 1] ?? 0) + (starts[node] ?? 0);
  const next = starts.slice();
  const row_numbers = new Uint32Array(order.length);
  order.forEach((place, turn) => {
    const node = node_of[turn] ?? 0;
    const row = next[node] ?? 0;
    row_numbers[row] = place;
    next[node] = row + 1;
  });
  return { starts, row_numbers };
}

/** How many digits two keys begin with alike; none where there is no key before. */
function sharedDigits({ high, low }: Keys, one: number, other: number): number {
  if (one < 0) return 0;
  const differ = (high[one] ?? 0) ^ (high[other] ?? 0);
  if (differ !== 0) return (Math.clz32(differ) / DIGIT_BITS) >>> 0;
  return HIGH_DIGITS + ((Math.clz32((low[one] ?? 0) ^ (low[other] ?? 0)) / DIGIT_BITS) >>> 0);
}

function lengthOf({ high, low }: Keys, place: number): number {
  const rest = low[place] ?? 0;
  return rest === 0 ? digitsIn(high[place] ?? 0) : HIGH_DIGITS + digitsIn(rest);
}

/** A digit is never all zero bits: the lowest bit set tells where the last one stands. */
function digitsIn(half: number): number {
  if (half === 0) return 0;
  const lowest = 31 - Math.clz32(half & -half);
  return HIGH_DIGITS - Math.floor(lowest / DIGIT_BITS);
}

function digitAt({ high, low }: Keys, place: number, digit: number): number {
  const half = (digit < HIGH_DIGITS ? high[place] : low[place]) ?? 0;
  return ((half >>> ((HIGH_DIGITS - 1 - (digit % HIGH_DIGITS)) * DIGIT_BITS)) & 15) - 1;
}
