/** An action as a place from which a run goes on to others, by their place in the list. */
export interface Node {
  readonly index: number;
  readonly waits: boolean;
  /** Ways it may go any number of times. */
  readonly ways: readonly number[];
  /** Ways it goes only so many times: reachable, but never the cause of an endless loop. */
  readonly counted_ways: readonly number[];
}

/** The places a run that begins at the first action can never come to. */
export function unreachable(nodes: readonly Node[]): readonly number[] {
  const seen = new Set<number>();
  const open = [0];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const node = nodes[index];
    if (node === undefined || seen.has(index)) continue;
    seen.add(index);
    open.push(...node.ways, ...node.counted_ways);
  }
  return nodes.map(({ index }) => index).filter((index) => !seen.has(index));
}

/** A place on each loop in which no action waits: a run in it would spin until it is cut off. */
export function spinning(nodes: readonly Node[]): readonly number[] {
  const state = new Map<number, 'open' | 'done'>();
  const found: number[] = [];
  const visit = (index: number): void => {
    const node = nodes[index];
    if (node === undefined || node.waits || state.get(index) === 'done') return;
    if (state.get(index) === 'open') {
      found.push(index);
      return;
    }
    state.set(index, 'open');
    node.ways.forEach(visit);
    state.set(index, 'done');
  };
  nodes.forEach(({ index }) => {
    visit(index);
  });
  return found;
}
