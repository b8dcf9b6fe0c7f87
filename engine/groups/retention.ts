import type { Instant } from '../../kernel/brand.ts';
import type { Recording } from '../../groups/recording.ts';
import type { GroupStore } from '../../store/groups.ts';
import type { Page, PageQuery } from '../../store/page.ts';
import type { Chore } from '../janitor.ts';
import type { Groups } from './groups.ts';

const DAY_MS = 86_400_000;
const PAGE = 200;

/** Recordings that were kept so many days since they ended are deleted; none where it is 0. */
export function expireRecordings(
  told: Pick<Groups, 'tell'>,
  groups: Pick<GroupStore, 'list'>,
  days: number,
): Chore[] {
  if (days === 0) return [];
  const clear = async (before: Instant): Promise<void> => {
    const asked = {
      kind: 'recording',
      filter: { status: 'ended', created_before: before },
    } as const;
    let place: PageQuery['before'] = null;
    do {
      const page: Page<Recording> = await groups.list('all', asked, { size: PAGE, before: place });
      for (const { id, customer_id, tm_end, tm_create } of page.rows)
        if ((tm_end ?? tm_create) < before)
          await told.tell(customer_id, { kind: 'recording', id }, { type: 'delete_asked' });
      place = page.next;
    } while (place !== null);
  };
  const sweep = (now: Instant): Promise<void> => clear((now - days * DAY_MS) as Instant);
  return [['old recordings could not be removed', sweep]];
}
