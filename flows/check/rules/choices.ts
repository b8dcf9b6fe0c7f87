import { valuesIn } from '../knowledge.ts';
import { about, isDynamic } from '../reading.ts';
import { reachedOf, type Rule } from '../subject.ts';
import { mayBe } from '../values.ts';

/** Every value that is named can be the variable's. */
export const choicesRule: Rule = (subject) =>
  reachedOf(subject).flatMap((read) => {
    const { choice } = read.outlook;
    const here = subject.known[read.index];
    if (choice === undefined || here == null || isDynamic(choice.variable)) return [];
    const values = valuesIn(here, choice.variable);
    return choice.values
      .filter(({ text }) => !isDynamic(text) && !mayBe(values, text))
      .map(({ pointer, text }) =>
        about(read, 'value_impossible', {
          pointer: `/option${pointer}`,
          message: `is never taken: ${choice.variable} cannot be ${JSON.stringify(text)} here`,
          severity: 'warning',
        }),
      );
  });
