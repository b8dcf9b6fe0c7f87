import type { ActionId } from '../../kernel/brand.ts';
import type { FlowRun } from '../../flows/flow.ts';
import { spiedOn } from '../../flows/spy.ts';
import type { EventRow } from '../../store/journal.ts';
import type { Leg } from '../../store/store.ts';
import type { Turnstile } from '../step.ts';
import { type Footprint, note, noteStanding, stepsOf, trailOf } from './footprints.ts';
import { retrace } from './rewind.ts';

/** What a run did, step by step, told by its call's timeline. */
export interface Trace {
  readonly steps: readonly Footprint[];
  /** Actions of the list it began with that it has not come to. */
  readonly not_reached: readonly ActionId[];
  /**
   * Whether the timeline, read again, comes to the run as it is stored. It does, unless a later
   * version of the program decides otherwise than the one that ran it.
   */
  readonly exact: boolean;
}

/** Pure: derives what a run did from the events of its call. Nothing of it is stored. */
export function traceOf(
  leg: Leg,
  events: readonly EventRow[],
  turnstile: Omit<Turnstile, 'version'>,
): Trace {
  const { language } = turnstile;
  const trail = trailOf(leg.run, language);
  const spied = { ...turnstile, language: spiedOn(language, (sight) => note(trail, sight)) };
  const { run } = retrace(leg, events, {
    turnstile: spied,
    look: ({ run: now }, event) => noteStanding(trail, now, event),
  });
  const steps = stepsOf(trail);
  const seen = new Set(steps.map(({ action }) => action.id));
  const unseen = leg.run.program.map(({ id }) => id).filter((id) => !seen.has(id));
  return { steps, not_reached: unseen, exact: isSame(run, leg.run) };
}

function isSame(one: FlowRun, other: FlowRun): boolean {
  return (
    one.status === other.status &&
    one.executed_count === other.executed_count &&
    one.ended_because === other.ended_because &&
    one.current_action?.id === other.current_action?.id
  );
}
