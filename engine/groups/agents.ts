import type { CustomerId, EventId, GroupId, TagId } from '../../kernel/brand.ts';
import type { FreeAgent } from '../../calls/queue_facts.ts';
import type { Agent } from '../../groups/agent.ts';
import type { Queue } from '../../groups/queue.ts';
import type { GroupStore } from '../../store/groups.ts';
import type { OutboxRow } from '../../store/journal.ts';
import type { Page, PageQuery } from '../../store/page.ts';
import type { GroupLoop } from './loop.ts';

export interface AgentDeskParts {
  readonly loop: GroupLoop;
  readonly groups: GroupStore;
}

/** Rows read at once. */
const PAGE = 200;

/** Tells a queue which agents are free just now. Who was free may be taken when it asks. */
export async function findAgents({ loop, groups }: AgentDeskParts, row: OutboxRow): Promise<void> {
  const { customer_id } = row;
  const group_id = row.call_id as string as GroupId;
  const queue = (await groups.load(group_id))?.group ?? null;
  if (queue?.kind !== 'queue') return;
  const agents: FreeAgent[] = [];
  for await (const { id, tag_ids, tm_status } of available(groups, customer_id))
    if (shares(tag_ids, queue.tag_ids)) agents.push({ agent_id: id, since: tm_status });
  const id = `x:${row.id}` as EventId;
  await loop.handle({ group_id, customer_id, id, fact: { type: 'agents_found', agents } });
}

/** Tells the queues in which somebody waits that one of their agents may be free. */
export async function rouseQueues(
  { loop, groups }: AgentDeskParts,
  row: OutboxRow,
  tag_ids: readonly TagId[],
): Promise<void> {
  const { customer_id } = row;
  const id = `x:${row.id}` as EventId;
  for await (const queue of waiting(groups, customer_id))
    if (shares(queue.tag_ids, tag_ids))
      await loop.handle({ group_id: queue.id, customer_id, id, fact: { type: 'agent_came' } });
}

function available(groups: GroupStore, customer_id: CustomerId): AsyncIterable<Agent> {
  const asked = { kind: 'agent', filter: { status: 'available' } } as const;
  return everyOf((page) => groups.list(customer_id, asked, page));
}

function waiting(groups: GroupStore, customer_id: CustomerId): AsyncIterable<Queue> {
  const asked = { kind: 'queue', filter: { status: 'waiting' } } as const;
  return everyOf((page) => groups.list(customer_id, asked, page));
}

async function* everyOf<Row>(read: (page: PageQuery) => Promise<Page<Row>>): AsyncIterable<Row> {
  let before: PageQuery['before'] = null;
  do {
    const page: Page<Row> = await read({ size: PAGE, before });
    yield* page.rows;
    before = page.next;
  } while (before !== null);
}

function shares(some: readonly TagId[], others: readonly TagId[]): boolean {
  return some.some((tag) => others.includes(tag));
}
