import type { ActionId, FlowId, Instant } from '../../kernel/brand.ts';
import type { CallEvent } from '../../calls/events.ts';
import type { Action, FlowRun, Skipped } from '../../flows/flow.ts';
import { type Language, verbOf } from '../../flows/language.ts';
import type { Sight } from '../../flows/spy.ts';
import { fillOption, type Variables } from '../../flows/variables.ts';
import { masked, scrubbed } from './secrets.ts';

/**
 * How an action was over. went_on: the next one follows · went_to: another, that it names · ran:
 * actions from elsewhere, before it goes on · skipped: it came to nothing, and the run went on ·
 * cut_off: the call ended, or the flow was stopped, while it waited · waiting: it is not over.
 */
export type StepOutcome =
  | 'went_on'
  | 'went_to'
  | 'ran'
  | 'hung_up'
  | 'finished'
  | 'failed'
  | 'skipped'
  | 'cut_off'
  | 'waiting';

/** One action that a run has come to. Values of secrets are masked in everything it shows. */
export interface Footprint {
  /** Counts the run's actions: 1, 2, 3 … */
  readonly number: number;
  readonly action: Action;
  /** The flow its list came from; null where no stored flow has it. */
  readonly flow_id: FlowId | null;
  /** 0 in the list the run began with, 1 in what an action of that fetched … */
  readonly depth: number;
  readonly outcome: StepOutcome;
  /** The action that came next; null when none has. */
  readonly next_action_id: ActionId | null;
  /** Why it failed or was skipped; empty otherwise. */
  readonly detail: string;
  /** The type of the event that ended it; empty where it did not wait. */
  readonly ended_by: string;
  /** The variables it set. */
  readonly set: Readonly<Record<string, string>>;
  readonly tm_begin: Instant;
  readonly tm_end: Instant | null;
}

type Draft = { -readonly [Name in keyof Footprint]: Footprint[Name] };

/** Where an action was written: the same id may stand in several lists. */
interface Source {
  readonly action: Action;
  readonly flow_id: FlowId | null;
  readonly depth: number;
}

/** What is known of a run's steps while it is followed. */
export interface Trail {
  readonly steps: Map<number, Draft>;
  readonly sources: Map<ActionId, Source[]>;
  readonly language: Language;
  /** Variables that hold what secrets were written into. */
  readonly tainted: Set<string>;
}

export function trailOf(run: FlowRun, language: Language): Trail {
  const trail: Trail = { steps: new Map(), sources: new Map(), language, tainted: new Set() };
  learn(trail, run.program, { flow_id: run.flow_id, depth: 0 });
  return trail;
}

/** The steps, first to last, each with what came next. */
export function stepsOf({ steps }: Trail): readonly Footprint[] {
  const sorted = [...steps.values()].sort((one, other) => one.number - other.number);
  return sorted.map((step, place) => ({
    ...step,
    next_action_id: sorted[place + 1]?.action.id ?? null,
  }));
}

function learn(
  { sources }: Trail,
  actions: readonly Action[],
  at: Pick<Source, 'flow_id' | 'depth'>,
): void {
  for (const action of actions)
    sources.set(action.id, [{ action, ...at }, ...(sources.get(action.id) ?? [])]);
}

/** Notes one turn of an action. */
export function note(trail: Trail, sight: Sight): void {
  const step = sight.when === 'begun' ? begun(trail, sight) : latest(trail, sight);
  if (step === undefined) return;
  const { turn, scene, event } = sight;
  step.set = { ...step.set, ...masked(turn.set ?? {}, trail.tainted) };
  if (sight.when !== 'begun') cutOff(trail, step.number, { ended_by: event?.type, at: scene.now });
  if (turn.next === 'push')
    learn(trail, turn.actions, { flow_id: turn.flow_id, depth: step.depth + 1 });
  if (turn.next === 'wait') return;
  const variables = { ...scene.variables, ...turn.set };
  step.outcome = OUTCOMES[turn.next];
  step.detail = turn.next === 'fail' ? scrubbed(turn.detail, variables, trail.tainted) : '';
  step.ended_by = event?.type ?? '';
  step.tm_end = scene.now;
}

/** The step whose turn it is: where an action keeps a list, others have come after it. */
function latest({ steps }: Trail, { scene, type }: Sight): Draft | undefined {
  return [...steps.values()].findLast(
    ({ action }) => action.id === scene.action_id && action.type === type,
  );
}

/** Whoever keeps a list and takes an event for itself ends what waits in the list. */
function cutOff(
  { steps }: Trail,
  keeper: number,
  { ended_by = '', at }: { readonly ended_by: string | undefined; readonly at: Instant },
): void {
  for (const step of steps.values()) {
    if (step.number <= keeper || step.outcome !== 'waiting') continue;
    step.outcome = 'cut_off';
    step.ended_by = ended_by;
    step.tm_end = at;
  }
}

const OUTCOMES = {
  onward: 'went_on',
  goto: 'went_to',
  push: 'ran',
  hangup: 'hung_up',
  finish: 'finished',
  fail: 'failed',
} as const;

function begun(trail: Trail, { type, option, scene, turn }: Sight): Draft {
  const { number, action_id, variables, now } = scene;
  const source = sourceOf(trail, action_id, { type, option, variables });
  const action = shownOf(trail, source.action, variables);
  if (JSON.stringify(action.option) !== JSON.stringify(option))
    for (const name of Object.keys(turn.set ?? {})) trail.tainted.add(name);
  const step = draftOf({ number, source, action, at: now });
  trail.steps.set(number, step);
  return step;
}

function draftOf(seen: {
  readonly number: number;
  readonly source: Source;
  readonly action: Action;
  readonly at: Instant;
}): Draft {
  const { number, action, at, source } = seen;
  return {
    number,
    action,
    flow_id: source.flow_id,
    depth: source.depth,
    outcome: 'waiting',
    next_action_id: null,
    detail: '',
    ended_by: '',
    set: {},
    tm_begin: at,
    tm_end: null,
  };
}

/** The list an action was taken from: the latest in which it would have become what was seen. */
function sourceOf(
  { sources, language }: Trail,
  id: ActionId,
  seen: { readonly type: string; readonly option: unknown; readonly variables: Variables },
): Source {
  const { type, option, variables } = seen;
  const keeps = verbOf(language, type)?.kind.keeps;
  const text = JSON.stringify(option);
  const known = (sources.get(id) ?? []).filter(({ action }) => action.type === type);
  const same = known.find(
    ({ action }) => JSON.stringify(fillOption(action.option, keeps, variables)) === text,
  );
  // Every action has a source; should it not be found, nothing of what was filled in is shown.
  const unknown = { action: { id, next_id: null, type, option: {} }, flow_id: null, depth: 0 };
  return same ?? known[0] ?? unknown;
}

function shownOf({ language, tainted }: Trail, action: Action, variables: Variables): Action {
  const keeps = verbOf(language, action.type)?.kind.keeps;
  return { ...action, option: fillOption(action.option, keeps, masked(variables, tainted)) };
}

/** Notes how the run stands after an event: what was skipped, and what is over without a word. */
export function noteStanding(trail: Trail, run: FlowRun, event: CallEvent | null): void {
  for (const skipped of run.skipped) noteSkipped(trail, run, { skipped, event });
  if (run.status !== 'ended') return;
  const last = trail.steps.get(run.executed_count);
  if (last === undefined) return;
  if (run.ended_because === 'target_missing') {
    last.outcome = 'failed';
    last.detail = scrubbed(run.ended_detail ?? '', run.variables, trail.tainted);
  }
  if (last.outcome !== 'waiting') return;
  last.outcome = 'cut_off';
  last.ended_by = event?.type ?? '';
  last.tm_end = event?.at ?? last.tm_begin;
}

/** An action that was skipped before it began, or whose orders came to nothing. */
function noteSkipped(
  trail: Trail,
  run: FlowRun,
  { skipped, event }: { readonly skipped: Skipped; readonly event: CallEvent | null },
): void {
  const { number, action_id, type, why, at } = skipped;
  const known = trail.steps.get(number);
  if (known?.outcome === 'skipped') return;
  const step = known ?? unbegun(trail, { number, action_id, type, at });
  // Waiting for what was refused, or having done what was not possible: either came to nothing.
  if (known !== undefined && known.outcome !== 'waiting' && known.outcome !== 'went_on') return;
  step.outcome = 'skipped';
  step.detail = scrubbed(why, run.variables, trail.tainted);
  step.tm_end ??= at;
  if (step.tm_end !== step.tm_begin) step.ended_by = event?.type ?? '';
}

function unbegun(
  trail: Trail,
  { number, action_id, type, at }: Pick<Skipped, 'number' | 'action_id' | 'type' | 'at'>,
): Draft {
  const [source] = (trail.sources.get(action_id) ?? []).filter(
    ({ action }) => action.type === type,
  );
  const unknown = { action: { id: action_id, next_id: null, type, option: {} }, flow_id: null };
  const from = source ?? { ...unknown, depth: 0 };
  // What was never begun is shown as it was written.
  const step = draftOf({ number, source: from, action: from.action, at });
  trail.steps.set(number, step);
  return step;
}
