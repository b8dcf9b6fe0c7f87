import type { Lasting } from '../action.ts';
import { EXECUTED_ACTIONS_MAX, OPTION_CHARACTERS_MAX } from '../limits.ts';
import { loopsOf, type Node, reached } from './graph.ts';
import { isDynamic, type Read } from './reading.ts';
import { reachedOf, type Subject } from './subject.ts';

/** Something without a bound: where, and why. `why` is a sentence's end. */
export interface Unbounded {
  readonly figure: 'duration' | 'calls';
  readonly pointer: string;
  readonly action_id: string | null;
  readonly why: string;
}

/** A leg that a run may place, and how often at the most. */
export interface PlacedLeg {
  readonly pointer: string;
  readonly type: string;
  /** Null where it is known only when it runs. */
  readonly target: string | null;
  readonly times: number;
}

/** What a run of a list comes to at the worst. Null: no bound, and `unbounded` says why. */
export interface Bounds {
  readonly duration_ms: number | null;
  /** Actions that can be begun. */
  readonly actions: number;
  /** Calls that can be placed, those in turn placed by them included. */
  readonly calls: number | null;
  readonly legs: readonly PlacedLeg[];
  readonly unbounded: readonly Unbounded[];
}

/** What the lists inside actions come to, by the place of the action. */
export type InnerBounds = ReadonlyMap<number, Bounds>;

/**
 * The worst case of a list. A run goes along ways that are not counted, and sets out anew where a
 * counted way leads, as often as that may be taken. Without loops no such stretch passes an action
 * twice, so the longest stretches, added up, are never exceeded.
 */
export function boundsOf(subject: Subject, inner: InnerBounds): Bounds {
  const looped = new Set(
    loopsOf(subject.nodes, ({ index }) => subject.reached.has(index)).flatMap((loop) => [...loop]),
  );
  const times = looped.size < subject.nodes.length ? timesOf(subject, looped) : () => null;
  const reads = reachedOf(subject);
  const unbounded = [
    ...reads.flatMap((read) => longReasons(subject, read, looped)),
    ...reads.flatMap((read) => callReasons(read, times(read.index), inner.get(read.index))),
  ];
  const isOpen = (figure: Unbounded['figure']): boolean =>
    unbounded.some((each) => each.figure === figure);
  const legs = reads.flatMap((read) =>
    legsOf(read, times(read.index) ?? 0, inner.get(read.index) ?? null),
  );
  return {
    duration_ms: isOpen('duration') ? null : longest(subject, (read) => lastsMs(read) ?? 0),
    actions:
      looped.size > 0 || isOpen('duration') ? EXECUTED_ACTIONS_MAX : longest(subject, () => 1),
    calls: isOpen('calls') ? null : legs.reduce((sum, leg) => sum + leg.times, 0),
    legs,
    unbounded,
  };
}

const RINGING = 'it waits for the answer, as the flow begins while the phone rings';
const ANYWHERE = 'where it goes is known only when it runs';
const ELSEWHERE = 'it runs actions that are written elsewhere';
const ROUND = 'it is part of a loop that may go round any number of times';

function longReasons(
  { nodes, premises }: Subject,
  read: Read,
  looped: ReadonlySet<number>,
): readonly Unbounded[] {
  const { pointer, id, index, outlook, verb } = read;
  const why = [
    ...(premises.early && verb?.kind.on_leg === 'answered' ? [RINGING] : []),
    ...(nodes[index]?.strays === true ? [ANYWHERE] : []),
    ...(outlook.fetches === true ? [ELSEWHERE] : []),
    ...(index === Math.min(...looped) ? [ROUND] : []),
    ...(isWaiting(read) && lastsMs(read) === null ? [whyOf(outlook.lasts)] : []),
  ];
  return why.map((each) => ({ figure: 'duration', pointer, action_id: id, why: each }));
}

function whyOf(lasts: Lasting | undefined): string {
  return lasts?.ms === null ? lasts.why : 'nobody can tell how long it waits';
}

function callReasons(
  { pointer, id, outlook }: Read,
  times: number | null,
  inner: Bounds | undefined,
): readonly Unbounded[] {
  const places = (outlook.places ?? []).length > 0;
  const why = [
    ...(outlook.fetches === true ? [ELSEWHERE] : []),
    ...(places && times === null ? [ROUND] : []),
    ...(places && (outlook.flows ?? []).length > 0
      ? ['the flow of the calls it places is written elsewhere']
      : []),
  ];
  const below = (inner?.unbounded ?? []).filter(({ figure }) => figure === 'calls');
  return [
    ...why.map((each): Unbounded => ({ figure: 'calls', pointer, action_id: id, why: each })),
    ...below,
  ];
}

function legsOf({ pointer, outlook }: Read, times: number, inner: Bounds | null): PlacedLeg[] {
  const places = outlook.places ?? [];
  const own = places.map(({ pointer: place, destination: { type, target } }) => ({
    pointer: `${pointer}/option${place}`,
    type,
    target: isDynamic(target) ? null : target,
    times,
  }));
  const below = (inner?.legs ?? []).map((leg) => ({
    ...leg,
    times: leg.times * times * places.length,
  }));
  return [...own, ...below];
}

/** How often each place can be come to; null where there is no bound. */
function timesOf(
  { nodes, reached: seen }: Subject,
  looped: ReadonlySet<number>,
): (index: number) => number | null {
  const counted = nodes.filter(
    ({ index, counted_ways }) => seen.has(index) && counted_ways.length > 0,
  );
  const along = nodes.map((node) => ({ ...node, counted_ways: [] }));
  const stretches = [
    { times: 1, places: reached(along, 0) },
    ...counted.map(({ count, counted_ways: [way = 0] }) => ({
      times: count,
      places: reached(along, way),
    })),
  ];
  const astray = nodes.some(({ strays }) => strays);
  return (index) => {
    if (astray || looped.has(index)) return null;
    const all = stretches.reduce(
      (sum, { times, places }) => sum + (places.has(index) ? times : 0),
      0,
    );
    return Math.min(all, EXECUTED_ACTIONS_MAX);
  };
}

/** The most that stretches of a list without loops can weigh together. */
function longest(
  { actions, nodes, reached: seen }: Subject,
  weigh: (read: Read) => number,
): number {
  const known = new Map<number, number>();
  const from = (index: number): number => {
    const [node, read] = [nodes[index], actions[index]];
    if (node === undefined || read === undefined) return 0;
    const before = known.get(index);
    if (before !== undefined) return before;
    const weight = weigh(read) + Math.max(0, ...node.ways.map(from));
    known.set(index, weight);
    return weight;
  };
  const again = (node: Node): number => node.count * Math.max(0, ...node.counted_ways.map(from));
  const passed = nodes.filter(({ index }) => seen.has(index));
  const all = passed.reduce((sum, node) => sum + again(node), from(0));
  const heaviest = Math.max(0, ...passed.map(({ index }) => weighAt(actions[index], weigh)));
  return Math.min(all, heaviest * EXECUTED_ACTIONS_MAX);
}

function weighAt(read: Read | undefined, weigh: (read: Read) => number): number {
  return read === undefined ? 0 : weigh(read);
}

function isWaiting({ verb, outlook }: Read): boolean {
  return outlook.waits ?? verb?.kind.waits ?? false;
}

/** How long an action can wait, in ms; null where nobody can tell. */
function lastsMs(read: Read): number | null {
  const { lasts } = read.outlook;
  if (!isWaiting(read)) return 0;
  if (lasts === undefined || lasts.ms === null) return null;
  const { ms, text = '', character_ms = 0 } = lasts;
  return ms + character_ms * (isDynamic(text) ? OPTION_CHARACTERS_MAX : text.length);
}
