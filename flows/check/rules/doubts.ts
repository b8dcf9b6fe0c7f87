import { about } from '../reading.ts';
import { reachedOf, type Rule } from '../subject.ts';

/** What each action itself holds for doubtful in its option. */
export const doubtsRule: Rule = (subject) =>
  reachedOf(subject).flatMap((read) =>
    (read.outlook.doubts ?? []).map(({ pointer, message }) =>
      about(read, 'option_contradictory', {
        pointer: `/option${pointer}`,
        message,
        severity: 'warning',
      }),
    ),
  );
