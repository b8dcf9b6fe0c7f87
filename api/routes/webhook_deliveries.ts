import type { EndpointId } from '../../kernel/brand.ts';
import { rfc3339 } from '../../kernel/instant.ts';
import type { DeliveryRow, DeliveryTry } from '../../store/journal.ts';
import type { DeliveryFilter } from '../../store/store.ts';
import { bodyOf } from '../../webhooks/body.ts';
import { given, instantOf, listed, scopeOf } from '../lists.ts';
import { answer, NOT_FOUND, refuse, type Serve } from '../operation.ts';

export const listWebhookDeliveries: Serve<'listWebhookDeliveries'> = (ask, { store }) => {
  const { endpoint_id, status, event_type, reference_id, created_after, created_before } =
    ask.query;
  const filter = given<DeliveryFilter>({
    endpoint_id: endpoint_id as EndpointId | undefined,
    status,
    notice_type: event_type,
    order_key: reference_id,
    created_after: created_after === undefined ? undefined : instantOf(created_after),
    created_before: created_before === undefined ? undefined : instantOf(created_before),
  });
  return listed(ask.query, (page) => store.deliveries.list(scopeOf(ask), filter, page), rowJson);
};

export const getWebhookDelivery: Serve<'getWebhookDelivery'> = async (ask, { store }) => {
  const row = await store.deliveries.get(scopeOf(ask), ask.id);
  if (row === null) return NOT_FOUND;
  const notice = (await store.deliveries.notices([row])).get(row.notice_id);
  const body = notice === undefined ? null : (JSON.parse(bodyOf(notice)) as unknown);
  return answer({ ...rowJson(row), tries: row.tries.map(tryJson), body });
};

export const replayWebhookDelivery: Serve<'replayWebhookDelivery'> = async (ask, desk) => {
  const row = await desk.store.deliveries.get(scopeOf(ask), ask.id);
  if (row === null) return NOT_FOUND;
  const endpoint = await desk.store.shelves.endpoints.get(row.customer_id, row.endpoint_id);
  if (endpoint === null) return refuse('conflict', null, 'the endpoint has been deleted');
  await desk.exchange.replay(endpoint, [row]);
  const now = await desk.store.deliveries.get(row.customer_id, row.id);
  return answer(rowJson(now ?? row), 202);
};

function rowJson(row: DeliveryRow): object {
  return {
    id: row.id,
    customer_id: row.customer_id,
    endpoint_id: row.endpoint_id,
    event_id: row.notice_id,
    event_type: row.notice_type,
    reference_id: row.order_key,
    sequence: row.sequence,
    status: row.status,
    tries_count: row.tries.length,
    last_status_code: row.tries.at(-1)?.status_code ?? null,
    tm_create: rfc3339(row.tm_create),
    tm_next: rfc3339(row.next_at),
  };
}

function tryJson({ at, ...rest }: DeliveryTry): object {
  const { trigger, status_code, duration_ms, error, response } = rest;
  return { trigger, status_code, duration_ms, error, response, tm_try: rfc3339(at) };
}
