/** What earlier steps have left, by name. */
export type Values = ReadonlyMap<string, unknown>;

/** The value at a path such as `calls.0.id`; undefined where there is none. */
export function valueAt(value: unknown, path: string): unknown {
  let found = value;
  for (const part of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part))
      return undefined;
    found = (found as Readonly<Record<string, unknown>>)[part];
  }
  return found;
}

/** Puts in what stands for `{{name.path}}`. Throws for a name or path that is not there. */
export function filled(text: string, values: Values): string {
  return text.replace(/\{\{([\w.]+)\}\}/g, (_whole, path: string) => {
    const [name = '', ...rest] = path.split('.');
    const value = values.get(name);
    const found = rest.length === 0 ? value : valueAt(value, rest.join('.'));
    if (found === undefined) throw new Error(`nothing is called ${path}`);
    return typeof found === 'string' ? found : JSON.stringify(found);
  });
}

/** Where the first thing that is wanted is missing or different; null when all is there. */
export function missingIn(found: unknown, wanted: unknown, path = ''): string | null {
  if (typeof wanted !== 'object' || wanted === null)
    return Object.is(found, wanted) ? null : `${path || 'the answer'} is ${JSON.stringify(found)}`;
  if (typeof found !== 'object' || found === null) return `${path || 'the answer'} is missing`;
  if (Array.isArray(wanted) && (!Array.isArray(found) || found.length !== wanted.length))
    return `${path || 'the answer'} has another length`;
  for (const [name, value] of Object.entries(wanted)) {
    const inside = (found as Readonly<Record<string, unknown>>)[name];
    const missing = missingIn(inside, value, path === '' ? name : `${path}.${name}`);
    if (missing !== null) return missing;
  }
  return null;
}
