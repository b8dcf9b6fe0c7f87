import type { GroupStore } from '../../store/groups.ts';
import type { ExpandAddress } from './addresses.ts';

/** Who is behind an agent: its telephones, rung as it wants them to be. */
export function expandAgents(groups: GroupStore): ExpandAddress {
  return async (customer_id, { type, target }) => {
    if (type !== 'agent') return 'destination_type_unsupported';
    const agent = await groups.get(customer_id, 'agent', target);
    if (agent === null) return 'agent_not_found';
    const ring_method = agent.ring_method === 'linear' ? 'linear' : 'ring_all';
    const { addresses: destinations, id: owner_id } = agent;
    return { destinations, ring_method, owner_type: 'agent', owner_id };
  };
}
