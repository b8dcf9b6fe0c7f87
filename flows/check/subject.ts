import type { Direction } from '../../calls/call.ts';
import { FINISH_ID, START_ID } from '../frames.ts';
import type { Language } from '../language.ts';
import type { Finding } from './finding.ts';
import { type Node, reached } from './graph.ts';
import { type Knowledge, knowledgeOf, NOTHING_KNOWN } from './knowledge.ts';
import { type Draft, isDynamic, type Read } from './reading.ts';

/** What a flow is checked against. */
export interface Premises {
  readonly language: Language;
  /** Where the list stands in the request: '/actions'. */
  readonly pointer: string;
  /** Which legs it begins on; null where that is not known. */
  readonly direction: Direction | null;
  /** Whether it begins before the leg is answered. */
  readonly early: boolean;
  /** Whether it runs without a call. */
  readonly bare: boolean;
  /** Names of variables that come with the call; null where any may. */
  readonly given: ReadonlySet<string> | null;
  /** Languages some voice speaks; null where that is not known. */
  readonly languages: ReadonlySet<string> | null;
  /** What each route to the destination can do, by capability; null where none is asked about. */
  readonly routes: readonly Readonly<Record<string, unknown>>[] | null;
  /** The id it is stored under; null where it is not stored. */
  readonly flow_id: string | null;
}

/** A list of actions that can be run, with what the rules ask about it. */
export interface Subject extends Draft {
  readonly premises: Premises;
  readonly nodes: readonly Node[];
  /** The places a run can come to; all of them where a variable names a target. */
  readonly reached: ReadonlySet<number>;
  /** What holds as each place begins; null where no way leads to it. */
  readonly known: readonly (Knowledge | null)[];
}

/** One rule: everything it has to say about a list. */
export type Rule = (subject: Subject) => readonly Finding[];

export function subjectOf(
  draft: Draft,
  premises: Premises,
  before: Knowledge = NOTHING_KNOWN,
): Subject {
  const nodes = draft.actions.map((action) => nodeOf(action, draft));
  const unanswered = isForUnanswered(draft, premises);
  const strays = nodes.some((node) => node.strays);
  const all = new Set(nodes.map(({ index }) => index));
  return {
    ...draft,
    premises,
    nodes,
    reached: strays ? all : reachedFrom(draft, nodes),
    known: knowledgeOf(draft.actions, nodes, { ...before, unanswered }),
  };
}

/**
 * Whether it may begin on a leg that it has to answer itself. A flow that never answers and does
 * not say for which legs it is may be for outgoing ones.
 */
function isForUnanswered({ actions }: Draft, { direction, bare }: Premises): boolean {
  if (bare) return false;
  if (direction !== null) return direction === 'incoming';
  return actions.some(({ verb }) => verb?.kind.on_leg === 'answers');
}

/** What is fetched may name any action that has a name. */
function reachedFrom({ actions }: Draft, nodes: readonly Node[]): ReadonlySet<number> {
  const seen = reached(nodes);
  const fetches = actions.some(({ index, outlook }) => outlook.fetches === true && seen.has(index));
  if (!fetches) return seen;
  const named = actions.filter(({ id }) => id !== null).map(({ index }) => index);
  return new Set([...seen, ...named.flatMap((index) => [...reached(nodes, index)])]);
}

/** The actions of a list that a run can come to. */
export function reachedOf({ actions, reached: seen }: Subject): readonly Read[] {
  return actions.filter(({ index }) => seen.has(index));
}

function nodeOf({ index, next_id, verb, outlook }: Read, { actions, places }: Draft): Node {
  const targets = (outlook.targets ?? []).map(({ action_id }) => action_id);
  const onward = outlook.onward === false ? [] : [next_id ?? index + 1];
  const placesOf = (to: readonly (string | number)[]): number[] =>
    to.flatMap((each) => placeOf(each, { places, length: actions.length }) ?? []);
  const stops = targets.length === 0 && onward.length === 0;
  const falls = onward.some((to) => isOver(to, actions.length));
  const { count } = outlook;
  return {
    index,
    waits: outlook.waits ?? verb?.kind.waits ?? false,
    ways: placesOf(count === undefined ? [...onward, ...targets] : onward),
    counted_ways: count === undefined ? [] : placesOf(targets),
    count: count ?? 0,
    ends: stops || falls || targets.some((to) => isOver(to, 0)),
    ends_first: stops || targets.some((to) => isOver(to, 0)) || (count === undefined && falls),
    strays: targets.some((to) => !isOver(to, 0) && placesOf([to]).length === 0),
  };
}

function placeOf(
  to: string | number,
  { places, length }: Pick<Draft, 'places'> & { readonly length: number },
): number | null {
  if (typeof to === 'number') return to < length ? to : null;
  if (to === START_ID) return 0;
  return isDynamic(to) ? null : (places.get(to) ?? null);
}

/** Whether a way leads to the end of the flow. */
function isOver(to: string | number, length: number): boolean {
  return typeof to === 'number' ? to >= length : to === FINISH_ID;
}
