import { parseJson } from '../../kernel/foreign.ts';
import type { Reading } from '../action.ts';
import type { Language } from '../language.ts';
import { ACTIONS_MAX } from '../limits.ts';
import { membersOf, type NameFor, normalizeFlow } from '../normalize.ts';
import { type Bounds, boundsOf } from './bounds.ts';
import { type Finding, type FindingCode, inOrder } from './finding.ts';
import { type Knowledge, NOTHING_KNOWN } from './knowledge.ts';
import { draftOf, isDynamic, type Read } from './reading.ts';
import { RULES, structureOf } from './rules.ts';
import { type Premises, type Subject, subjectOf } from './subject.ts';

/** Calls made by calls made by calls: deeper than this nobody means it. */
export const NESTING_MAX = 3;

/** What nothing is known about beforehand. */
export function premisesFor(language: Language, known: Partial<Premises> = {}): Premises {
  return {
    language,
    pointer: '',
    direction: null,
    early: false,
    bare: false,
    given: null,
    languages: null,
    routes: null,
    flow_id: null,
    ...known,
  };
}

/** All that is wrong, doubtful or worth knowing about a list of actions, whatever it is. */
export function checkFlow(raw: unknown, premises: Premises): readonly Finding[] {
  return inOrder(findingsOf(sheetOf(raw, { premises, depth: 1, before: NOTHING_KNOWN })));
}

/** What a list comes to at the worst; null when it cannot be run. */
export function worstCaseOf(raw: unknown, premises: Premises): Bounds | null {
  return sheetBounds(sheetOf(raw, { premises, depth: 1, before: NOTHING_KNOWN }));
}

/** A stored flow that an action names by its id, and where. */
export interface NamedFlow {
  readonly flow_id: string;
  readonly pointer: string;
  readonly action_id: string | null;
}

/** The stored flows a list names, those that variables name left out. */
export function flowsNamedIn(raw: unknown, premises: Premises): readonly NamedFlow[] {
  return namedIn(sheetOf(raw, { premises, depth: 1, before: NOTHING_KNOWN }));
}

/** Names that a list run within another may leave to that one to know. */
const LEFT_TO_OTHERS: ReadonlySet<FindingCode> = new Set(['target_missing', 'next_missing']);

/** Reads actions from JSON: a list, or VoIPBIN's `{"actions": [...]}`. */
export function readActions(json: string, idFor: NameFor, language: Language): Reading {
  const parsed = parseJson(json);
  if (!parsed.ok) return { fit: false, detail: 'the answer is not JSON' };
  const raw = Array.isArray(parsed.value) ? parsed.value : membersOf(parsed.value)['actions'];
  const wrong = checkFlow(raw, premisesFor(language)).find(
    ({ code, severity }) => severity === 'error' && !LEFT_TO_OTHERS.has(code),
  );
  return wrong === undefined
    ? { fit: true, actions: normalizeFlow(raw, idFor, language) }
    : {
        fit: false,
        detail: `the answer is not a list of actions: ${wrong.pointer || 'it'} ${wrong.message}`,
      };
}

interface Level {
  readonly premises: Premises;
  readonly depth: number;
  readonly before: Knowledge;
}

/** A list and the lists in it, read and looked at for what keeps them from being run. */
interface Sheet {
  readonly findings: readonly Finding[];
  /** Null when it cannot be run. */
  readonly subject: Subject | null;
  readonly inner: ReadonlyMap<number, Sheet>;
}

function sheetOf(raw: unknown, level: Level): Sheet {
  const { premises, depth } = level;
  const { pointer, language } = premises;
  if (!Array.isArray(raw)) return unfit(pointer, 'not_a_list', 'must be a list of actions');
  if (raw.length > ACTIONS_MAX)
    return unfit(pointer, 'too_many_actions', `must not have more than ${ACTIONS_MAX} actions`);
  if (depth > NESTING_MAX)
    return unfit(pointer, 'too_deep', `lies more than ${NESTING_MAX} lists deep`);
  const draft = draftOf(raw, pointer, language);
  const findings = draft.actions.flatMap((read) => structureOf(read, draft));
  const subject = findings.length > 0 ? null : subjectOf(draft, premises, level.before);
  const nested = draft.actions.filter(({ outlook }) => outlook.actions !== undefined);
  const inner = new Map(
    nested.map((read) => [read.index, sheetOf(read.outlook.actions, below(read, level, subject))]),
  );
  return { findings, subject, inner };
}

function unfit(pointer: string, code: FindingCode, message: string): Sheet {
  const finding: Finding = { code, severity: 'error', pointer, message, action_id: null };
  return { findings: [finding], subject: null, inner: new Map() };
}

/** The actions of legs that an action places: they run there, with the variables of this run. */
function below(read: Read, { premises, depth }: Level, subject: Subject | null): Level {
  const here = subject?.known[read.index] ?? null;
  const own = [...(here?.set ?? [])].filter(([name]) => !name.startsWith('voipbin.'));
  const early = membersOf(read.option)['early_execution'] === true;
  return {
    premises: {
      ...premises,
      pointer: `${read.pointer}/option/actions`,
      direction: 'outgoing',
      early,
      bare: false,
      routes: null,
    },
    depth: depth + 1,
    before: { set: new Map(own), others: here?.others ?? true, unanswered: true },
  };
}

function findingsOf({ findings, subject, inner }: Sheet): readonly Finding[] {
  const told = subject === null ? [] : RULES.flatMap((rule) => rule(subject));
  return [...findings, ...told, ...[...inner.values()].flatMap(findingsOf)];
}

function namedIn({ subject, inner }: Sheet): readonly NamedFlow[] {
  const own = (subject?.actions ?? []).flatMap(({ pointer, id, outlook }) =>
    (outlook.flows ?? [])
      .filter(({ text }) => !isDynamic(text))
      .map((spot): NamedFlow => ({
        flow_id: spot.text,
        pointer: `${pointer}/option${spot.pointer}`,
        action_id: id,
      })),
  );
  return [...own, ...[...inner.values()].flatMap(namedIn)];
}

function sheetBounds({ subject, inner }: Sheet): Bounds | null {
  const below_it = [...inner].map(([index, sheet]) => [index, sheetBounds(sheet)] as const);
  if (subject === null || below_it.some(([, bounds]) => bounds === null)) return null;
  return boundsOf(
    subject,
    new Map(below_it.flatMap(([index, bounds]) => (bounds === null ? [] : [[index, bounds]]))),
  );
}
