import { about } from '../reading.ts';
import { reachedOf, type Rule } from '../subject.ts';

/** Nothing speaks or listens on an incoming leg that is not answered yet: it would be skipped. */
export const answeringRule: Rule = (subject) =>
  reachedOf(subject)
    .filter(({ index, verb }) => {
      const unanswered = subject.known[index]?.unanswered ?? false;
      return unanswered && verb?.kind.on_leg === 'answered';
    })
    .map((read) =>
      about(read, 'media_before_answer', {
        pointer: '',
        message: 'may come before an incoming call is answered, and is skipped then',
        severity: 'warning',
      }),
    );
