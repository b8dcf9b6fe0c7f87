import type { EndpointId, Instant } from '../../kernel/brand.ts';
import { rfc3339 } from '../../kernel/instant.ts';
import { refusal } from '../../kernel/refusal.ts';
import { sealedFor } from '../../engine/vault.ts';
import type { Endpoint } from '../../store/rows.ts';
import type { Page, PageQuery } from '../../store/page.ts';
import type { DeliveryRow } from '../../store/journal.ts';
import type { DeliveryFilter } from '../../store/store.ts';
import { given, instantOf, listed, scopeOf } from '../lists.ts';
import type { Desk } from '../desk.ts';
import { answer, type Ask, type BodyOf, NOT_FOUND, refuse, type Serve } from '../operation.ts';
import { mintSecret, openedEndpoint } from '../endpoints.ts';
import { CONFLICT, datesJson, deleted, idOf, replaced } from '../shelving.ts';

/** Every event becomes a delivery to each of them: one customer must not multiply our work. */
const ENDPOINTS_MAX = 25;
const TOO_MANY = `a customer has at most ${ENDPOINTS_MAX} webhook endpoints`;

export const createWebhookEndpoint: Serve<'createWebhookEndpoint'> = async (ask, desk) => {
  if ((await desk.customer(ask.customer_id)) === null) return refuse('not_found', 'customer_id');
  const why = desk.sender.refusal(ask.body.url);
  if (why !== null) return refuse('url_refused', '/url', `/url ${why}`);
  const page = { size: ENDPOINTS_MAX, before: null };
  const { rows } = await desk.store.shelves.endpoints.list(ask.customer_id, {}, page);
  if (rows.length === ENDPOINTS_MAX) return refuse('conflict', null, TOO_MANY);
  const { row, secret } = openedEndpoint(desk, {
    id: idOf(ask, 'endpoint') as EndpointId,
    customer_id: ask.customer_id,
    ...written(ask.body),
  });
  if (!(await desk.store.shelves.endpoints.insert(row))) return CONFLICT;
  desk.exchange.endpointChanged(row.id);
  return answer({ ...endpointJson(row), secret }, 201);
};

export const listWebhookEndpoints: Serve<'listWebhookEndpoints'> = (ask, { store }) =>
  listed(ask.query, (page) => store.shelves.endpoints.list(scopeOf(ask), {}, page), endpointJson);

export const getWebhookEndpoint: Serve<'getWebhookEndpoint'> = async (ask, { store }) => {
  const row = await store.shelves.endpoints.get(scopeOf(ask), ask.id);
  return row === null ? NOT_FOUND : answer(endpointJson(row));
};

export const replaceWebhookEndpoint: Serve<'replaceWebhookEndpoint'> = async (ask, desk) => {
  const { endpoints } = desk.store.shelves;
  const was = await endpoints.get(scopeOf(ask), ask.id);
  if (was === null) return NOT_FOUND;
  const why = desk.sender.refusal(ask.body.url);
  if (why !== null) return refuse('url_refused', '/url', `/url ${why}`);
  const row = await replaced(endpoints, { ...was, ...written(ask.body) }, desk);
  if (row === null) return CONFLICT;
  desk.exchange.endpointChanged(row.id);
  return answer(endpointJson(row));
};

export const deleteWebhookEndpoint: Serve<'deleteWebhookEndpoint'> = async (ask, desk) => {
  const { endpoints } = desk.store.shelves;
  const was = await endpoints.get(scopeOf(ask), ask.id);
  if (was === null) return NOT_FOUND;
  // First: cut short here, the endpoint is one like any other and can be deleted once more.
  if (!(await unlinked(was, desk))) return CONFLICT;
  const row = await deleted(endpoints, was.customer_id, { id: was.id, desk });
  if (row === null) return NOT_FOUND;
  desk.exchange.endpointChanged(row.id);
  return answer(endpointJson(row));
};

/** Where the customer's webhook_uri stands for the endpoint, it goes too. False: try again. */
async function unlinked({ id, customer_id }: Endpoint, desk: Desk): Promise<boolean> {
  const { customers } = desk.store.shelves;
  const owner = await customers.get('all', customer_id);
  if (owner === null || owner.webhook_endpoint_id !== id) return true;
  const next = {
    ...owner,
    webhook_uri: '',
    webhook_method: '',
    webhook_endpoint_id: null,
  } as const;
  if ((await replaced(customers, next, desk)) === null) return false;
  desk.customersChanged(customer_id);
  return true;
}

export const rotateWebhookSecret: Serve<'rotateWebhookSecret'> = async (ask, desk) => {
  const { endpoints } = desk.store.shelves;
  const was = await endpoints.get(scopeOf(ask), ask.id);
  if (was === null) return NOT_FOUND;
  const { overlap_s = 0 } = ask.body as BodyOf<'rotateWebhookSecret'> & object;
  const secret = mintSecret(desk.chance);
  const next: Endpoint = {
    ...was,
    secret_sealed: desk.vault.seal(secret, sealedFor(was.customer_id, was.id)),
    old_secret_sealed: overlap_s === 0 ? null : was.secret_sealed,
    tm_old_secret_expire:
      overlap_s === 0 ? null : ((desk.clock.now() + overlap_s * 1_000) as Instant),
  };
  const row = await replaced(endpoints, next, desk);
  if (row === null) return CONFLICT;
  desk.exchange.endpointChanged(row.id);
  return answer({ ...endpointJson(row), secret });
};

/** More than this is not sent again at once: the answer says that there is more. */
const REPLAY_MAX = 10_000;
const REPLAY_PAGE = 100;
const BACKWARDS = '/created_before must be later than /created_after';

export const replayWebhookEndpoint: Serve<'replayWebhookEndpoint'> = async (ask, desk) => {
  const endpoint = await desk.store.shelves.endpoints.get(scopeOf(ask), ask.id);
  if (endpoint === null) return NOT_FOUND;
  const range = rangeOf(ask, endpoint);
  const { created_after: from, created_before: to } = range;
  if (from !== undefined && to !== undefined && to <= from)
    return { refused: refusal('invalid_request', '/created_before', BACKWARDS) };
  const { rows, complete } = await rowsOf(desk, endpoint, range);
  // Together, so that those of one call go in their order, whichever page they were on.
  await desk.exchange.replay(endpoint, rows);
  return answer({ count: rows.length, complete }, 202);
};

async function rowsOf(
  { store }: Desk,
  { customer_id }: Endpoint,
  range: DeliveryFilter,
): Promise<{ rows: readonly DeliveryRow[]; complete: boolean }> {
  const rows: DeliveryRow[] = [];
  let before: PageQuery['before'] = null;
  do {
    const page: Page<DeliveryRow> = await store.deliveries.list(customer_id, range, {
      size: REPLAY_PAGE,
      before,
    });
    rows.push(...page.rows);
    before = page.next;
  } while (before !== null && rows.length < REPLAY_MAX);
  return { rows, complete: before === null };
}

function rangeOf({ body }: Ask<'replayWebhookEndpoint'>, { id }: Endpoint): DeliveryFilter {
  const { created_after, created_before, status } = body;
  return given<DeliveryFilter>({
    endpoint_id: id,
    status: status,
    created_after: instantOf(created_after),
    created_before: created_before === undefined ? undefined : instantOf(created_before),
    notice_type: undefined,
    order_key: undefined,
  });
}

/** What an endpoint is told to be. Enabling one forgets why it was switched off. */
function written(
  body: BodyOf<'replaceWebhookEndpoint'>,
): Pick<
  Endpoint,
  'name' | 'url' | 'method' | 'event_types' | 'enabled' | 'disabled_reason' | 'tm_failing_since'
> {
  const { name, url, method, event_types, enabled } = body;
  const disabled_reason = enabled ? '' : 'manual';
  return { name, url, method, event_types, enabled, disabled_reason, tm_failing_since: null };
}

function endpointJson(row: Endpoint): object {
  return {
    id: row.id,
    customer_id: row.customer_id,
    name: row.name,
    url: row.url,
    method: row.method,
    event_types: row.event_types,
    enabled: row.enabled,
    disabled_reason: row.disabled_reason,
    tm_failing_since: rfc3339(row.tm_failing_since),
    tm_old_secret_expire: rfc3339(row.tm_old_secret_expire),
    ...datesJson(row),
  };
}
