import type { Outlook, Setting, Values } from '../action.ts';
import { DIGITS_KEPT_MAX } from '../limits.ts';
import { DIGITS, DIGITS_UNREAD } from '../variables.ts';
import type { Node } from './graph.ts';
import { isDynamic, type Read } from './reading.ts';
import { joined, mayBe, NO_VALUES, same } from './values.ts';

/** What may hold when an action begins, whichever way a run has come to it. */
export interface Knowledge {
  /** Variables that may have been set on the way, and what they may hold. */
  readonly set: ReadonlyMap<string, Values>;
  /** Whether any other of the run's own variables may have been set as well. */
  readonly others: boolean;
  /** Whether some way leads here on which nothing has answered the leg. */
  readonly unanswered: boolean;
}

/** What holds at the start of a run. */
export const NOTHING_KNOWN: Knowledge = { set: new Map(), others: false, unanswered: true };
/** What is said where finding out would take too long: anything may hold. */
const ANYTHING: Knowledge = { set: new Map(), others: true, unanswered: false };

/** Variables compared before a flow is called too tangled to tell. Real ones need a few hundred. */
const COMPARED_MAX = 20_000;

/**
 * What holds as each action begins; null where none of the ways that are known leads to it. Found
 * by carrying it along the ways until nothing new comes up (a forward data flow analysis).
 */
export function knowledgeOf(
  actions: readonly Read[],
  nodes: readonly Node[],
  before: Knowledge,
): readonly (Knowledge | null)[] {
  if (nodes.some(({ strays }) => strays)) return nodes.map(() => ANYTHING);
  const known: (Knowledge | null)[] = nodes.map(() => null);
  const open = new Set<number>();
  let compared = 0;
  const arrive = (index: number, brought: Knowledge): void => {
    const here = known[index] ?? null;
    const both = here === null ? brought : meet(here, brought);
    compared += 1 + brought.set.size;
    if (both === here) return;
    known[index] = both;
    open.add(index);
  };
  if (nodes.length > 0) arrive(0, before);
  for (const index of open) {
    open.delete(index);
    const [node, action, here] = [nodes[index], actions[index], known[index]];
    if (node === undefined || action === undefined || here == null) continue;
    const after = passed(action, node, here);
    for (const way of [...node.ways, ...node.counted_ways]) arrive(way, after);
    if (compared > COMPARED_MAX) return nodes.map(() => ANYTHING);
  }
  return known;
}

/** What both may hold; the very same object where the second adds nothing. */
function meet(a: Knowledge, b: Knowledge): Knowledge {
  const news = [...newsOf(a, b), ...doubtsOf(a, b)];
  const others = a.others || b.others;
  const unanswered = a.unanswered || b.unanswered;
  if (news.length === 0 && others === a.others && unanswered === a.unanswered) return a;
  return { set: new Map([...a.set, ...news]), others, unanswered };
}

/** What the second may have set beyond the first. */
function newsOf(a: Knowledge, b: Knowledge): [string, Values][] {
  const news: [string, Values][] = [];
  for (const [name, values] of b.set) {
    const were = a.set.get(name);
    if (were === values) continue;
    const now = joined(were ?? unset(name), values);
    if (were === undefined || !same(were, now)) news.push([name, now]);
  }
  return news;
}

/** What the first has set and the second may not have. */
function doubtsOf(a: Knowledge, b: Knowledge): [string, Values][] {
  const doubts: [string, Values][] = [];
  for (const [name, values] of a.set) {
    if (b.set.has(name)) continue;
    const now = joined(values, unset(name));
    if (!same(values, now)) doubts.push([name, now]);
  }
  return doubts;
}

/** What a variable holds that the flow has not set: one of its own may have come with the call. */
function unset(name: string): Values {
  return name === DIGITS ? NO_VALUES : 'any';
}

/** What holds once an action is over. */
function passed({ verb, outlook }: Read, { waits }: Node, here: Knowledge): Knowledge {
  const settings = settingsOf(outlook, verb?.kind.sets ?? []);
  const set = new Map(here.set);
  // Keys are noted whenever the run waits: what is set below is set after that.
  if (waits) set.set(DIGITS, withKeys(valuesIn(here, DIGITS))).set(DIGITS_UNREAD, ANY_KEYS);
  // On a leg that is not answered yet it may be skipped, and set nothing.
  const skipped = here.unanswered && verb?.kind.on_leg === 'answered';
  for (const { name, values } of settings)
    if (!isDynamic(name))
      set.set(name, skipped ? joined(set.get(name) ?? unset(name), values) : values);
  const fetches = outlook.fetches ?? false;
  const strangers = fetches || settings.some(({ name }) => isDynamic(name));
  if (fetches) for (const name of set.keys()) set.set(name, 'any');
  return {
    set,
    others: here.others || strangers,
    unanswered: here.unanswered && (skipped || (!fetches && verb?.kind.on_leg !== 'answers')),
  };
}

/** Keys are added to what is there, which may be any text that the flow has written. */
function withKeys(values: Values): Values {
  return values !== 'any' && values.texts.every((text) => mayBe(ANY_KEYS, text)) ? ANY_KEYS : 'any';
}

const ANY_KEYS: Values = { texts: [], keys: { length_max: DIGITS_KEPT_MAX, without: '' } };

function settingsOf({ sets }: Outlook, names: readonly string[]): readonly Setting[] {
  return sets ?? names.map((name) => ({ name, values: 'any' }));
}

/** What a variable may hold where this is known. */
export function valuesIn({ set, others }: Knowledge, name: string): Values {
  return set.get(name) ?? (others ? 'any' : unset(name));
}
