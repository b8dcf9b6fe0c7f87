/** Something that gets a share of calls. */
export interface Weighted {
  readonly name: string;
  /** Its share beside the others'; 0: only when nothing else is left. */
  readonly weight: number;
}

/**
 * An order drawn so that each comes first as often as its share says, and the rest likewise among
 * themselves (D9): by −ln(u) / weight, with a `u` from (0, 1) for each. Those of weight 0 come
 * last, as they were given. Each has a draw of its own: taking one out never reorders the rest.
 */
export function weightedOrder<Item extends Weighted>(
  items: readonly Item[],
  drawFor: (item: Item) => number,
): Item[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item.weight, () => drawFor(item)) }));
  return keyed.toSorted((one, other) => compare(one.key, other.key)).map(({ item }) => item);
}

function keyOf(weight: number, draw: () => number): number {
  return weight > 0 ? -Math.log(draw()) / weight : Infinity;
}

function compare(one: number, other: number): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
