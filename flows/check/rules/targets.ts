import type { Finding } from '../finding.ts';
import { about, type Draft, isDynamic, isEnd, type Read } from '../reading.ts';

const MISSING = 'names no action of this flow';

/** Every action that is named is there. */
export function targetFindings(read: Read, { places }: Draft): readonly Finding[] {
  const isThere = (id: string): boolean => isEnd(id) || places.has(id);
  const missing = (read.outlook.targets ?? [])
    .filter(({ action_id }) => !isDynamic(action_id) && !isThere(action_id))
    .map(({ pointer }) =>
      about(read, 'target_missing', { pointer: `/option${pointer}`, message: MISSING }),
    );
  const next_id = read.members['next_id'] ?? null;
  const known = next_id === null || (typeof next_id === 'string' && isThere(next_id));
  if (known || (typeof next_id === 'string' && read.next_id === null)) return missing;
  return [...missing, about(read, 'next_missing', { pointer: '/next_id', message: MISSING })];
}
