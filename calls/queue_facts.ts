import type { Address } from '../kernel/address.ts';
import type { FlowId, GroupId, Instant, TagId } from '../kernel/brand.ts';

/** How an agent's addresses are rung: all at once, or one after the other. VoIPBIN's words. */
export type AgentRingMethod = 'ringall' | 'linear';
/** What an agent says of itself. While it rings or talks for a queue, that is what is shown. */
export type Presence = 'available' | 'away' | 'busy' | 'offline';
export type AgentStatus = Presence | 'ringing';

/** What people write of an agent. */
export interface AgentProfile {
  readonly username: string;
  /** scrypt, with its salt and costs; never shown. */
  readonly password_hash: string;
  readonly name: string;
  readonly detail: string;
  readonly ring_method: AgentRingMethod;
  /** VoIPBIN's bit mask: 16 agent, 32 administrator, 64 manager of the customer. */
  readonly permission: number;
  readonly tag_ids: readonly TagId[];
  readonly addresses: readonly Address[];
}

/** random: by lot · longest_idle: who has been free the longest · round_robin: in turn. */
export type RoutingMethod = 'random' | 'longest_idle' | 'round_robin';

/** What people write of a queue. */
export interface QueueSettings {
  readonly name: string;
  readonly detail: string;
  readonly routing_method: RoutingMethod;
  /** Who has any of these serves it. Without any nobody does. */
  readonly tag_ids: readonly TagId[];
  readonly wait_flow_id: FlowId | null;
  /** How long a caller waits at most before it goes on with its flow; 0: for ever. */
  readonly wait_timeout_ms: number;
  /** How long it talks at most with an agent; 0: for ever. */
  readonly service_timeout_ms: number;
  /** How long an agent rings before the next one does. */
  readonly ring_timeout_ms: number;
  /** How long an agent is left alone after it has served. */
  readonly wrap_up_ms: number;
  /** Answered within this, a call counts towards the service level. */
  readonly threshold_ms: number;
}

/** An agent that is free, and since when. */
export interface FreeAgent {
  readonly agent_id: GroupId;
  readonly since: Instant;
}

/**
 * What queues, the calls in them and their agents are told. `offer` numbers the agents that were
 * sought for one call of a queue: what is said of an earlier one is stale.
 */
export type QueueFact =
  /** To a queue: a call has come. */
  | { readonly type: 'queuecall_entered'; readonly queuecall_id: GroupId }
  /** To a queue: the agent did not answer, and the call waits again. */
  | { readonly type: 'queuecall_back'; readonly queuecall_id: GroupId; readonly offer: number }
  | {
      readonly type: 'queuecall_served';
      readonly queuecall_id: GroupId;
      readonly waited_ms: number;
    }
  | {
      readonly type: 'queuecall_left';
      readonly queuecall_id: GroupId;
      readonly how: 'abandoned' | 'done';
      readonly waited_ms: number;
      readonly service_ms: number;
    }
  | { readonly type: 'agents_found'; readonly agents: readonly FreeAgent[] }
  | {
      readonly type: 'agent_refused';
      readonly queuecall_id: GroupId;
      readonly agent_id: GroupId;
      readonly offer: number;
    }
  /** To a queue: somebody may have become free. */
  | { readonly type: 'agent_came' }
  | { readonly type: 'queue_written'; readonly settings: Partial<QueueSettings> }
  /** To a call of a queue: it stands in line, so many before it. */
  | { readonly type: 'line_joined'; readonly ahead: number }
  | { readonly type: 'line_refused' }
  | { readonly type: 'agent_taken'; readonly agent_id: GroupId; readonly offer: number }
  /** To a call of a queue: the agent has heard nothing for long. */
  | { readonly type: 'agent_asks'; readonly agent_id: GroupId; readonly offer: number }
  /** To a call of a queue: its flow has gone elsewhere. */
  | { readonly type: 'call_left' }
  | { readonly type: 'kick_asked' }
  /** To an agent: a call of a queue wants it. */
  | {
      readonly type: 'agent_wanted';
      readonly queue_id: GroupId;
      readonly queuecall_id: GroupId;
      readonly offer: number;
    }
  | { readonly type: 'agent_answered'; readonly queuecall_id: GroupId; readonly offer: number }
  | {
      readonly type: 'agent_freed';
      readonly queuecall_id: GroupId;
      readonly offer: number;
      /** How long it is left alone; 0 where it did not serve. */
      readonly wrap_up_ms: number;
    }
  | { readonly type: 'agent_written'; readonly profile: Partial<AgentProfile> }
  | { readonly type: 'presence_set'; readonly presence: Presence };
