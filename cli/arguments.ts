/** A command was called with words it does not know. Told in one line; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * The words of a command line apart from its flags. A flag that is not known, or a word too many,
 * is refused: a slip such as `--tset` must not be taken for a name.
 */
export function wordsOf(
  args: readonly string[],
  known: { readonly flags: readonly string[]; readonly words: number },
): string[] {
  const stray = args.find((each) => each.startsWith('-') && !known.flags.includes(each));
  if (stray !== undefined) throw new UsageError(`there is no option ${stray}`);
  const words = args.filter((each) => !each.startsWith('-'));
  const extra = words[known.words];
  if (extra !== undefined) throw new UsageError(`what is ${extra} for?`);
  return words;
}
