import { NULL_ID } from '../kernel/brand.ts';
import { rfc3339 } from '../kernel/instant.ts';
import type { Cell, Machine } from './machine.ts';
import type { Queue } from './queue.ts';
import * as moves from './queue_moves.ts';

type Known =
  | 'queuecall_entered'
  | 'queuecall_back'
  | 'queuecall_served'
  | 'queuecall_left'
  | 'agents_found'
  | 'agent_refused'
  | 'agent_came'
  | 'queue_written'
  | 'delete_asked'
  | 'timer_fired';
type Row = { readonly [Type in Known]: Cell<Queue, Type> };

/** Whether anybody waits follows from the line: the moves look at that alone. */
const ROW: Row = {
  queuecall_entered: moves.enter,
  queuecall_back: moves.back,
  queuecall_served: moves.serve,
  queuecall_left: moves.leave,
  agents_found: moves.assign,
  agent_refused: moves.back,
  agent_came: moves.agentCame,
  queue_written: moves.write,
  delete_asked: moves.remove,
  timer_fired: moves.fire,
};

/** Calls that wait for agents, as the engine runs it. */
export const queueMachine: Machine<Queue> = {
  kind: 'queue',
  ended_by: { type: 'delete_asked' },
  table: { idle: ROW, waiting: ROW },
  isLive: ({ line, serving }) => line.length + serving.length > 0,
  wants: () => false,
  newsOf: (before, after) => {
    if (after.tm_delete !== null) return before.tm_delete === null ? ['queue_deleted'] : [];
    return isWritten(before, after) ? ['queue_updated'] : [];
  },
  show: publicQueue,
};

const WRITTEN = [
  'name',
  'detail',
  'routing_method',
  'tag_ids',
  'wait_flow_id',
  'wait_timeout_ms',
  'service_timeout_ms',
  'ring_timeout_ms',
  'wrap_up_ms',
  'threshold_ms',
] as const;

function isWritten(before: Queue, after: Queue): boolean {
  return WRITTEN.some((name) => before[name] !== after[name]);
}

/** A queue as customers see it, in VoIPBIN's words. Spans in milliseconds. */
function publicQueue(queue: Queue): Record<string, unknown> {
  const { totals } = queue;
  return {
    id: queue.id,
    customer_id: queue.customer_id,
    name: queue.name,
    detail: queue.detail,
    routing_method: queue.routing_method,
    tag_ids: queue.tag_ids,
    wait_flow_id: queue.wait_flow_id ?? NULL_ID,
    wait_timeout: queue.wait_timeout_ms,
    service_timeout: queue.service_timeout_ms,
    ring_timeout: queue.ring_timeout_ms,
    wrap_up_timeout: queue.wrap_up_ms,
    service_level_threshold: queue.threshold_ms,
    wait_queuecall_ids: queue.line.map(({ queuecall_id }) => queuecall_id),
    service_queuecall_ids: queue.serving,
    total_incoming_count: totals.incoming_count,
    total_serviced_count: totals.serviced_count,
    total_abandoned_count: totals.abandoned_count,
    tm_create: rfc3339(queue.tm_create),
    tm_update: rfc3339(queue.tm_update),
    tm_delete: rfc3339(queue.tm_delete),
  };
}
