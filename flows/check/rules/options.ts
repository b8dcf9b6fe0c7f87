import type { Finding } from '../finding.ts';
import { about, type Read } from '../reading.ts';

/** An option satisfies the schema of its action, and what no schema can say. */
export function optionFindings(read: Read): readonly Finding[] {
  return read.problems.map(({ pointer, message }) =>
    about(read, 'option_invalid', { pointer: `/option${pointer}`, message }),
  );
}
