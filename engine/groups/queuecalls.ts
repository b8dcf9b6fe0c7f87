import type { Clock } from '../../kernel/clock.ts';
import { maySpawn } from '../../calls/call.ts';
import type { QueuecallOrder } from '../../calls/group_facts.ts';
import type { Queue } from '../../groups/queue.ts';
import { openQueuecall } from '../../groups/queuecall_moves.ts';
import type { GroupStore } from '../../store/groups.ts';
import type { OutboxRow } from '../../store/journal.ts';
import type { Loop } from '../loop.ts';
import type { GroupLoop } from './loop.ts';

export interface QueuecallParts {
  readonly calls: Loop;
  readonly loop: GroupLoop;
  readonly groups: GroupStore;
  readonly clock: Clock;
}

/** Takes a call into a queue of its customer; null, or the code of why it cannot be taken. */
export async function openQueuecallFor(
  { calls, loop, groups, clock }: QueuecallParts,
  row: OutboxRow,
  order: QueuecallOrder,
): Promise<string | null> {
  const call = (await calls.current(row.call_id))?.call ?? null;
  if (call === null || !maySpawn(call)) return 'master_ended';
  const queue = await queueOf(groups, row, order.queue_id);
  if (queue === null) return 'queue_not_found';
  const { wait_timeout_ms, service_timeout_ms, ring_timeout_ms, wrap_up_ms } = queue;
  const step = openQueuecall({
    id: order.group_id,
    customer_id: call.customer_id,
    parent_id: queue.id,
    reference_id: call.id,
    activeflow_id: call.activeflow_id,
    room_id: order.room_id,
    source: call.source,
    wait_timeout_ms,
    service_timeout_ms,
    ring_timeout_ms,
    wrap_up_ms,
    hops: call.passage.hops,
    max_duration_ms: call.talk_ms_max,
    test: call.test,
    tm_create: clock.now(),
  });
  await loop.open(step);
  return null;
}

/** A queue that a call may come into; null where it is another customer's, deleted, or none. */
export async function queueOf(
  groups: GroupStore,
  { customer_id }: Pick<OutboxRow, 'customer_id'>,
  queue_id: string,
): Promise<Queue | null> {
  return groups.get(customer_id, 'queue', queue_id);
}
