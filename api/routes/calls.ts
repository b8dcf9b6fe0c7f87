import type { CallId } from '../../kernel/brand.ts';
import { rfc3339 } from '../../kernel/instant.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { publicAddress, publicAttempt } from '../../calls/public.ts';
import type { Placed } from '../../engine/engine.ts';
import { groupJson } from '../../engine/groups/view.ts';
import { masked } from '../../engine/trace/secrets.ts';
import { callJson } from '../../engine/view.ts';
import type { EventRow } from '../../store/journal.ts';
import type { CallFilter } from '../../store/store.ts';
import type { Desk } from '../desk.ts';
import { problemJson } from '../errors.ts';
import { given, instantOf, listed, listedWhole, scopeOf } from '../lists.ts';
import { answer, type Ask, type BodyOf, NOT_FOUND } from '../operation.ts';
import { readOrder } from '../order_input.ts';
import { addressOf } from '../party.ts';
import type { Serve } from '../operation.ts';

type Body = BodyOf<'createCalls'>;

export const createCalls: Serve<'createCalls'> = async (ask, desk) => {
  const read = await readOrder(ask, desk);
  if ('code' in read) return { refused: read };
  const { order, warnings } = read;
  const placed = await desk.exchange.place(order);
  const [refused] = placed.refused;
  if (placed.legs.length + placed.groupcalls.length === 0 && refused !== undefined)
    return { refused: located(refused.refusal, refused.index) };
  return answer({ ...placedJson(ask, placed, desk), warnings }, 201);
};

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
  return { calls: placed.legs.map(callJson), groupcalls: placed.groupcalls.map(groupJson), errors };
}

export const listCalls: Serve<'listCalls'> = (ask, { store }) => {
  const { created_after, created_before, status, direction, source, destination } = ask.query;
  const filter = given<CallFilter>({
    has_leg: true,
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
