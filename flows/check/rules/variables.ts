import { CALL_VARIABLES, DIGITS, DIGITS_UNREAD } from '../../variables.ts';
import type { Language } from '../../language.ts';
import { about } from '../reading.ts';
import { reachedOf, type Rule } from '../subject.ts';
import { readsOf } from '../texts.ts';

const OURS = 'voipbin.';

/**
 * Something may have set every variable before it is read. What is not ours may come with the call,
 * so that it is only mentioned where the call's variables are not known.
 */
export const variablesRule: Rule = (subject) => {
  const { language, given } = subject.premises;
  const known = knownTo(language);
  return reachedOf(subject).flatMap((read) => {
    const here = subject.known[read.index];
    if (here == null) return [];
    return readsOf(read)
      .filter(({ text: name }) => !known.always.has(name) && !here.set.has(name))
      .filter(({ text: name }) => given?.has(name) !== true)
      .filter(({ text: name }) => !here.others || (isOurs(name) && !known.settable.has(name)))
      .map(({ pointer, text: name }) => {
        const at = { pointer: `/option${pointer}` };
        if (isOurs(name) && !known.settable.has(name))
          return about(read, 'variable_unknown', {
            ...at,
            message: `names ${name}, and there is no such variable`,
            severity: 'warning',
          });
        return about(read, 'variable_unset', {
          ...at,
          message: `names ${name}, which nothing sets on the way`,
          severity: isOurs(name) || given !== null ? 'warning' : 'info',
        });
      });
  });
};

function isOurs(name: string): boolean {
  return name.startsWith(OURS);
}

interface Known {
  /** Every call has these. */
  readonly always: ReadonlySet<string>;
  /** Some action gives these a value. */
  readonly settable: ReadonlySet<string>;
}

const kept = new WeakMap<Language, Known>();

function knownTo(language: Language): Known {
  const before = kept.get(language);
  if (before !== undefined) return before;
  const always = new Set([...CALL_VARIABLES, DIGITS, DIGITS_UNREAD]);
  const settable = Object.values(language).flatMap((verb) => verb?.kind.sets ?? []);
  const known = { always, settable: new Set([...always, ...settable]) };
  kept.set(language, known);
  return known;
}
