import type { Spot } from '../action.ts';
import { placesIn } from '../variables.ts';
import type { Read } from './reading.ts';

/** The texts of an option in which variables are filled in, wherever they lie. */
export function textsOf({ option, verb }: Read): readonly Spot[] {
  const keeps = verb?.kind.keeps ?? [];
  const members = typeof option === 'object' && option !== null ? Object.entries(option) : [];
  return members
    .filter(([name]) => !keeps.includes(name))
    .flatMap(([name, part]) => textsIn(part, `/${escaped(name)}`));
}

function textsIn(part: unknown, pointer: string): readonly Spot[] {
  if (typeof part === 'string') return part.includes('${') ? [{ pointer, text: part }] : [];
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, inner]) =>
    textsIn(inner, `${pointer}/${escaped(name)}`),
  );
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Variables an action reads, each with the place it is read at. */
export function readsOf(read: Read): readonly Spot[] {
  const filled = textsOf(read).flatMap(({ pointer, text }) =>
    placesIn(text).map(({ name }) => ({ pointer, text: name })),
  );
  return [...filled, ...(read.outlook.reads ?? [])];
}
