/** What was found out before, by a text that says all it depends on. */
export type Memo<Value> = (text: string, find: () => Value) => Value;

/**
 * Keeps what was found out, at most so many entries and characters of text in all; what was not
 * asked for in the longest time goes first. A text longer than a tenth of that is never kept.
 */
export function makeMemo<Value>(max: {
  readonly entries: number;
  readonly characters: number;
}): Memo<Value> {
  const kept = new Map<string, Value>();
  let characters = 0;
  const forget = (text: string): void => {
    if (kept.delete(text)) characters -= text.length;
  };
  return (text, find) => {
    const before = kept.get(text);
    const value = before ?? find();
    if (text.length > max.characters / 10) return value;
    forget(text);
    kept.set(text, value);
    characters += text.length;
    for (const oldest of kept.keys()) {
      if (kept.size <= max.entries && characters <= max.characters) break;
      forget(oldest);
    }
    return value;
  };
}
