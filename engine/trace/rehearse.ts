import type { ActionId, EventId, FlowId, Instant } from '../../kernel/brand.ts';
import type { CallEvent, FactOf } from '../../calls/events.ts';
import type { Action, EndedBecause, FlowRun } from '../../flows/flow.ts';
import { type Sight, spiedOn } from '../../flows/spy.ts';
import type { EventRow } from '../../store/journal.ts';
import type { Leg } from '../../store/store.ts';
import { openPair, type Pair, PLACED, step, type Turnstile } from '../step.ts';
import { type Footprint, note, noteStanding, stepsOf, type Trail, trailOf } from './footprints.ts';
import { type Answers, answersTo, type Planned, type Remark } from './answers.ts';
import { isAnswer, memoriesOf, namesakes } from './recall.ts';
import { asPlaced, beginningIn, eventOf, retrace } from './rewind.ts';

/** A run, told whole. */
export interface Telling {
  readonly steps: readonly Footprint[];
  readonly run: FlowRun;
}

/** What a changed flow would have done in a call that has been, beside what was done in it. */
export interface Rehearsal {
  readonly before: Telling;
  readonly after: Telling;
  /** Which recorded action each action of the changed flow stands for. */
  readonly names: ReadonlyMap<ActionId, ActionId>;
  readonly assumed: readonly Remark[];
  /** Why it goes no further, where the changed flow does not come to an end. */
  readonly stopped: Remark | null;
}

/** The flow a call is rehearsed with. */
export interface Change {
  readonly flow_id: FlowId | null;
  readonly actions: readonly Action[];
}

type Rules = Omit<Turnstile, 'version'>;

/** Events told in one rehearsal; a run of a thousand actions needs fewer. */
const TOLD_MAX = 5_000;
/** Ends that a run did not come to by itself. */
const FROM_OUTSIDE: readonly (EndedBecause | null)[] = ['call_ended', 'stopped'];

/**
 * Pure: takes a call through its own timeline with another flow. What happened to the call by
 * itself (keys, answers, the end) happens when it happened; what answered an action answers the
 * action that stands for it, as late as it did. Nobody is called, nothing is asked of anybody.
 */
export function rehearse(
  leg: Leg,
  events: readonly EventRow[],
  { change, rules }: { readonly change: Change; readonly rules: Rules },
): Rehearsal {
  const { telling: before, sights, own_end } = told(leg, events, rules);
  const names = namesakes(leg.run.program, change.actions);
  const answers = answersTo(memoriesOf(sights, before.run.tm_update), names);
  const until = own_end === null ? events.length : events.indexOf(own_end) + 1;
  const free = events.slice(0, until).map(eventOf).filter(isFree);
  const stage = stageFor(leg, beginningIn(events), { change, rules, answers });
  play(stage, free);
  const after = { steps: stepsOf(stage.trail), run: stage.pair.run };
  return { before, after, names, assumed: answers.assumed, stopped: stage.stopped };
}

/** What was recorded, told step by step, and the event with which the run ended by itself. */
function told(
  leg: Leg,
  events: readonly EventRow[],
  rules: Rules,
): { telling: Telling; sights: readonly Sight[]; own_end: EventRow | null } {
  const trail = trailOf(leg.run, rules.language);
  const sights: Sight[] = [];
  const see = (sight: Sight): void => {
    note(trail, sight);
    sights.push(sight);
  };
  let own_end: EventRow | null = null;
  const turnstile = { ...rules, language: spiedOn(rules.language, see) };
  const { run } = retrace(leg, events, {
    turnstile,
    look: ({ run: now }, event) => {
      noteStanding(trail, now, event);
      const over = now.status === 'ended' && !FROM_OUTSIDE.includes(now.ended_because);
      if (over) own_end ??= events.find(({ id }) => id === (event?.id ?? PLACED)) ?? null;
    },
  });
  return { telling: { steps: stepsOf(trail), run }, sights, own_end };
}

/** Whether an event happened to the call whatever its flow did. */
function isFree(event: CallEvent): boolean {
  if (event.id === PLACED || isAnswer(event)) return false;
  return event.type !== 'timer_fired' || event.timer !== 'action';
}

interface Stage {
  pair: Pair;
  version: number;
  stopped: Remark | null;
  readonly trail: Trail;
  readonly turnstile: Rules;
  readonly answers: Answers;
}

function stageFor(
  leg: Leg,
  beginning: Parameters<typeof asPlaced>[1],
  {
    change,
    rules,
    answers,
  }: Pick<Stage, 'answers'> & { readonly change: Change; readonly rules: Rules },
): Stage {
  const { run: placed, opened } = asPlaced(leg, { ...beginning, granted_ms: leg.call.talk_ms_max });
  const run = { ...placed, flow_id: change.flow_id, program: change.actions };
  const trail = trailOf(run, rules.language);
  const see = (sight: Sight): void => {
    note(trail, sight);
    answers.plan(sight);
  };
  const turnstile = { ...rules, language: spiedOn(rules.language, see) };
  const { state: pair } = openPair(opened, run, { ...turnstile, at: leg.call.tm_create });
  noteStanding(trail, pair.run, null);
  return { pair, version: 1, stopped: null, trail, turnstile, answers };
}

function play(stage: Stage, free: readonly CallEvent[]): void {
  let place = 0;
  for (let count = 0; isGoing(stage); count += 1) {
    stage.stopped = stage.answers.unknown();
    if (stage.stopped !== null) return;
    const next = free[place];
    const { action: due } = stage.pair.call.timers;
    const timer_at = due === null ? Infinity : due + stage.answers.late_ms();
    const answer = stage.answers.next(Math.min(next?.at ?? Infinity, timer_at));
    if (answer !== null) tellAnswer(stage, answer);
    else if (next !== undefined && next.at <= timer_at) {
      place += 1;
      tell(stage, next, next.at);
    } else if (due !== null)
      tell(stage, { type: 'timer_fired', timer: 'action', due }, timer_at as Instant);
    else return stop(stage, 'nothing that was recorded leads on from here');
    if (count >= TOLD_MAX) return stop(stage, 'it goes on for longer than is rehearsed');
  }
}

function isGoing({ pair: { call, run } }: Stage): boolean {
  return run.status !== 'ended' && call.status !== 'hangup';
}

function stop(stage: Stage, what: string): void {
  const { executed_count: number, current_action } = stage.pair.run;
  // Before the flow begins there is no action to name.
  stage.stopped = { number, action_id: current_action?.id ?? ('' as ActionId), what };
}

function tellAnswer(stage: Stage, { at, fact }: Planned): void {
  const said = fact(stage.pair.run);
  if (said !== null) tell(stage, said, at);
}

function tell(stage: Stage, fact: FactOf, at: Instant): void {
  const { call } = stage.pair;
  stage.version += 1;
  const id = `rehearsed ${stage.version}` as EventId;
  const now = Math.max(at, call.tm_update) as Instant;
  const event: CallEvent = { ...fact, id, call_id: call.id, at: now };
  stage.pair = step(stage.pair, event, { ...stage.turnstile, version: stage.version }).state;
  noteStanding(stage.trail, stage.pair.run, event);
}
