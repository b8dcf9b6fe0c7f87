import type { ActionId } from '../kernel/brand.ts';
import type { Remark } from '../engine/trace/answers.ts';
import type { Footprint } from '../engine/trace/footprints.ts';
import type { Rehearsal, Telling } from '../engine/trace/rehearse.ts';
import { stepJson } from './trace_json.ts';

/** As many as the contract lets an answer have. */
const STEPS_MAX = 200;
const REMARKS_MAX = 1_000;

/** What a call did and what it would have done, as customers see it. */
export function replayJson({ before, after, names, assumed, stopped }: Rehearsal): object {
  const difference = firstDifference(before.steps, after.steps, names);
  const alike = before.run.ended_because === after.run.ended_because;
  const from = difference === null ? 0 : Math.max(0, difference - 2);
  return {
    same: difference === null && alike && stopped === null,
    first_difference: difference,
    before: runJson(before, from),
    after: runJson(after, from),
    assumed: assumed.slice(0, REMARKS_MAX).map(remarkJson),
    stopped: stopped === null ? null : remarkJson(stopped),
  };
}

/** The number of the first step in which two runs differ; null where none does. */
function firstDifference(
  before: readonly Footprint[],
  after: readonly Footprint[],
  names: ReadonlyMap<ActionId, ActionId>,
): number | null {
  const name = (id: ActionId | null): ActionId | null =>
    id === null ? null : (names.get(id) ?? id);
  const told = ({ action, outcome, next_action_id }: Footprint, named: typeof name): string =>
    JSON.stringify([named(action.id), action.type, action.option, outcome, named(next_action_id)]);
  const length = Math.max(before.length, after.length);
  for (let place = 0; place < length; place += 1) {
    const [one, other] = [before[place], after[place]];
    const same =
      one !== undefined && other !== undefined && told(one, (id) => id) === told(other, name);
    if (!same) return place + 1;
  }
  return null;
}

function runJson({ steps, run }: Telling, from: number): object {
  const shown = steps.slice(from, from + STEPS_MAX);
  return {
    status: run.status,
    executed_count: run.executed_count,
    ended_because: run.ended_because ?? '',
    ended_detail: run.ended_detail ?? '',
    steps: shown.map(stepJson),
    steps_omitted: steps.length - shown.length,
  };
}

function remarkJson({ number, action_id, what }: Remark): object {
  return { number, action_id, message: what };
}
