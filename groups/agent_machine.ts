import { rfc3339 } from '../kernel/instant.ts';
import { publicAddress } from '../calls/public.ts';
import type { AgentStatus } from '../calls/queue_facts.ts';
import type { Agent } from './agent.ts';
import * as moves from './agent_moves.ts';
import type { Cell, Machine } from './machine.ts';

type Known =
  | 'agent_wanted'
  | 'agent_answered'
  | 'agent_freed'
  | 'agent_written'
  | 'presence_set'
  | 'delete_asked'
  | 'timer_fired';
type Row = { readonly [Type in Known]: Cell<Agent, Type> };

/** What is shown follows from what an agent is held for: its moves look at that alone. */
const ROW: Row = {
  agent_wanted: moves.want,
  agent_answered: moves.answered,
  agent_freed: moves.freed,
  agent_written: moves.write,
  presence_set: moves.setPresence,
  delete_asked: moves.remove,
  timer_fired: moves.fire,
};
const TABLE: { readonly [Status in AgentStatus]: Row } = {
  available: ROW,
  away: ROW,
  busy: ROW,
  offline: ROW,
  ringing: ROW,
};

/** Somebody who serves queues, as the engine runs it. */
export const agentMachine: Machine<Agent> = {
  kind: 'agent',
  ended_by: { type: 'delete_asked' },
  table: TABLE,
  isLive: ({ engaged }) => engaged !== null,
  wants: () => false,
  newsOf: (before, after) => {
    if (after.tm_delete !== null) return before.tm_delete === null ? ['agent_deleted'] : [];
    const status = before.status === after.status ? [] : ['agent_status_updated'];
    return isWritten(before, after) ? ['agent_updated', ...status] : status;
  },
  show: publicAgent,
};

const WRITTEN = [
  'username',
  'password_hash',
  'name',
  'detail',
  'ring_method',
  'permission',
  'tag_ids',
  'addresses',
] as const;

function isWritten(before: Agent, after: Agent): boolean {
  return WRITTEN.some((name) => before[name] !== after[name]);
}

/** An agent as customers see it, in VoIPBIN's words: never its password. */
function publicAgent(agent: Agent): Record<string, unknown> {
  return {
    id: agent.id,
    customer_id: agent.customer_id,
    username: agent.username,
    name: agent.name,
    detail: agent.detail,
    ring_method: agent.ring_method,
    status: agent.status,
    permission: agent.permission,
    tag_ids: agent.tag_ids,
    addresses: agent.addresses.map(publicAddress),
    tm_create: rfc3339(agent.tm_create),
    tm_update: rfc3339(agent.tm_update),
    tm_delete: rfc3339(agent.tm_delete),
  };
}
