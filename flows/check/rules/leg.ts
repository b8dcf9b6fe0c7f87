import { about } from '../reading.ts';
import { reachedOf, type Rule } from '../subject.ts';

/** Where there is no call, nothing needs one: it would be skipped. */
export const legRule: Rule = (subject) =>
  subject.premises.bare
    ? reachedOf(subject)
        .filter(({ verb, outlook }) => {
          const needs = [...(verb?.kind.needs ?? []), ...(outlook.needs ?? [])];
          return needs.length > 0 || verb?.kind.on_leg !== undefined;
        })
        .map((read) =>
          about(read, 'leg_missing', {
            pointer: '',
            message: 'needs a call, and is skipped without one',
            severity: 'warning',
          }),
        )
    : [];
