import { about } from '../reading.ts';
import type { Rule } from '../subject.ts';

/** Some way leads to every action. */
export const reachRule: Rule = ({ actions, reached }) =>
  actions
    .filter(({ index }) => !reached.has(index))
    .map((read) =>
      about(read, 'action_unreachable', {
        pointer: '',
        message: 'can never be reached',
        severity: 'warning',
      }),
    );
