import type { Store } from '../store/store.ts';
import type { Groups } from './groups/groups.ts';
import { expireRecordings } from './groups/retention.ts';
import { type Chore, forgetKeys } from './janitor.ts';

/** All that is thrown away when it has been kept long enough. */
export function choresOf(
  store: Pick<Store, 'groups' | 'idempotency'>,
  groups: Pick<Groups, 'tell'>,
  { recordings_days }: { readonly recordings_days: number },
): Chore[] {
  return [
    forgetKeys(store.idempotency),
    ...expireRecordings(groups, store.groups, recordings_days),
  ];
}
