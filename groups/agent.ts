import type { GroupId, Instant } from '../kernel/brand.ts';
import type { AgentProfile, AgentStatus, Presence } from '../calls/queue_facts.ts';
import type { GroupFacts } from './group.ts';

/**
 * The call of a queue that an agent is held for. ringing: its phones ring · talking: it serves ·
 * wrapping: it is left alone for a while after it has served.
 */
export interface Engagement {
  readonly queue_id: GroupId;
  readonly queuecall_id: GroupId;
  readonly offer: number;
  readonly stage: 'ringing' | 'talking' | 'wrapping';
}

/** Somebody who serves queues, one call at a time: `engaged` is the only lock there is. */
export interface Agent extends GroupFacts, AgentProfile {
  readonly kind: 'agent';
  readonly status: AgentStatus;
  /** What it says of itself; what it is again when a call of a queue is over. */
  readonly presence: Presence;
  readonly engaged: Engagement | null;
  /** Since when it is in its present status: who is available the longest is idle the longest. */
  readonly tm_status: Instant;
}

/** All that an agent is made of, before anything has happened. */
export type AgentDraft = AgentProfile &
  Pick<Agent, 'id' | 'customer_id' | 'presence' | 'tm_create'>;

/** What is shown of it: what it is held for, else what it says of itself. */
export function statusOf({ engaged, presence }: Pick<Agent, 'engaged' | 'presence'>): AgentStatus {
  if (engaged === null) return presence;
  return engaged.stage === 'ringing' ? 'ringing' : 'busy';
}
