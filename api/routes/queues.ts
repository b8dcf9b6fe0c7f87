import type { CustomerId, FlowId, GroupId } from '../../kernel/brand.ts';
import { NULL_ID } from '../../kernel/brand.ts';
import { rfc3339 } from '../../kernel/instant.ts';
import { type Refusal, refusal } from '../../kernel/refusal.ts';
import type { GroupFact } from '../../calls/group_facts.ts';
import type { QueueSettings } from '../../calls/queue_facts.ts';
import { figuresOf, type Queue } from '../../groups/queue.ts';
import { openQueue } from '../../groups/queue_moves.ts';
import type { OperationId } from '../contract.ts';
import { groupJson } from '../../engine/groups/view.ts';
import type { Desk } from '../desk.ts';
import { listed, scopeOf } from '../lists.ts';
import { answer, type Ask, type BodyOf, NOT_FOUND, refuse, type Serve } from '../operation.ts';
import type { Outcome } from '../operation.ts';
import { CONFLICT, idOf } from '../shelving.ts';
import { tagsOf } from '../tag_input.ts';

export const createQueue: Serve<'createQueue'> = async (ask, desk) => {
  const { customer_id } = ask;
  if ((await desk.customer(customer_id)) === null) return refuse('not_found', 'customer_id');
  const settings = await settingsOf(ask.body, customer_id, desk);
  if ('code' in settings) return { refused: settings };
  const id = idOf(ask, 'queue') as GroupId;
  const made = { id, customer_id, tm_create: desk.clock.now() };
  await desk.exchange.openGroup(openQueue({ ...settings, ...made }));
  const queue = await desk.store.groups.get(customer_id, 'queue', id);
  return queue === null ? CONFLICT : answer(groupJson(queue), 201);
};

export const listQueues: Serve<'listQueues'> = (ask, { store }) => {
  const asked = { kind: 'queue', filter: {} } as const;
  return listed(ask.query, (page) => store.groups.list(scopeOf(ask), asked, page), groupJson);
};

export const getQueue: Serve<'getQueue'> = async (ask, { store }) => {
  const queue = await store.groups.get(scopeOf(ask), 'queue', ask.id);
  return queue === null ? NOT_FOUND : answer(groupJson(queue));
};

export const replaceQueue: Serve<'replaceQueue'> = async (ask, desk) => {
  const queue = await desk.store.groups.get(scopeOf(ask), 'queue', ask.id);
  if (queue === null) return NOT_FOUND;
  const settings = await settingsOf(ask.body, queue.customer_id, desk);
  return 'code' in settings ? { refused: settings } : written(ask, desk, settings);
};

export const deleteQueue: Serve<'deleteQueue'> = (ask, desk) =>
  told(ask, desk, { type: 'delete_asked' });

export const setQueueRoutingMethod: Serve<'setQueueRoutingMethod'> = (ask, desk) =>
  written(ask, desk, { routing_method: ask.body.routing_method });

export const setQueueTagIds: Serve<'setQueueTagIds'> = async (ask, desk) => {
  const queue = await desk.store.groups.get(scopeOf(ask), 'queue', ask.id);
  if (queue === null) return NOT_FOUND;
  const tag_ids = await tagsOf(ask.body.tag_ids, queue.customer_id, desk);
  return 'code' in tag_ids ? { refused: tag_ids } : written(ask, desk, { tag_ids });
};

export const getQueueStatistics: Serve<'getQueueStatistics'> = async (ask, { store }) => {
  const queue = await store.groups.get(scopeOf(ask), 'queue', ask.id);
  return queue === null ? NOT_FOUND : answer(statisticsJson(queue));
};

function statisticsJson(queue: Queue): object {
  const figures = figuresOf(queue);
  const { totals } = figures;
  return {
    queue_id: queue.id,
    waiting_count: figures.waiting_count,
    service_count: figures.service_count,
    total_incoming_count: totals.incoming_count,
    total_serviced_count: totals.serviced_count,
    total_abandoned_count: totals.abandoned_count,
    wait_average: figures.wait_ms_average,
    wait_longest: totals.wait_ms_max,
    service_average: figures.service_ms_average,
    service_level_threshold: queue.threshold_ms,
    answered_within_threshold_count: totals.within_count,
    service_level_percent: figures.service_level_percent,
    tm_since: rfc3339(queue.tm_create),
  };
}

async function settingsOf(
  body: BodyOf<'createQueue'>,
  customer_id: CustomerId,
  desk: Desk,
): Promise<QueueSettings | Refusal> {
  const tag_ids = await tagsOf(body.tag_ids, customer_id, desk);
  if ('code' in tag_ids) return tag_ids;
  const flow_id = body.wait_flow_id === NULL_ID ? null : (body.wait_flow_id as FlowId);
  const flow = flow_id === null ? null : await desk.store.shelves.flows.get(customer_id, flow_id);
  if (flow_id !== null && flow === null) return refusal('flow_not_found', '/wait_flow_id');
  return {
    name: body.name,
    detail: body.detail,
    routing_method: body.routing_method,
    tag_ids,
    wait_flow_id: flow_id,
    wait_timeout_ms: body.wait_timeout,
    service_timeout_ms: body.service_timeout,
    ring_timeout_ms: body.ring_timeout,
    wrap_up_ms: body.wrap_up_timeout,
    threshold_ms: body.service_level_threshold,
  };
}

function written<Id extends OperationId>(
  ask: Ask<Id>,
  desk: Desk,
  settings: Partial<QueueSettings>,
): Promise<Outcome> {
  return told(ask, desk, { type: 'queue_written', settings });
}

async function told<Id extends OperationId>(
  ask: Ask<Id>,
  { exchange }: Desk,
  fact: GroupFact,
): Promise<Outcome> {
  const queue = await exchange.tellGroup(scopeOf(ask), { kind: 'queue', id: ask.id }, fact);
  return queue === null ? NOT_FOUND : answer(groupJson(queue));
}
