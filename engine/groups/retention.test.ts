import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Instant } from '../../kernel/brand.ts';
import type { GroupFact } from '../../calls/group_facts.ts';
import type { Recording } from '../../groups/recording.ts';
import type { Scope } from '../../store/page.ts';
import { expireRecordings } from './retention.ts';

const DAY_MS = 86_400_000;

it('recordings that ended long ago are deleted, page by page; none where it is 0', async () => {
  const ended = [9, 5, 1].map((tm_end, place) => ({ id: `r${place}`, customer_id: 'c', tm_end }));
  const asked: unknown[] = [];
  const groups = {
    list: (_scope: Scope, { filter }: { readonly filter: unknown }, page: { before: unknown }) => {
      asked.push(filter);
      const first = page.before === null;
      const rows = (first ? ended.slice(0, 2) : ended.slice(2)) as unknown as Recording[];
      return Promise.resolve({ rows, next: first ? { at: 5 as Instant, id: 'r1' } : null });
    },
  };
  const told: string[] = [];
  const tell = (_scope: Scope, { id }: { readonly id: string }, { type }: GroupFact) => {
    told.push(`${id} ${type}`);
    return Promise.resolve(null);
  };
  const [chore] = expireRecordings({ tell } as never, groups as never, 30);
  await chore?.[1]((6 + 30 * DAY_MS) as Instant);
  assert.deepEqual(told, ['r1 delete_asked', 'r2 delete_asked']);
  assert.deepEqual(asked[0], { status: 'ended', created_before: 6 });
  assert.deepEqual(expireRecordings({ tell } as never, groups as never, 0), []);
});
