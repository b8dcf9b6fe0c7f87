import type { Clock } from '../../kernel/clock.ts';
import type { CustomerId } from '../../kernel/brand.ts';
import { maySpawn } from '../../calls/call.ts';
import type { Effect } from '../../calls/effects.ts';
import type { Reply } from '../../calls/events.ts';
import type { QueuecallOrder } from '../../calls/group_facts.ts';
import type { Queue } from '../../groups/queue.ts';
import { openQueuecall } from '../../groups/queuecall_moves.ts';
import type { GroupStore } from '../../store/groups.ts';
import type { OutboxRow } from '../../store/journal.ts';
import type { Flow } from '../../store/rows.ts';
import type { Shelf } from '../../store/store.ts';
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
  const queue = await queueOf(groups, row.customer_id, order.queue_id);
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

/** What a call is to know of a queue that it comes into, or waits in: see Effect.queue_read. */
export async function readQueue(
  { groups, flows }: { readonly groups: GroupStore; readonly flows: Shelf<Flow> },
  { customer_id }: Pick<OutboxRow, 'customer_id'>,
  order: Extract<Effect, { do: 'queue_read' }>,
): Promise<Reply> {
  const queue = await queueOf(groups, customer_id, order.queue_id);
  if (queue === null) return { ok: false, error: 'nobody has made it, or it was deleted' };
  const { name, detail, line, wait_flow_id, wait_timeout_ms, service_timeout_ms } = queue;
  const flow = wait_flow_id === null ? null : await flows.get(customer_id, wait_flow_id);
  const place = line.findIndex(({ queuecall_id }) => queuecall_id === order.queuecall_id);
  const text = {
    name,
    detail,
    wait_timeout: wait_timeout_ms,
    service_timeout: service_timeout_ms,
    ahead: place === -1 ? line.length : place,
    actions: flow?.actions ?? [],
  };
  return { ok: true, status_code: 200, body: JSON.stringify(text) };
}

/** A queue that a call may come into; null where it is another customer's, deleted, or none. */
function queueOf(
  groups: GroupStore,
  customer_id: CustomerId,
  queue_id: string,
): Promise<Queue | null> {
  return groups.get(customer_id, 'queue', queue_id);
}
