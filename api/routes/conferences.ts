import type { CallId, FlowId, GroupId } from '../../kernel/brand.ts';
import { NULL_ID } from '../../kernel/brand.ts';
import { type Refusal, refusal } from '../../kernel/refusal.ts';
import type { ConferenceSettings } from '../../calls/conference_facts.ts';
import { groupJson } from '../../engine/groups/view.ts';
import { openConference } from '../../groups/conference_moves.ts';
import type { Desk } from '../desk.ts';
import { given, listed, scopeOf } from '../lists.ts';
import { answer, type Ask, type BodyOf, NOT_FOUND, type Serve } from '../operation.ts';
import { CONFLICT, idOf } from '../shelving.ts';

const DATA_BYTES_MAX = 16_384;

export const createConference: Serve<'createConference'> = async (ask, desk) => {
  const { customer_id, body } = ask;
  if ((await desk.customer(customer_id)) === null)
    return { refused: refusal('not_found', 'customer_id') };
  const settings = await settingsOf(body, ask, desk);
  if ('code' in settings) return { refused: settings };
  const id = (body.id ?? idOf(ask, 'conference')) as GroupId;
  // A timeline is told by the id alone: a call's must not become a conference's too.
  if (body.id !== undefined && (await desk.store.legs.load(body.id as CallId)) !== null)
    return CONFLICT;
  const draft = { ...settings, id, customer_id, tm_create: desk.clock.now() };
  const result = await desk.exchange.openGroup(openConference(draft));
  // Asked again with its Idempotency-Key, it is the one that was made; an id of others' is taken.
  const own = body.id === undefined || result === 'committed';
  const group = own ? await desk.store.groups.get(customer_id, 'conference', id) : null;
  return group === null ? CONFLICT : answer(groupJson(group), 201);
};

export const listConferences: Serve<'listConferences'> = (ask, { store }) => {
  const { status } = ask.query;
  const asked = { kind: 'conference', filter: given<{ status?: string }>({ status }) } as const;
  return listed(ask.query, (page) => store.groups.list(scopeOf(ask), asked, page), groupJson);
};

export const getConference: Serve<'getConference'> = async (ask, { store }) => {
  const group = await store.groups.get(scopeOf(ask), 'conference', ask.id);
  return group === null ? NOT_FOUND : answer(groupJson(group));
};

export const replaceConference: Serve<'replaceConference'> = async (ask, desk) => {
  const known = await desk.store.groups.get(scopeOf(ask), 'conference', ask.id);
  if (known === null) return NOT_FOUND;
  const settings = await settingsOf(ask.body, known, desk);
  if ('code' in settings) return { refused: settings };
  const named = { kind: 'conference', id: ask.id } as const;
  const fact = { type: 'conference_changed', settings } as const;
  const group = await desk.exchange.tellGroup(scopeOf(ask), named, fact);
  return group === null ? NOT_FOUND : answer(groupJson(group));
};

export const deleteConference: Serve<'deleteConference'> = async (ask, { exchange }) => {
  const named = { kind: 'conference', id: ask.id } as const;
  const group = await exchange.tellGroup(scopeOf(ask), named, { type: 'delete_asked' });
  return group === null ? NOT_FOUND : answer(groupJson(group));
};

async function settingsOf(
  body: BodyOf<'replaceConference'>,
  { customer_id }: Pick<Ask<'createConference'>, 'customer_id'>,
  desk: Desk,
): Promise<ConferenceSettings | Refusal> {
  const { name, detail, data, timeout, max_participants: participants_max } = body;
  if (Buffer.byteLength(JSON.stringify(data)) > DATA_BYTES_MAX)
    return refusal('invalid_request', '/data', '/data is larger than 16 KB');
  const flows: (FlowId | null)[] = [];
  for (const member of ['pre_flow_id', 'post_flow_id'] as const) {
    const id = body[member] ?? NULL_ID;
    const flow = id === NULL_ID ? null : await desk.store.shelves.flows.get(customer_id, id);
    if (id !== NULL_ID && flow === null) return refusal('flow_not_found', `/${member}`);
    flows.push(flow?.id ?? null);
  }
  const [pre_flow_id = null, post_flow_id = null] = flows;
  const rest = { timeout_ms: timeout * 1_000, participants_max, pre_flow_id, post_flow_id };
  return { name, detail, data, ...rest };
}
