import type { Values } from '../action.ts';
import { KEYS } from '../digits.ts';

/** Only the empty text: what a variable holds that nothing has set. */
export const NO_VALUES: Values = { texts: [''], keys: null };

/** Texts told apart; a variable with more of them may hold anything. */
const TEXTS_MAX = 20;

/** What either may hold. */
export function joined(a: Values, b: Values): Values {
  if (a === 'any' || b === 'any') return 'any';
  const texts = [...new Set([...a.texts, ...b.texts])];
  if (texts.length > TEXTS_MAX) return 'any';
  return { texts, keys: joinedKeys(a.keys, b.keys) };
}

type Keys = Exclude<Values, 'any'>['keys'];

function joinedKeys(a: Keys, b: Keys): Keys {
  if (a === null || b === null) return a ?? b;
  const without = [...a.without].filter((key) => b.without.includes(key)).join('');
  return { length_max: Math.max(a.length_max, b.length_max), without };
}

/** Whether two say the same. Texts that were joined keep their order. */
export function same(a: Values, b: Values): boolean {
  if (a === 'any' || b === 'any') return a === b;
  const { keys } = a;
  return (
    a.texts.length === b.texts.length &&
    a.texts.every((text) => b.texts.includes(text)) &&
    keys?.length_max === b.keys?.length_max &&
    keys?.without === b.keys?.without
  );
}

/** Whether a variable that may hold these can hold this text. */
export function mayBe(values: Values, text: string): boolean {
  if (values === 'any') return true;
  return values.texts.includes(text) || (values.keys !== null && areKeys(text, values.keys));
}

function areKeys(text: string, { length_max, without }: NonNullable<Keys>): boolean {
  if (text.length > length_max) return false;
  return [...text].every((key) => KEYS.includes(key) && !without.includes(key));
}
