import { hasExit, loopsOf } from '../graph.ts';
import { about } from '../reading.ts';
import { reachedOf, type Rule } from '../subject.ts';

/** In every loop something waits: a run in any other goes round until it is cut off. */
export const spinningRule: Rule = (subject) => {
  const { nodes, reached } = subject;
  const spins = loopsOf(nodes, ({ index, waits }) => !waits && reached.has(index));
  return spins.flatMap((loop) => {
    const first = reachedOf(subject).find(({ index }) => loop.has(index));
    if (first === undefined) return [];
    return hasExit(nodes, loop)
      ? about(first, 'loop_may_spin', {
          pointer: '',
          message: 'is part of a loop in which no action waits',
          severity: 'warning',
        })
      : about(first, 'loop_never_waits', {
          pointer: '',
          message: 'is part of a loop in which no action waits, and out of which no way leads',
        });
  });
};
