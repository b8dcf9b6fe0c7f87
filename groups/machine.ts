import type { Instant } from '../kernel/brand.ts';
import type { GroupFact, GroupFactType } from '../calls/group_facts.ts';
import type { GroupEffect, GroupEvent, GroupEventOf, GroupStep } from './effects.ts';
import { stay } from './effects.ts';
import type { GroupFacts } from './group.ts';
import { withTimer } from './group.ts';

/** A cell of a group's table either handles the fact, or says why it may be ignored. */
export type Cell<G, Type extends GroupFactType> =
  { readonly ignored_because: string } | ((group: G, event: GroupEventOf<Type>) => GroupStep<G>);
/** One row of a table: the facts that a kind of group knows, each with its cell. */
export type AnyRow<G> = { readonly [Type in GroupFactType]?: Cell<G, Type> };

export function ignore(ignored_because: string): { readonly ignored_because: string } {
  return { ignored_because };
}

/** A kind of group: all that the engine must know of it. Pure. */
export interface Machine<
  G extends GroupFacts & { readonly kind: string; readonly status: string },
> {
  readonly kind: G['kind'];
  readonly table: Readonly<Record<G['status'], AnyRow<G>>>;
  /** What it is told when its customer goes: it ends by that. */
  readonly ended_by: GroupFact;
  /** Whether anything can still happen to it. */
  isLive(group: G): boolean;
  /** Whether a call or group that it asked for is still of use to it. */
  wants(group: G, member_id: string): boolean;
  /** What is to be told when a step has led from one to the other; created is told by opening. */
  newsOf(before: G, after: G): readonly string[];
  /** As customers see it. */
  show(group: G): Readonly<Record<string, unknown>>;
}

/**
 * Pure: one fact taken to a group. Null: its kind knows no such fact. A timer that was set anew
 * since it was due changes nothing.
 */
export function advance<G extends GroupFacts & { readonly kind: string; readonly status: string }>(
  machine: Machine<G>,
  group: G,
  event: GroupEvent,
): GroupStep<G> | null {
  const timer = event.type === 'timer_fired' ? event : null;
  if (timer !== null && group.timers[timer.timer] !== timer.due) return stay(group);
  const row = machine.table[group.status as G['status']];
  // The table pairs types of facts and their cells; the compiler cannot follow the pairing.
  const cell = row[event.type] as Cell<G, GroupFactType> | undefined;
  if (cell === undefined) return null;
  const timed = timer === null ? group : withTimer(group, timer.timer, null);
  if ('ignored_because' in cell) return stay(timed);
  const step = cell(timed, event);
  if (step.state === group && step.effects.length === 0) return step;
  return told(machine, group, { ...step, state: { ...step.state, tm_update: event.at } });
}

/** Pure: the first step of a new group, with its notices counted. */
export function opened<G extends GroupFacts>(step: GroupStep<G>, at: Instant): GroupStep<G> {
  return counted({ ...step, state: { ...step.state, tm_update: at } });
}

/** Says what has changed, so that no cell can forget to. */
function told<G extends GroupFacts & { readonly kind: string; readonly status: string }>(
  machine: Machine<G>,
  before: G,
  step: GroupStep<G>,
): GroupStep<G> {
  const news = machine.newsOf(before, step.state);
  const notices = news.map((notice): GroupEffect => ({ do: 'notice_tell', notice }));
  return counted({ ...step, effects: [...notices, ...step.effects] });
}

function counted<G extends GroupFacts>(step: GroupStep<G>): GroupStep<G> {
  const count = step.effects.filter((effect) => effect.do === 'notice_tell').length;
  if (count === 0) return step;
  return { ...step, state: { ...step.state, told_count: step.state.told_count + count } };
}
