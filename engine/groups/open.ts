import { isOneLeg } from '../../kernel/address.ts';
import type { RefusalCode } from '../../kernel/refusal.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { SandboxScript } from '../../calls/call.ts';
import { maySpawn } from '../../calls/call.ts';
import type { GroupcallOrder, GroupOrder } from '../../calls/group_facts.ts';
import type { Groupcall } from '../../groups/groupcall.ts';
import { openGroupcall } from '../../groups/groupcall_moves.ts';
import { type Group, machineOf } from '../../groups/kinds.ts';
import type { GroupStore } from '../../store/groups.ts';
import type { OutboxRow } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import type { Loop } from '../loop.ts';
import type { ExpandAddress } from './addresses.ts';
import type { GroupLoop } from './loop.ts';
import { openQueuecallFor } from './queuecalls.ts';

export interface OpenerParts {
  readonly calls: Loop;
  readonly loop: GroupLoop;
  readonly groups: GroupStore;
  readonly flows: Store['shelves']['flows'];
  readonly clock: Clock;
  readonly expand: ExpandAddress;
}

/** Groups within groups: an agent within an agent within … is a mistake. */
const DEPTH_MAX = 5;

/** What a group's calls take over from whoever asks for it. */
interface Asker {
  readonly customer_id: Groupcall['customer_id'];
  readonly dial_timeout_ms: number;
  readonly max_duration_ms: number;
  readonly sandbox: SandboxScript | null;
  readonly test: boolean;
  readonly hops: number;
  readonly depth: number;
}

/** Makes groups that calls, groups and the API ask for. */
export class Opener {
  readonly #parts: OpenerParts;

  constructor(parts: OpenerParts) {
    this.#parts = parts;
  }

  /** Opens what an outbox row orders, once; null, or the code of why it cannot be opened. */
  async openFor(row: OutboxRow, order: GroupOrder): Promise<string | null> {
    if ((await this.#parts.groups.load(order.group_id)) !== null) return null;
    if (order.kind === 'queuecall') return openQueuecallFor(this.#parts, row, order);
    const asker = await this.#askerOf(row, order);
    return asker === null ? 'master_ended' : this.open(order, asker);
  }

  /** Whether whoever asked for it still wants it. What nobody waits for stands for itself. */
  async isAwaited(row: OutboxRow, order: GroupOrder): Promise<boolean> {
    const { groups, calls } = this.#parts;
    if (order.master_group_id !== null) {
      const parent = await groups.load(order.master_group_id);
      return parent !== null && machineOf(parent.group).wants(parent.group, order.group_id);
    }
    if (order.master_call_id === null) return true;
    const leg = await calls.current(row.call_id);
    return leg !== null && leg.call.status !== 'hangup';
  }

  async open(order: GroupcallOrder, asker: Asker): Promise<RefusalCode | null> {
    const { flows, expand, loop, clock } = this.#parts;
    const { customer_id } = asker;
    if (asker.depth > DEPTH_MAX) return 'groupcall_too_deep';
    const flow = order.flow_id === null ? null : await flows.get(customer_id, order.flow_id);
    if (order.flow_id !== null && flow === null) return 'flow_not_found';
    const [only] = order.destinations;
    const expanded =
      only === undefined || order.destinations.length > 1 || isOneLeg(only)
        ? { ...NOBODY, destinations: order.destinations, ring_method: order.ring_method }
        : await expand(customer_id, only);
    if (typeof expanded === 'string') return expanded;
    if (expanded.destinations.length === 0) return 'no_route';
    const { group_id, kind: _kind, ...same } = order;
    const step = openGroupcall({
      ...same,
      ...asker,
      ...expanded,
      id: group_id,
      parent_id: order.master_group_id,
      reference_id: order.master_call_id,
      actions: flow?.actions ?? order.actions ?? [],
      tm_create: clock.now(),
    });
    await loop.open(step);
    return null;
  }

  /** Null where whoever asked has ended. */
  async #askerOf(row: OutboxRow, order: GroupcallOrder): Promise<Asker | null> {
    const { groups, calls } = this.#parts;
    if (order.master_group_id !== null) {
      const parent = (await groups.load(order.master_group_id))?.group ?? null;
      return parent === null ? null : askerFrom(parent);
    }
    const call = (await calls.current(row.call_id))?.call ?? null;
    if (call === null || (order.master_call_id !== null && !maySpawn(call))) return null;
    const { customer_id, dial_timeout_ms, talk_ms_max: max_duration_ms, test } = call;
    const { hops } = call.passage;
    return { customer_id, dial_timeout_ms, max_duration_ms, sandbox: null, test, hops, depth: 0 };
  }
}

const NOBODY = { owner_type: '', owner_id: null } as const;

/** What is handed on within groups; null for a kind that rings nobody. */
function askerFrom(group: Group): Asker | null {
  if (group.kind === 'groupcall') {
    const { customer_id, dial_timeout_ms, max_duration_ms, sandbox, test, hops, depth } = group;
    const limits = { dial_timeout_ms, max_duration_ms };
    return { customer_id, ...limits, sandbox, test, hops, depth: depth + 1 };
  }
  if (group.kind === 'transfer') {
    const { customer_id, dial_timeout_ms, max_duration_ms, test, hops } = group;
    const limits = { dial_timeout_ms, max_duration_ms };
    return { customer_id, ...limits, sandbox: null, test, hops, depth: 0 };
  }
  if (group.kind !== 'queuecall') return null;
  const { customer_id, ring_timeout_ms, max_duration_ms, test, hops } = group;
  // The queuecall itself ends the ringing in time; this is for what is placed late.
  const limits = { dial_timeout_ms: ring_timeout_ms, max_duration_ms };
  return { customer_id, ...limits, sandbox: null, test, hops, depth: 0 };
}
