import type { Node } from './graph.ts';

/** Standings looked at before a list is called too tangled to tell. */
const STANDINGS_MAX = 2_500;

interface Aim {
  /** Whether a run is out here; `more`: counted ways are left to go first. */
  readonly isOut: (node: Node, more: boolean) => boolean;
  /** Places that are not gone past. */
  readonly isClosed?: (node: Node) => boolean;
  readonly actions_max: number;
}

/** Where a run may stand, and how often it has taken each counted way. */
interface Standing {
  readonly index: number;
  readonly taken: ReadonlyMap<number, number>;
}

/**
 * Whether some way leads out within so many actions: found · none: however long it is sought ·
 * too_long: all ways are longer · unknown: there are too many to tell.
 */
export function wayOut(
  nodes: readonly Node[],
  { isOut, isClosed = () => false, actions_max }: Aim,
): 'found' | 'none' | 'too_long' | 'unknown' {
  const seen = new Set<string>();
  let open: readonly Standing[] = [{ index: 0, taken: new Map() }];
  if (nodes.length === 0) return 'found';
  for (let begun = 1; begun <= actions_max; begun += 1) {
    const next: Standing[] = [];
    for (const standing of open) {
      const node = nodes[standing.index];
      if (node === undefined) continue;
      if (isOut(node, hasMore(node, standing))) return 'found';
      if (!isClosed(node)) next.push(...onward(node, standing).filter((each) => isNew(seen, each)));
    }
    if (next.length === 0) return 'none';
    if (seen.size > STANDINGS_MAX) return 'unknown';
    open = next;
  }
  return 'too_long';
}

/** A counted way is taken as often as it may be, and then never again. */
function onward(node: Node, standing: Standing): Standing[] {
  const { index, ways, counted_ways } = node;
  const { taken } = standing;
  if (!hasMore(node, standing)) return ways.map((way) => ({ index: way, taken }));
  const after = new Map(taken).set(index, (taken.get(index) ?? 0) + 1);
  return counted_ways.map((way) => ({ index: way, taken: after }));
}

function hasMore({ index, count }: Node, { taken }: Standing): boolean {
  return (taken.get(index) ?? 0) < count;
}

function isNew(seen: Set<string>, { index, taken }: Standing): boolean {
  const name = `${index} ${[...taken].flat().join(' ')}`;
  if (seen.has(name)) return false;
  seen.add(name);
  return true;
}
