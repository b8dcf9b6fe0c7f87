import type { ActionId, FlowId, Instant } from '../../kernel/brand.ts';
import type { CallEvent } from '../../calls/events.ts';
import type { Action, FlowRun } from '../../flows/flow.ts';
import { type Language, verbOf } from '../../flows/language.ts';
import type { Sight } from '../../flows/spy.ts';
import { filledMasked, masked, scrubbed } from './secrets.ts';

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

/** One action that a run has begun. Values of secrets are masked in everything it shows. */
export interface Footprint {
  /** Counts the run's actions: 1, 2, 3 … */
  readonly number: number;
  readonly action: Action;
  /** The flow its list came from; null where no stored flow has it. */
  readonly flow_id: FlowId | null;
  /** 0 in the list the run began with, 1 in what an action of that fetched … */
  readonly depth: number;
  readonly outcome: StepOutcome;
  /** The action that began next; null when none has. */
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
  readonly steps: Draft[];
  readonly sources: Map<ActionId, Source[]>;
  readonly language: Language;
  /** Variables that hold what secrets were written into. */
  readonly tainted: Set<string>;
}

export function trailOf(run: FlowRun, language: Language): Trail {
  const trail: Trail = { steps: [], sources: new Map(), language, tainted: new Set() };
  learn(trail, run.program, { flow_id: run.flow_id, depth: 0 });
  return trail;
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
  const step = sight.event === null ? begun(trail, sight) : trail.steps.at(-1);
  if (step === undefined) return;
  const { turn, scene, event } = sight;
  const variables = { ...scene.variables, ...turn.set };
  step.set = { ...step.set, ...masked(turn.set ?? {}, trail.tainted) };
  if (turn.next === 'push')
    learn(trail, turn.actions, { flow_id: turn.flow_id, depth: step.depth + 1 });
  if (turn.next === 'wait') return;
  const skipped = event?.type === 'media_failed' && turn.next !== 'fail';
  const detail = skipped ? event.detail : turn.next === 'fail' ? turn.detail : '';
  step.outcome = skipped ? 'skipped' : OUTCOMES[turn.next];
  step.detail = scrubbed(detail, variables, trail.tainted);
  step.ended_by = event?.type ?? '';
  step.tm_end = scene.now;
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
  const { steps, tainted } = trail;
  const before = steps.at(-1);
  if (before !== undefined) before.next_action_id = scene.action_id;
  const source = sourceOf(trail, scene.action_id, { type, option, scene });
  const shown = shownOf(trail, source.action, scene);
  if (JSON.stringify(shown.option) !== JSON.stringify(option))
    for (const name of Object.keys(turn.set ?? {})) tainted.add(name);
  const step: Draft = {
    number: steps.length + 1,
    action: shown,
    flow_id: source.flow_id,
    depth: source.depth,
    outcome: 'waiting',
    next_action_id: null,
    detail: '',
    ended_by: '',
    set: {},
    tm_begin: scene.now,
    tm_end: null,
  };
  steps.push(step);
  return step;
}

/** The list an action was taken from: the latest in which it would have become what was seen. */
function sourceOf(
  { sources, language }: Trail,
  id: ActionId,
  { type, option, scene }: Pick<Sight, 'type' | 'option' | 'scene'>,
): Source {
  const keeps = verbOf(language, type)?.kind.keeps ?? [];
  const seen = JSON.stringify(option);
  const known = (sources.get(id) ?? []).filter(({ action }) => action.type === type);
  const same = known.find(
    ({ action }) => JSON.stringify(filledMasked(action.option, keeps, scene.variables)) === seen,
  );
  // An action always has a source; what it was filled in with is shown where it was not found.
  return (
    same ??
    known[0] ?? {
      action: { id, next_id: null, type, option: option as Action['option'] },
      flow_id: null,
      depth: 0,
    }
  );
}

function shownOf({ language, tainted }: Trail, action: Action, scene: Sight['scene']): Action {
  const keeps = verbOf(language, action.type)?.kind.keeps ?? [];
  const option = filledMasked(action.option, keeps, masked(scene.variables, tainted));
  return { ...action, option };
}

/** Notes how the run stands after an event: what it waited for may be over without a word. */
export function noteEnd(trail: Trail, run: FlowRun, event: CallEvent | null): void {
  const last = trail.steps.at(-1);
  if (last === undefined || run.status !== 'ended') return;
  if (run.ended_because === 'target_missing') {
    last.outcome = 'failed';
    last.detail = scrubbed(run.ended_detail ?? '', run.variables, trail.tainted);
  }
  if (last.outcome !== 'waiting') return;
  last.outcome = 'cut_off';
  last.ended_by = event?.type ?? '';
  last.tm_end = event?.at ?? last.tm_begin;
}
