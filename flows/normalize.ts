import { type ActionId, NULL_ID } from '../kernel/brand.ts';
import type { Action } from './flow.ts';
import { type Language, outlookOf, readOption, verbOf } from './language.ts';

/** Makes the same name for the same label, as kernel/uuid's derive does. */
export type NameFor = (label: string) => string;

/**
 * A list of actions as it is stored: ids filled in where they were left out (the same list gives
 * the same ids), next_id null where none was meant, options with their defaults. Refuses nothing:
 * checkFlow does. What is not an action at all becomes one that no language knows.
 */
export function normalizeFlow(raw: unknown, idFor: NameFor, language: Language): Action[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((written: unknown, index) => {
    const label = `action:${index}`;
    const { id, next_id, type, option } = membersOf(written);
    const name = typeof type === 'string' ? type : '';
    return {
      id: idOf(id) ?? (idFor(label) as ActionId),
      next_id: idOf(next_id),
      type: name,
      option: optionOf(name, membersOf(option), { language, idFor: nested(idFor, label) }),
    };
  });
}

/** The members of an object; none when it is not one. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** An id that was meant; VoIPBIN's clients write the null id where they mean none. */
export function idOf(written: unknown): ActionId | null {
  return typeof written === 'string' && written !== '' && written !== NULL_ID
    ? (written as ActionId)
    : null;
}

function nested(idFor: NameFor, label: string): NameFor {
  return (inner) => idFor(`${label}/${inner}`);
}

function optionOf(
  type: string,
  written: Action['option'],
  { language, idFor }: { readonly language: Language; readonly idFor: NameFor },
): Action['option'] {
  const verb = verbOf(language, type);
  if (verb === null) return written;
  const { option, problem } = readOption(verb, written);
  if (problem !== null) return written;
  const { actions } = outlookOf(verb, option);
  return actions === undefined
    ? membersOf(option)
    : { ...membersOf(option), actions: normalizeFlow(actions, idFor, language) };
}
