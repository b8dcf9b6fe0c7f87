import type { Call } from '../../calls/call.ts';
import type { Agent } from '../../groups/agent.ts';
import type { Groupcall } from '../../groups/groupcall.ts';
import type { GroupKind, GroupOf } from '../../groups/kinds.ts';
import type { Queue } from '../../groups/queue.ts';
import { isOver, type Queuecall } from '../../groups/queuecall.ts';
import type { Transfer } from '../../groups/transfer.ts';
import type { CallId } from '../../kernel/brand.ts';
import { downMs, type Evidence, type Finding, type Invariant } from './evidence.ts';

/** How long after one of two who talk the other may still be up, while somebody serves. */
const ALONE_MS = 40_000;

/** What holds for queues, those who serve them, and transfers. */
export const QUEUE_INVARIANTS: readonly Invariant[] = [
  {
    name: 'Q1',
    says: 'no agent is left ringing or busy, and nobody is left in a queue',
    broken: (evidence) => [
      ...ofKind(evidence, 'agent').flatMap(stuckAgent),
      ...ofKind(evidence, 'queue').flatMap(stuckQueue),
      ...ofKind(evidence, 'queuecall').flatMap(stuckCall),
    ],
  },
  {
    name: 'Q2',
    says: 'the phones of an agent ring for one call of a queue at a time',
    broken: (evidence) => ofKind(evidence, 'agent').flatMap((agent) => rungTwice(agent, evidence)),
  },
  {
    name: 'Q3',
    says: 'a call of a queue is served by one agent at most, whose phones ring for it alone',
    broken: (evidence) =>
      ofKind(evidence, 'queuecall').flatMap((own) => servedTwice(own, evidence)),
  },
  {
    name: 'T1',
    says: 'every transfer ends, and leaves nobody alone on the line',
    broken: (evidence) => ofKind(evidence, 'transfer').flatMap((own) => alone(own, evidence)),
  },
];

function ofKind<Kind extends GroupKind>({ groups }: Evidence, kind: Kind): GroupOf<Kind>[] {
  // The kind was looked at.
  return groups.flatMap(({ group }) => (group.kind === kind ? [group as GroupOf<Kind>] : []));
}

function about(id: string, why: string): Finding {
  return { call_id: id as CallId, why };
}

function stuckAgent({ id, engaged, status, presence }: Agent): Finding[] {
  if (engaged !== null) return [about(id, `is held for ${engaged.queuecall_id} for ever`)];
  return status === presence ? [] : [about(id, `is shown as ${status}, and says ${presence}`)];
}

function stuckQueue({ id, line, serving, totals, status }: Queue): Finding[] {
  const { incoming_count, serviced_count, abandoned_count, service_ended_count } = totals;
  const found: string[] = [];
  if (line.length + serving.length > 0 || status !== 'idle') found.push('is never empty');
  if (incoming_count !== serviced_count + abandoned_count) found.push('has lost count of calls');
  if (serviced_count !== service_ended_count) found.push('has lost count of talks');
  return found.map((why) => about(id, why));
}

function stuckCall(own: Queuecall): Finding[] {
  if (!isOver(own)) return [about(own.id, `is ${own.status} for ever`)];
  return own.held === null ? [] : [about(own.id, `holds ${own.held.agent_id} for ever`)];
}

/** The telephones that were rung for an agent, with what for. */
function ringsOf(agent: Agent, evidence: Evidence): { ring: Groupcall; calls: Call[] }[] {
  return ofKind(evidence, 'groupcall')
    .filter(({ owner_id, parent_id }) => owner_id === agent.id && parent_id !== null)
    .map((ring) => ({ ring, calls: membersOf(ring, evidence) }))
    .filter(({ calls }) => calls.length > 0)
    .toSorted((one, other) => one.ring.tm_create - other.ring.tm_create);
}

function membersOf({ id }: Groupcall, { legs }: Evidence): Call[] {
  return [...legs.values()].map(({ call }) => call).filter(({ ties }) => ties?.member_of === id);
}

function rungTwice(agent: Agent, evidence: Evidence): Finding[] {
  const rings = ringsOf(agent, evidence);
  return rings.flatMap(({ calls }, place) => {
    const next = rings[place + 1];
    if (next === undefined) return [];
    const until = Math.max(...calls.map((call) => (call.status === 'hangup' ? call.tm_hangup : 0)));
    const from = Math.min(...next.calls.map(({ tm_create }) => tm_create));
    return from >= until ? [] : [about(agent.id, `rang for two calls from ${from} to ${until}`)];
  });
}

function servedTwice(own: Queuecall, evidence: Evidence): Finding[] {
  const rings = ofKind(evidence, 'groupcall').filter(({ parent_id }) => parent_id === own.id);
  const admitted = rings
    .flatMap((ring) => membersOf(ring, evidence))
    .filter(({ ties }) => ties?.admitted === true);
  if (admitted.length > 1) return [about(own.id, `was served by ${admitted.length}`)];
  const served = own.tm_service === null ? 0 : 1;
  // Who was taken may have hung up before it heard of it.
  return admitted.length > served ? [about(own.id, 'was served and does not know')] : [];
}

function alone(own: Transfer, evidence: Evidence): Finding[] {
  if (own.status !== 'ended' || own.ring_open) return [about(own.id, `is ${own.status} for ever`)];
  const { holder_call_id, transferee_call_id } = own;
  if (holder_call_id === null || transferee_call_id === null) return [];
  const holder = evidence.legs.get(holder_call_id);
  // Whose flow goes on does not hang up with the transferee.
  if (holder === undefined || holder.run.program.length > 0) return [];
  const ends = [holder.call, evidence.legs.get(transferee_call_id)?.call].map((call) =>
    call?.status === 'hangup' ? call.tm_hangup : 0,
  );
  const late = Math.max(...ends) - Math.min(...ends) - ALONE_MS - downMs(evidence.world);
  return late <= 0 ? [] : [about(own.id, `left one alone ${late} ms too long`)];
}
