import type { Finding } from '../finding.ts';
import { about, type Read } from '../reading.ts';

const MEMBERS = new Set(['id', 'next_id', 'type', 'option']);

/** An action is an object with the members actions have, and of a type there is. */
export function shapeFindings(read: Read): readonly Finding[] {
  const { written, members, verb } = read;
  if (typeof written !== 'object' || written === null || Array.isArray(written))
    return [about(read, 'action_invalid', { pointer: '', message: 'must be an object' })];
  const strangers = Object.keys(written)
    .filter((name) => !MEMBERS.has(name))
    .map((name) =>
      about(read, 'action_invalid', {
        pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        message: 'is not a known field',
      }),
    );
  if (!('type' in members))
    return [
      ...strangers,
      about(read, 'action_invalid', { pointer: '/type', message: 'is missing' }),
    ];
  if (verb !== null) return strangers;
  return [
    ...strangers,
    about(read, 'action_unknown', { pointer: '/type', message: 'is not a known action' }),
  ];
}
