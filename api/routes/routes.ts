import type { CustomerId, ProviderId, RouteId } from '../../kernel/brand.ts';
import { type Refusal, refusal } from '../../kernel/refusal.ts';
import type { Candidate } from '../../calls/call.ts';
import { publicPrice } from '../../calls/public.ts';
import { PLATFORM, type Route } from '../../store/rows.ts';
import type { Desk } from '../desk.ts';
import { programOf } from '../flow_input.ts';
import { given, listed, scopeOf } from '../lists.ts';
import { answer, type BodyOf, NOT_FOUND, type Serve } from '../operation.ts';
import { priceOf } from '../prices.ts';
import { CONFLICT, dates, datesJson, deleted, idOf, replaced, stored } from '../shelving.ts';

type Body = BodyOf<'replaceRoute'>;

export const createRoute: Serve<'createRoute'> = async (ask, desk) => {
  const customer_id = (ask.body.customer_id ?? PLATFORM) as CustomerId;
  if (customer_id !== PLATFORM && (await desk.customer(customer_id)) === null)
    return { refused: refusal('not_found', '/customer_id') };
  const wrong = await unknownProvider(ask.body, desk);
  if (wrong !== null) return { refused: wrong };
  const id = idOf(ask, 'route') as RouteId;
  const row: Route = { id, customer_id, ...written(ask.body), ...dates(desk) };
  const outcome = await stored(desk.store.shelves.routes, row, routeJson);
  desk.exchange.changed('routing', id);
  return outcome;
};

export const listRoutes: Serve<'listRoutes'> = (ask, { store }) => {
  const provider_id = ask.query.provider_id as ProviderId | undefined;
  const match = given<Partial<Route>>({ provider_id });
  return listed(
    ask.query,
    (page) => store.shelves.routes.list(scopeOf(ask), match, page),
    routeJson,
  );
};

export const getRoute: Serve<'getRoute'> = async (ask, { store }) => {
  const row = await store.shelves.routes.get(scopeOf(ask), ask.id);
  return row === null ? NOT_FOUND : answer(routeJson(row));
};

export const replaceRoute: Serve<'replaceRoute'> = async (ask, desk) => {
  const { routes } = desk.store.shelves;
  const was = await routes.get(scopeOf(ask), ask.id);
  if (was === null) return NOT_FOUND;
  const wrong = await unknownProvider(ask.body, desk);
  if (wrong !== null) return { refused: wrong };
  const row = await replaced(routes, { ...was, ...written(ask.body) }, desk);
  if (row === null) return CONFLICT;
  desk.exchange.changed('routing', row.id);
  return answer(routeJson(row));
};

export const deleteRoute: Serve<'deleteRoute'> = async (ask, desk) => {
  const row = await deleted(desk.store.shelves.routes, scopeOf(ask), { id: ask.id, desk });
  if (row === null) return NOT_FOUND;
  desk.exchange.changed('routing', row.id);
  return answer(routeJson(row));
};

export const previewRoutes: Serve<'previewRoutes'> = async (ask, desk) => {
  const program = await programOf(ask.body, ask.customer_id, { desk, seed: ask.seed });
  if ('code' in program) return { refused: program };
  const { type, target, target_name = '', name = '', detail = '' } = ask.body.destination;
  const destination = { type, target, target_name, name, detail };
  const preview = await desk.exchange.preview(ask.customer_id, destination, program.actions);
  const candidates = preview.candidates.map(candidateJson);
  const excluded = preview.excluded.map((each) => ({
    route_id: each.route_id,
    provider_id: each.provider_id,
    provider_name: each.provider_name,
    reason: each.reason,
    detail: each.detail,
  }));
  return answer({ candidates, excluded });
};

async function unknownProvider({ provider_id }: Body, { store }: Desk): Promise<Refusal | null> {
  const found = await store.shelves.providers.get('all', provider_id);
  return found === null
    ? refusal('invalid_request', '/provider_id', '/provider_id names no provider')
    : null;
}

function written(
  body: Body,
): Pick<Route, 'name' | 'detail' | 'provider_id' | 'priority' | 'target' | 'price'> {
  const { name, detail, priority, target } = body;
  const provider_id = body.provider_id as ProviderId;
  return { name, detail, provider_id, priority, target, price: priceOf(body.price) };
}

function candidateJson(candidate: Candidate, index: number): object {
  const { provider_id: id, provider_name: name, carrier: type, route_id, target } = candidate;
  const provider = { id, name, type, route_id };
  return { number: index + 1, provider, target, price: publicPrice(candidate.price) };
}

function routeJson(row: Route): object {
  return {
    id: row.id,
    customer_id: row.customer_id,
    name: row.name,
    detail: row.detail,
    provider_id: row.provider_id,
    priority: row.priority,
    target: row.target,
    price: publicPrice(row.price),
    ...datesJson(row),
  };
}
