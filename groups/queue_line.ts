import { hash } from 'node:crypto';
import type { GroupId, Instant } from '../kernel/brand.ts';
import { after } from '../kernel/instant.ts';
import { rollerOf } from '../kernel/random.ts';
import type { FreeAgent, RoutingMethod } from '../calls/queue_facts.ts';

/** A call that waits in a queue. */
export interface Waiting {
  readonly queuecall_id: GroupId;
  /** How many agents have been sought for it so far: what is said of an earlier one is stale. */
  readonly offer: number;
  /** The agent that was asked, or rings; null while none is. */
  readonly asked: { readonly agent_id: GroupId; readonly at: Instant } | null;
  /** Agents that rang for it in vain, in this round. */
  readonly tried: readonly GroupId[];
  /** When those may be rung once more, if there is nobody else. */
  readonly retry_at: Instant;
}
export type Line = readonly Waiting[];

/** An agent is not rung again for the same call before this, so that a phone has a pause. */
export const RETRY_MS = 5_000;

export function atEnd(line: Line, queuecall_id: GroupId, at: Instant): Line {
  return [...line, { queuecall_id, offer: 0, asked: null, tried: [], retry_at: at }];
}

export function without(line: Line, queuecall_id: GroupId): Line {
  return line.filter((each) => each.queuecall_id !== queuecall_id);
}

/** The call waits for another agent; `rang`: this one had its turn. */
export function unasked(
  line: Line,
  about: { readonly queuecall_id: GroupId; readonly offer: number },
  turn: { readonly rang: boolean; readonly at: Instant },
): Line {
  return line.map((each) => {
    if (each.queuecall_id !== about.queuecall_id || each.offer !== about.offer) return each;
    if (each.asked === null) return each;
    if (!turn.rang) return { ...each, asked: null };
    const tried = [...each.tried, each.asked.agent_id];
    return { ...each, asked: null, tried, retry_at: after(turn.at, RETRY_MS) };
  });
}

/** Whether anybody in line has no agent yet. */
export function isShort(line: Line): boolean {
  return line.some(({ asked }) => asked === null);
}

export interface Matched {
  readonly line: Line;
  /** Who is to be asked now, in the order of the line. */
  readonly asking: readonly Waiting[];
  /** The agent asked last: where the next turn begins. */
  readonly last_agent_id: GroupId | null;
}

/** Gives free agents to those in line: who came first is first served. */
export function match(
  line: Line,
  free: readonly FreeAgent[],
  how: { readonly method: RoutingMethod; readonly last: GroupId | null; readonly at: Instant },
): Matched {
  const taken = new Set(line.map(({ asked }) => asked?.agent_id ?? null));
  const asking: Waiting[] = [];
  let last = how.last;
  const next = line.map((each) => {
    if (each.asked !== null) return each;
    const idle = free.filter(({ agent_id }) => !taken.has(agent_id));
    const agent_id = choose(each, idle, { ...how, last });
    if (agent_id === null) return each;
    taken.add(agent_id);
    last = agent_id;
    const again = each.tried.includes(agent_id);
    const tried = again ? [] : each.tried;
    const asked = { ...each, offer: each.offer + 1, asked: { agent_id, at: how.at }, tried };
    asking.push(asked);
    return asked;
  });
  return { line: next, asking, last_agent_id: last };
}

/** The agent for one call: of those that have not rung for it, else of all, after a pause. */
function choose(
  waiting: Waiting,
  idle: readonly FreeAgent[],
  how: { readonly method: RoutingMethod; readonly last: GroupId | null; readonly at: Instant },
): GroupId | null {
  const fresh = idle.filter(({ agent_id }) => !waiting.tried.includes(agent_id));
  const pool = fresh.length > 0 || how.at < waiting.retry_at ? fresh : idle;
  if (pool.length === 0) return null;
  const by_id = pool.toSorted(byId);
  switch (how.method) {
    case 'random':
      return at(by_id, lot(waiting, by_id.length));
    case 'longest_idle':
      return at(
        by_id.toSorted((one, other) => one.since - other.since),
        0,
      );
    case 'round_robin': {
      const behind = by_id.findIndex(({ agent_id }) => how.last !== null && agent_id > how.last);
      return at(by_id, Math.max(behind, 0));
    }
  }
}

function byId(one: FreeAgent, other: FreeAgent): number {
  return one.agent_id < other.agent_id ? -1 : 1;
}

function at(agents: readonly FreeAgent[], place: number): GroupId | null {
  return agents[place]?.agent_id ?? null;
}

/** A lot drawn from the call and the number of the offer: the same again when it is run again. */
function lot({ queuecall_id, offer }: Waiting, below: number): number {
  const seed = hash('sha256', `${queuecall_id}/${offer}`, 'hex').slice(0, 8);
  return rollerOf(parseInt(seed, 16))(below);
}
