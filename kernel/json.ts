const texts = new WeakMap<object, string>();

/**
 * The JSON text of an object that is never changed. Written once however often it is asked for:
 * what a customer is told is stored, signed and sent, and it is the largest thing a call writes.
 */
export function jsonOf(value: object): string {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}
