import { loopsOf } from '../graph.ts';
import { about } from '../reading.ts';
import { reachedOf, type Rule } from '../subject.ts';

/** Loops that place calls are bounded: every round costs money. */
export const callsRule: Rule = (subject) => {
  const { nodes, reached } = subject;
  const loops = loopsOf(nodes, ({ index }) => reached.has(index));
  return reachedOf(subject)
    .filter(({ index, outlook }) => {
      // Where it waits for those it calls, they bound it: nobody talks without end.
      const places = (outlook.places ?? []).length > 0 && nodes[index]?.waits === false;
      return places && loops.some((loop) => loop.has(index));
    })
    .map((read) =>
      about(read, 'calls_unbounded', {
        pointer: '',
        message: 'places calls in a loop without a bound',
        severity: 'warning',
      }),
    );
};
