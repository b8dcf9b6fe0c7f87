import type { ActionId } from '../../kernel/brand.ts';
import type { Outlook, Remark } from '../action.ts';
import { FINISH_ID, START_ID } from '../frames.ts';
import {
  type Language,
  outlookOf,
  problemsOf,
  readOption,
  type Verb,
  verbOf,
} from '../language.ts';
import { idOf, membersOf } from '../normalize.ts';
import type { Finding, FindingCode } from './finding.ts';

/** An action that was read as far as it could be. */
export interface Read {
  readonly index: number;
  /** Where it stands in the request. */
  readonly pointer: string;
  /** As it was written, whatever that is. */
  readonly written: unknown;
  readonly members: Readonly<Record<string, unknown>>;
  readonly id: ActionId | null;
  readonly next_id: ActionId | null;
  readonly verb: Verb | null;
  /** With its defaults, as far as it satisfies its schema. */
  readonly option: unknown;
  /** Nothing where the option does not satisfy its schema. */
  readonly outlook: Outlook;
  /** What is wrong with the option, with pointers within it. */
  readonly problems: readonly Remark[];
}

/** A list of actions, read. */
export interface Draft {
  readonly actions: readonly Read[];
  /** Where each id stands first. */
  readonly places: ReadonlyMap<string, number>;
}

/** Reads a list whose pointer is given; refuses nothing. */
export function draftOf(raw: readonly unknown[], pointer: string, language: Language): Draft {
  const actions = raw.map((written, index) =>
    readAction(written, { index, pointer: `${pointer}/${index}`, language }),
  );
  const places = new Map<string, number>();
  for (const { index, id } of actions) if (id !== null && !places.has(id)) places.set(id, index);
  return { actions, places };
}

function readAction(
  written: unknown,
  {
    language,
    ...place
  }: { readonly index: number; readonly pointer: string; readonly language: Language },
): Read {
  const members = membersOf(written);
  const { type, option = {} } = members;
  const verb = typeof type === 'string' ? verbOf(language, type) : null;
  const named = { id: idOf(members['id']), next_id: idOf(members['next_id']) };
  const read = { ...place, ...named, written, members, verb, option, outlook: {}, problems: [] };
  if (verb === null) return read;
  const filled = readOption(verb, option);
  if (filled.problem !== null) return { ...read, problems: problemsOf(verb, option) };
  const outlook = outlookOf(verb, filled.option);
  return { ...read, option: filled.option, outlook, problems: outlook.faults ?? [] };
}

/** Whether an id stands for the start or the end of every flow. */
export function isEnd(id: string): boolean {
  return id === START_ID || id === FINISH_ID;
}

/** Whether a text is known only once the variables are filled in. */
export function isDynamic(text: string): boolean {
  return text.includes('${');
}

/** A finding about an action; `pointer` is within it. */
export function about(
  { pointer, id }: Read,
  code: FindingCode,
  told: Remark & { readonly severity?: Finding['severity'] },
): Finding {
  const { severity = 'error', message } = told;
  return { code, severity, pointer: `${pointer}${told.pointer}`, message, action_id: id };
}
