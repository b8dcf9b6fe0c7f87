import { rfc3339 } from '../kernel/instant.ts';
import { NULL_ID } from '../kernel/brand.ts';
import { publicAction } from '../flows/public.ts';
import type { Footprint } from '../engine/trace/footprints.ts';

/** Characters of one text in a trace: what is longer is cut, and ends with an ellipsis. */
const TEXT_CHARACTERS_MAX = 2_000;

/** One step of a run as customers see it. */
export function stepJson(step: Footprint): object {
  const { number, depth, outcome, next_action_id, detail, ended_by, tm_begin, tm_end } = step;
  return {
    number,
    action: cut(publicAction(step.action)),
    flow_id: step.flow_id ?? NULL_ID,
    depth,
    outcome,
    next_action_id,
    detail,
    ended_by,
    variables: cut(step.set),
    duration_ms: tm_end === null ? null : tm_end - tm_begin,
    tm_begin: rfc3339(tm_begin),
    tm_end: rfc3339(tm_end),
  };
}

/** A value with its long texts cut. */
function cut(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length > TEXT_CHARACTERS_MAX
      ? `${value.slice(0, TEXT_CHARACTERS_MAX - 1)}…`
      : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cut);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, cut(part)]));
}
