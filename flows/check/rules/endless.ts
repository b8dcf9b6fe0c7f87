import { EXECUTED_ACTIONS_MAX } from '../../limits.ts';
import { hasExit, loopsOf } from '../graph.ts';
import { about } from '../reading.ts';
import { reachedOf, type Rule } from '../subject.ts';

/** Loops are bounded; those a caller can leave are only mentioned. */
export const endlessRule: Rule = (subject) => {
  const { nodes, reached } = subject;
  const loops = loopsOf(nodes, ({ index }) => reached.has(index));
  return loops.flatMap((loop) => {
    const first = reachedOf(subject).find(({ index }) => loop.has(index));
    const waits = [...loop].some((index) => nodes[index]?.waits === true);
    if (first === undefined || !waits) return [];
    const leaves = hasExit(nodes, loop);
    const often = `is part of a loop without a bound: at most ${EXECUTED_ACTIONS_MAX} actions run`;
    return about(first, 'loop_unbounded', {
      pointer: '',
      message: leaves ? often : `${often}, and no way leads out of it`,
      severity: leaves ? 'info' : 'warning',
    });
  });
};
