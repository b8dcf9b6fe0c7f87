import type { Finding } from '../finding.ts';
import { about, type Draft, isEnd, type Read } from '../reading.ts';

const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const SHAPE = 'must be 1 to 64 letters, digits, "_", "." or "-"';

/** An id is a name that no other action has. */
export function idFindings(read: Read, { places }: Draft): readonly Finding[] {
  const { id, index, members } = read;
  const wrong = (code: Parameters<typeof about>[1], message: string): Finding[] => [
    about(read, code, { pointer: '/id', message }),
  ];
  if (id === null) {
    const written = members['id'];
    const none = written === undefined || typeof written === 'string';
    return none ? [] : wrong('id_invalid', 'must be a string');
  }
  if (isEnd(id)) return wrong('id_reserved', 'is reserved');
  if (!ID.test(id)) return wrong('id_invalid', SHAPE);
  const first = places.get(id);
  return first === index ? [] : wrong('id_duplicate', `is the id of action ${first} too`);
}
