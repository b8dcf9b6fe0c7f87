import { parseJson } from '../kernel/foreign.ts';
import type { Outlook, Reading, Target } from './action.ts';
import { FINISH_ID, START_ID } from './frames.ts';
import { type Node, spinning, unreachable } from './graph.ts';
import { type Language, outlookOf, readOption, type Verb, verbOf } from './language.ts';
import { ACTIONS_MAX } from './limits.ts';
import { idOf, membersOf, type NameFor, normalizeFlow } from './normalize.ts';

export type FindingCode =
  | 'not_a_list'
  | 'too_many_actions'
  | 'too_deep'
  | 'action_invalid'
  | 'action_unknown'
  | 'option_invalid'
  | 'id_invalid'
  | 'id_reserved'
  | 'id_duplicate'
  | 'target_missing'
  | 'next_missing'
  | 'action_unreachable'
  | 'loop_never_waits';

/** Something about a flow its author should know. Errors keep it from being run. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: 'error' | 'warning';
  /** JSON pointer (RFC 6901) within the list of actions. */
  readonly param: string;
  /** Goes on where the name of the parameter ends: "is missing". */
  readonly message: string;
}

/** Calls made by calls made by calls: deeper than this nobody means it. */
export const NESTING_MAX = 3;

const MEMBERS = new Set(['id', 'next_id', 'type', 'option']);
const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** An action that was read as far as it could be. */
interface Read {
  readonly index: number;
  readonly members: Readonly<Record<string, unknown>>;
  readonly verb: Verb | null;
  readonly outlook: Outlook;
  readonly findings: readonly Finding[];
}

/** All that is wrong or doubtful about a list of actions as its author wrote it. */
export function checkFlow(raw: unknown, language: Language): readonly Finding[] {
  return checkList(raw, language, 1);
}

/** Reads actions from JSON: a list, or VoIPBIN's `{"actions": [...]}`. */
export function readActions(json: string, idFor: NameFor, language: Language): Reading {
  const parsed = parseJson(json);
  if (!parsed.ok) return { fit: false, detail: 'the answer is not JSON' };
  const raw = Array.isArray(parsed.value) ? parsed.value : membersOf(parsed.value)['actions'];
  // It runs inside another list, whose actions it may name: a run looks there when it comes to it.
  const wrong = checkFlow(raw, language).find(
    ({ code, severity }) =>
      severity === 'error' && code !== 'target_missing' && code !== 'next_missing',
  );
  return wrong === undefined
    ? { fit: true, actions: normalizeFlow(raw, idFor, language) }
    : {
        fit: false,
        detail: `the answer is not a list of actions: ${wrong.param || 'it'} ${wrong.message}`,
      };
}

function checkList(raw: unknown, language: Language, depth: number): readonly Finding[] {
  if (!Array.isArray(raw)) return [error('not_a_list', '', 'must be a list of actions')];
  if (raw.length > ACTIONS_MAX)
    return [error('too_many_actions', '', `must not have more than ${ACTIONS_MAX} actions`)];
  if (depth > NESTING_MAX)
    return [error('too_deep', '', `lies more than ${NESTING_MAX} lists deep`)];
  const read = raw.map((written: unknown, index) => readAction(written, index, language));
  const places = placesOf(read);
  const findings = [
    ...read.flatMap((action) => action.findings),
    ...read.flatMap((action) => idFindings(action, places)),
    ...read.flatMap((action) => targetFindings(action, places)),
    ...read.flatMap((action) => nestedFindings(action, language, depth)),
  ];
  const wrong = findings.some(({ severity }) => severity === 'error');
  return wrong ? findings : [...findings, ...pathFindings(read, places)];
}

function readAction(written: unknown, index: number, language: Language): Read {
  const members = membersOf(written);
  const { type, option = {} } = members;
  const verb = typeof type === 'string' ? verbOf(language, type) : null;
  const wrong = shapeFinding(written, index, verb);
  if (wrong !== null || verb === null)
    return { index, members, verb, outlook: {}, findings: wrong === null ? [] : [wrong] };
  const { option: filled, problem } = readOption(verb, option);
  if (problem !== null) {
    const finding = error('option_invalid', `/${index}/option${problem.pointer}`, problem.message);
    return { index, members, verb, outlook: {}, findings: [finding] };
  }
  const outlook = outlookOf(verb, filled);
  const findings = (outlook.faults ?? []).map(({ pointer, message }) =>
    error('option_invalid', `/${index}/option${pointer}`, message),
  );
  return { index, members, verb, outlook, findings };
}

function shapeFinding(written: unknown, index: number, verb: Verb | null): Finding | null {
  if (typeof written !== 'object' || written === null || Array.isArray(written))
    return error('action_invalid', `/${index}`, 'must be an object');
  const stranger = Object.keys(written).find((name) => !MEMBERS.has(name));
  if (stranger !== undefined)
    return error('action_invalid', `/${index}/${stranger}`, 'is not a known field');
  if (!('type' in written)) return error('action_invalid', `/${index}/type`, 'is missing');
  return verb === null ? error('action_unknown', `/${index}/type`, 'is not a known action') : null;
}

/** Where each id stands first. */
function placesOf(read: readonly Read[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const { index, members } of read) {
    const id = idOf(members['id']);
    if (id !== null && !places.has(id)) places.set(id, index);
  }
  return places;
}

function idFindings({ index, members }: Read, places: ReadonlyMap<string, number>): Finding[] {
  const param = `/${index}/id`;
  const written = members['id'];
  const id = idOf(written);
  if (id === null)
    return written === undefined || typeof written === 'string'
      ? []
      : [error('id_invalid', param, 'must be a string')];
  if (id === START_ID || id === FINISH_ID) return [error('id_reserved', param, 'is reserved')];
  if (!ID.test(id))
    return [error('id_invalid', param, 'must be 1 to 64 letters, digits, "_", "." or "-"')];
  const first = places.get(id);
  return first === index ? [] : [error('id_duplicate', param, `is the id of action ${first} too`)];
}

function targetFindings(action: Read, places: ReadonlyMap<string, number>): Finding[] {
  const { index, members, outlook } = action;
  const next_id = members['next_id'] ?? null;
  const missing = (outlook.targets ?? []).filter(
    ({ action_id }) => !isDynamic(action_id) && !isEnd(action_id) && !places.has(action_id),
  );
  const next =
    next_id === null || (typeof next_id === 'string' && isKnown(next_id, places))
      ? []
      : [error('next_missing', `/${index}/next_id`, 'names no action of this flow')];
  return [...missing.map((target) => missingFinding(index, target)), ...next];
}

function missingFinding(index: number, { pointer }: Target): Finding {
  return error('target_missing', `/${index}/option${pointer}`, 'names no action of this flow');
}

function isKnown(next_id: string, places: ReadonlyMap<string, number>): boolean {
  return idOf(next_id) === null || isEnd(next_id) || places.has(next_id);
}

function isEnd(id: string): boolean {
  return id === START_ID || id === FINISH_ID;
}

/** Whether a target is known only once the variables are filled in. */
function isDynamic(id: string): boolean {
  return id.includes('${');
}

function nestedFindings({ index, outlook }: Read, language: Language, depth: number): Finding[] {
  if (outlook.actions === undefined) return [];
  return checkList(outlook.actions, language, depth + 1).map((finding) => ({
    ...finding,
    param: `/${index}/option/actions${finding.param}`,
  }));
}

function pathFindings(read: readonly Read[], places: ReadonlyMap<string, number>): Finding[] {
  const nodes = read.map((action) => nodeOf(action, places));
  const loops = spinning(nodes).map((index) =>
    error('loop_never_waits', `/${index}`, 'is part of a loop in which no action waits'),
  );
  const anywhere = read.some(({ outlook }) =>
    (outlook.targets ?? []).some(({ action_id }) => isDynamic(action_id)),
  );
  if (anywhere) return loops;
  const lost = unreachable(nodes).map((index): Finding => {
    const message = 'can never be reached';
    return { code: 'action_unreachable', severity: 'warning', param: `/${index}`, message };
  });
  return [...loops, ...lost];
}

function nodeOf(
  { index, members, verb, outlook }: Read,
  places: ReadonlyMap<string, number>,
): Node {
  const placeOf = (id: string): number[] => {
    const place = id === START_ID ? 0 : places.get(id);
    return place === undefined ? [] : [place];
  };
  const next_id = idOf(members['next_id']);
  const next = next_id === null ? [index + 1] : placeOf(next_id);
  const targets = (outlook.targets ?? []).flatMap(({ action_id }) => placeOf(action_id));
  const counted = outlook.counted ?? false;
  const onward = outlook.onward === false ? [] : next;
  return {
    index,
    waits: outlook.waits ?? verb?.kind.waits ?? false,
    ways: counted ? onward : [...onward, ...targets],
    counted_ways: counted ? targets : [],
  };
}

function error(code: FindingCode, param: string, message: string): Finding {
  return { code, severity: 'error', param, message };
}
