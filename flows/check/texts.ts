import type { Spot } from '../action.ts';
import { placesIn } from '../variables.ts';
import type { Read } from './reading.ts';

/** The texts of an option in which variables are to be filled in, wherever they lie. */
export function textsOf({ option, verb }: Read): readonly Spot[] {
  const found: Spot[] = [];
  const keeps = verb?.kind.keeps ?? [];
  for (const [name, part] of Object.entries(option ?? {}))
    if (!keeps.includes(name)) gather(part, [name], found);
  return found;
}

function gather(part: unknown, path: readonly string[], found: Spot[]): void {
  if (typeof part === 'string') {
    if (part.includes('${')) found.push({ pointer: pointerTo(path), text: part });
  } else if (typeof part === 'object' && part !== null)
    for (const [name, inner] of Object.entries(part)) gather(inner, [...path, name], found);
}

function pointerTo(path: readonly string[]): string {
  return path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Variables an action reads, each with the place it is read at. */
export function readsOf(read: Read): readonly Spot[] {
  const filled = textsOf(read).flatMap(({ pointer, text }) =>
    placesIn(text).map(({ name }) => ({ pointer, text: name })),
  );
  return [...filled, ...(read.outlook.reads ?? [])];
}
