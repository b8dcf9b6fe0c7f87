import { about } from '../reading.ts';
import { reachedOf, type Rule } from '../subject.ts';

/** Nothing speaks or listens on an incoming leg that is not answered yet: it would be skipped. */
export const answeringRule: Rule = (subject) => {
  const { premises, known } = subject;
  const { direction } = premises;
  const reached = reachedOf(subject);
  const answers = reached.some(({ verb }) => verb?.kind.on_leg === 'answers');
  // On an outgoing leg it waits for the answer. A flow that never answers may be for such legs.
  if (direction === 'outgoing' || (direction === null && !answers)) return [];
  return reached
    .filter(
      ({ index, verb }) => verb?.kind.on_leg === 'answered' && known[index]?.unanswered === true,
    )
    .map((read) =>
      about(read, 'media_before_answer', {
        pointer: '',
        message: 'may come before an incoming call is answered, and is skipped then',
        severity: 'warning',
      }),
    );
};
