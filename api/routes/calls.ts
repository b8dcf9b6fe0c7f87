import type { CallId } from '../../kernel/brand.ts';
import { rfc3339 } from '../../kernel/instant.ts';
import { type Refusal, refusal } from '../../kernel/refusal.ts';
import { publicAddress, publicAttempt } from '../../calls/public.ts';
import type { Finding } from '../../flows/check/finding.ts';
import type { Placed, PlaceOrder } from '../../engine/engine.ts';
import { masked } from '../../engine/trace/secrets.ts';
import { callJson } from '../../engine/view.ts';
import type { EventRow } from '../../store/journal.ts';
import type { CallFilter } from '../../store/store.ts';
import type { Desk } from '../desk.ts';
import { problemJson } from '../errors.ts';
import { programOf } from '../flow_input.ts';
import { given, instantOf, listed, listedWhole, scopeOf } from '../lists.ts';
import { answer, type Ask, type BodyOf, NOT_FOUND } from '../operation.ts';
import { addressOf } from '../party.ts';
import type { Serve } from '../operation.ts';
import { readVariables } from '../variables_input.ts';

type Body = BodyOf<'createCalls'>;

export const createCalls: Serve<'createCalls'> = async (ask, desk) => {
  const read = await orderOf(ask, desk);
  if ('code' in read) return { refused: read };
  const { order, warnings } = read;
  const placed = await desk.exchange.place(order);
  const [refused] = placed.refused;
  if (placed.legs.length === 0 && refused !== undefined)
    return { refused: located(refused.refusal, refused.index) };
  return answer({ ...placedJson(ask, placed, desk), warnings }, 201);
};

interface ReadOrder {
  readonly order: PlaceOrder;
  readonly warnings: readonly Finding[];
}

async function orderOf(ask: Ask<'createCalls'>, desk: Desk): Promise<ReadOrder | Refusal> {
  const { body, key, seed } = ask;
  if (body.sandbox !== undefined && key.live) return refusal('test_key_required', '/sandbox');
  const variables = readVariables(body.variables ?? {});
  if (!variables.ok) return variables.refused;
  const customer = await desk.customer(ask.customer_id);
  if (customer === null) return refusal('not_found', 'customer_id');
  const at = {
    direction: 'outgoing',
    early: body.early_execution,
    given: new Set(Object.keys(variables.value)),
  } as const;
  const program = await programOf(body, ask.customer_id, { desk, seed, at });
  if ('code' in program) return program;
  const { warnings, ...flow } = program;
  const order: PlaceOrder = {
    ...flow,
    customer,
    source: addressOf(body.source),
    destinations: body.destinations.map(addressOf),
    variables: variables.value,
    dial_timeout_ms: ringMs(body, desk),
    max_duration_ms: body.max_duration * 1_000,
    early_execution: body.early_execution,
    sandbox: (body.sandbox as PlaceOrder['sandbox'] | undefined) ?? null,
    test: !key.live,
    seed,
  };
  return { order, warnings };
}

function ringMs({ dial_timeout }: Body, { config }: Desk): number {
  return dial_timeout === undefined ? config.dial_timeout_ms : dial_timeout * 1_000;
}

/** A refusal of one destination says which, unless it says something more exact. */
function located(refused: Refusal, index: number): Refusal {
  return { ...refused, param: refused.param ?? `/destinations/${index}` };
}

function placedJson(
  { body, request_id }: Ask<'createCalls'>,
  placed: Placed,
  { config: { public_url } }: Desk,
): object {
  const errors = placed.refused.map(({ index, refusal: refused }) => ({
    index,
    destination: publicAddress(addressOf(body.destinations[index] as Body['source'])),
    error: problemJson(located(refused, index), { public_url, request_id }),
  }));
  return { calls: placed.legs.map(callJson), groupcalls: [], errors };
}

export const listCalls: Serve<'listCalls'> = (ask, { store }) => {
  const { created_after, created_before, status, direction, source, destination } = ask.query;
  const filter = given<CallFilter>({
    status,
    direction,
    source,
    destination,
    master_call_id: ask.query.master_call_id as CallId | undefined,
    created_after: created_after === undefined ? undefined : instantOf(created_after),
    created_before: created_before === undefined ? undefined : instantOf(created_before),
  });
  return listed(ask.query, (page) => store.calls.list(scopeOf(ask), filter, page), callJson);
};

export const getCall: Serve<'getCall'> = async (ask, { store }) => {
  const leg = await store.calls.get(scopeOf(ask), ask.id as CallId);
  return leg === null ? NOT_FOUND : answer(callJson(leg));
};

export const hangupCall: Serve<'hangupCall'> = async (ask, { exchange }) => {
  const leg = await exchange.hangUp(scopeOf(ask), ask.id as CallId);
  return leg === null ? NOT_FOUND : answer(callJson(leg));
};

export const listCallEvents: Serve<'listCallEvents'> = async (ask, { store }) => {
  const leg = await store.calls.get(scopeOf(ask), ask.id as CallId);
  if (leg === null) return NOT_FOUND;
  return listedWhole((await store.calls.timeline(leg.call.id)).map(eventJson));
};

function eventJson({ id, n, type, fact, notices, at }: EventRow): object {
  return {
    id,
    number: n,
    type,
    fact: factJson(fact),
    notices: notices.map((notice) => ({
      id: notice.id,
      type: notice.type,
      sequence: notice.sequence,
    })),
    tm_event: rfc3339(at),
  };
}

/** The variables a call was placed with are told, but for secrets. */
function factJson(fact: EventRow['fact']): EventRow['fact'] {
  const { variables } = fact;
  if (typeof variables !== 'object' || variables === null) return fact;
  // Names and texts: no other fact has a member of this name.
  return { ...fact, variables: masked(variables as Readonly<Record<string, string>>) };
}

export const listCallAttempts: Serve<'listCallAttempts'> = async (ask, { store }) => {
  const leg = await store.calls.get(scopeOf(ask), ask.id as CallId);
  if (leg === null) return NOT_FOUND;
  return listedWhole(leg.call.attempts.map((attempt) => publicAttempt(leg.call, attempt)));
};
