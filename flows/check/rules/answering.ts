import { about } from '../reading.ts';
import { reachedOf, type Rule } from '../subject.ts';

/** Nothing speaks or listens on a leg that is not answered yet. */
export const answeringRule: Rule = (subject) => {
  const { premises, known } = subject;
  const { direction, early } = premises;
  const reached = reachedOf(subject);
  const answers = reached.some(({ verb }) => verb?.kind.on_leg === 'answers');
  // A flow that never answers and does not say for which legs it is may be for outgoing ones.
  if (direction === null ? !answers : direction === 'outgoing' && !early) return [];
  const found = reached.filter(
    ({ index, verb }) => verb?.kind.on_leg === 'answered' && known[index]?.unanswered === true,
  );
  const message =
    direction === 'outgoing'
      ? 'may come while the phone still rings, as the flow begins then'
      : 'may come before the call is answered';
  // All of a flow that begins early is early: once is enough.
  return (direction === 'outgoing' ? found.slice(0, 1) : found).map((read) =>
    about(read, 'media_before_answer', { pointer: '', message, severity: 'warning' }),
  );
};
