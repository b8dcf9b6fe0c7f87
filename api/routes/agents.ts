import type { Address } from '../../kernel/address.ts';
import type { GroupId, TagId } from '../../kernel/brand.ts';
import { type Refusal, refusal } from '../../kernel/refusal.ts';
import type { GroupFact } from '../../calls/group_facts.ts';
import type { AgentProfile } from '../../calls/queue_facts.ts';
import type { Agent } from '../../groups/agent.ts';
import { openAgent } from '../../groups/agent_moves.ts';
import { addressOf, type WrittenParty } from '../party.ts';
import { groupJson } from '../../engine/groups/view.ts';
import type { Desk } from '../desk.ts';
import { given, listedWhere, scopeOf } from '../lists.ts';
import type { OperationId } from '../contract.ts';
import { answer, type Ask, NOT_FOUND, type Outcome, refuse, type Serve } from '../operation.ts';
import { hashOfPassword } from '../password.ts';
import { idOf } from '../shelving.ts';
import { tagsOf } from '../tag_input.ts';

export const createAgent: Serve<'createAgent'> = async (ask, desk) => {
  const { customer_id, body } = ask;
  if ((await desk.customer(customer_id)) === null) return refuse('not_found', 'customer_id');
  const tag_ids = await tagsOf(body.tag_ids, customer_id, desk);
  if ('code' in tag_ids) return { refused: tag_ids };
  const addresses = addressesOf(body.addresses);
  if ('code' in addresses) return { refused: addresses };
  const { username, name, detail, ring_method, permission, status } = body;
  const password_hash = await hashOfPassword(body.password, desk.chance);
  const profile = { username, name, detail, ring_method, permission, password_hash };
  const id = idOf(ask, 'agent') as GroupId;
  const made = { id, customer_id, presence: status, tm_create: desk.clock.now() };
  const opened = await desk.exchange.openGroup(
    openAgent({ ...profile, tag_ids, addresses, ...made }),
  );
  if (opened === 'name_taken') return refuse('username_taken', '/username');
  const agent = await desk.store.groups.get(customer_id, 'agent', id);
  return agent === null ? NOT_FOUND : answer(groupJson(agent), 201);
};

export const listAgents: Serve<'listAgents'> = (ask, { store }) => {
  const { status, tag_ids } = ask.query;
  const wanted = tag_ids === undefined ? [] : tag_ids.split(',');
  const asked = { kind: 'agent', filter: given<{ status?: string }>({ status }) } as const;
  return listedWhere(ask.query, {
    read: (page) => store.groups.list(scopeOf(ask), asked, page),
    where: (agent: Agent) => wanted.every((tag) => agent.tag_ids.includes(tag as TagId)),
    json: groupJson,
  });
};

export const getAgent: Serve<'getAgent'> = async (ask, { store }) => {
  const agent = await store.groups.get(scopeOf(ask), 'agent', ask.id);
  return agent === null ? NOT_FOUND : answer(groupJson(agent));
};

export const replaceAgent: Serve<'replaceAgent'> = (ask, desk) => {
  const { name, detail, ring_method } = ask.body;
  return written(ask, desk, { name, detail, ring_method });
};

export const deleteAgent: Serve<'deleteAgent'> = (ask, desk) =>
  told(ask, desk, { type: 'delete_asked' });

export const setAgentAddresses: Serve<'setAgentAddresses'> = async (ask, desk) => {
  const addresses = addressesOf(ask.body.addresses);
  return 'code' in addresses ? { refused: addresses } : written(ask, desk, { addresses });
};

export const setAgentPassword: Serve<'setAgentPassword'> = async (ask, desk) => {
  // Nobody's password is worth the hashing.
  const agent = await desk.store.groups.get(scopeOf(ask), 'agent', ask.id);
  if (agent === null) return NOT_FOUND;
  const password_hash = await hashOfPassword(ask.body.password, desk.chance);
  return written(ask, desk, { password_hash });
};

export const setAgentPermission: Serve<'setAgentPermission'> = (ask, desk) =>
  written(ask, desk, { permission: ask.body.permission });

export const setAgentStatus: Serve<'setAgentStatus'> = (ask, desk) =>
  told(ask, desk, { type: 'presence_set', presence: ask.body.status });

export const setAgentTagIds: Serve<'setAgentTagIds'> = async (ask, desk) => {
  const agent = await desk.store.groups.get(scopeOf(ask), 'agent', ask.id);
  if (agent === null) return NOT_FOUND;
  const tag_ids = await tagsOf(ask.body.tag_ids, agent.customer_id, desk);
  return 'code' in tag_ids ? { refused: tag_ids } : written(ask, desk, { tag_ids });
};

function written<Id extends OperationId>(
  ask: Ask<Id>,
  desk: Desk,
  profile: Partial<AgentProfile>,
): Promise<Outcome> {
  return told(ask, desk, { type: 'agent_written', profile });
}

async function told<Id extends OperationId>(
  ask: Ask<Id>,
  { exchange }: Desk,
  fact: GroupFact,
): Promise<Outcome> {
  const agent = await exchange.tellGroup(scopeOf(ask), { kind: 'agent', id: ask.id }, fact);
  return agent === null ? NOT_FOUND : answer(groupJson(agent));
}

/** An agent is rung on telephones: who is behind another agent, or a conference, is not it. */
function addressesOf(parties: readonly WrittenParty[]): readonly Address[] | Refusal {
  const wrong = parties.findIndex(({ type }) => type === 'agent' || type === 'conference');
  return wrong === -1
    ? parties.map(addressOf)
    : refusal('invalid_request', `/addresses/${wrong}/type`, 'an agent is rung on telephones');
}
