/** An action as a place from which a run goes on to others, by their place in the list. */
export interface Node {
  readonly index: number;
  readonly waits: boolean;
  /** Ways it may go any number of times. */
  readonly ways: readonly number[];
  /** Ways it goes `count` times in a run at the most, all of them together. */
  readonly counted_ways: readonly number[];
  readonly count: number;
  /** Whether the list may end here. */
  readonly ends: boolean;
  /** Whether it ends here even while counted ways are left to go. */
  readonly ends_first: boolean;
  /** Whether it may go somewhere that is known only when it is run. */
  readonly strays: boolean;
}

/** The places a run that begins at `from` may come to, `from` among them. */
export function reached(nodes: readonly Node[], from = 0): ReadonlySet<number> {
  const seen = new Set<number>();
  const open = [from];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const node = nodes[index];
    if (node === undefined || seen.has(index)) continue;
    seen.add(index);
    open.push(...node.ways, ...node.counted_ways);
  }
  return seen;
}

/**
 * The loops of the places that `within` takes, each as the set of places from which each leads to
 * every other by ways that are not counted (strongly connected components: Tarjan, 1972).
 */
export function loopsOf(
  nodes: readonly Node[],
  within: (node: Node) => boolean,
): readonly ReadonlySet<number>[] {
  const search: Search = { nodes, within, order: new Map(), open: [], found: [] };
  for (const node of nodes) if (within(node) && !search.order.has(node.index)) visit(search, node);
  return search.found;
}

interface Search {
  readonly nodes: readonly Node[];
  readonly within: (node: Node) => boolean;
  /** When each place was first come to. */
  readonly order: Map<number, number>;
  /** Places whose loop is not settled yet, in that order. */
  readonly open: number[];
  readonly found: ReadonlySet<number>[];
}

function visit(search: Search, node: Node): number {
  const { order, open } = search;
  const mine = order.size;
  order.set(node.index, mine);
  open.push(node.index);
  const low = node.ways.reduce((least, way) => Math.min(least, lowOf(search, way)), mine);
  if (low === mine) settle(search, node);
  return low;
}

function lowOf(search: Search, way: number): number {
  const next = search.nodes[way];
  if (next === undefined || !search.within(next)) return Infinity;
  const seen = search.order.get(way);
  if (seen === undefined) return visit(search, next);
  return search.open.includes(way) ? seen : Infinity;
}

function settle({ open, found }: Search, { index, ways }: Node): void {
  const loop = new Set(open.splice(open.indexOf(index)));
  if (loop.size > 1 || ways.includes(index)) found.push(loop);
}

/** Whether a way leads out of a loop, or the list may end in it. */
export function hasExit(nodes: readonly Node[], loop: ReadonlySet<number>): boolean {
  return [...loop].some((index) => {
    const node = nodes[index];
    if (node === undefined) return false;
    const out = [...node.ways, ...node.counted_ways].some((way) => !loop.has(way));
    return out || node.ends || node.strays;
  });
}
