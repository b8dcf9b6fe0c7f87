import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import type { AccessKey } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { makeRecall } from './recall.ts';
import { hashOf, isPlausible } from './token.ts';

/** Finds the key a token stands for. */
export interface Keyring {
  /** Null when there is none, or it was revoked. Whether it has expired is not looked at. */
  find(token: string): Promise<AccessKey | null>;
  /** Whether asking needs no look into the store for a token never seen before. */
  isKnown(token: string): boolean;
  /** Whether a key that was found is neither revoked nor expired by now. */
  holds(key: AccessKey): Promise<boolean>;
  forget(): void;
}

/**
 * A token that cannot be one of ours is turned away without a look into the store. `own` is the
 * operator's bootstrap key, which may look like anything.
 */
export function makeKeyring(
  keys: Store['shelves']['keys'],
  clock: Clock,
  own: string | null,
): Keyring {
  const own_hash = own === null ? null : hashOf(own);
  const mayBe = (token: string): boolean => isPlausible(token) || hashOf(token) === own_hash;
  const recall = makeRecall(clock, async (hash) => {
    const { rows } = await keys.list('all', { hash }, { size: 1, before: null });
    return rows[0] ?? null;
  });
  return {
    find: async (token) => {
      if (!mayBe(token)) return null;
      const hash = hashOf(token);
      const key = await recall.get(hash);
      return key !== null && isSame(key.hash, hash) ? key : null;
    },
    isKnown: (token) => !mayBe(token) || recall.knows(hashOf(token)),
    holds: async ({ hash, tm_expire }) =>
      (tm_expire === null || tm_expire > clock.wall()) && (await recall.get(hash)) !== null,
    forget: () => recall.forget(),
  };
}

function isSame(stored: string, given: string): boolean {
  const [a, b] = [Buffer.from(stored), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
