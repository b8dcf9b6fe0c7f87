import type { GroupId, Instant } from '../kernel/brand.ts';
import { after } from '../kernel/instant.ts';
import { type Agent, type AgentDraft, type Engagement, statusOf } from './agent.ts';
import type { GroupEffect, GroupEventOf, GroupStep } from './effects.ts';
import { stay } from './effects.ts';
import { withTimer } from './group.ts';

type Step = GroupStep<Agent>;

/**
 * How long an agent waits for word of the call it is held for before it asks. What is stored is
 * always told; this finds what a fault of ours has left behind.
 */
export const AGENT_CHECK_MS = 120_000;

/** A new agent. */
export function openAgent(draft: AgentDraft): Step {
  const { presence, tm_create } = draft;
  const agent: Agent = {
    ...draft,
    kind: 'agent',
    status: presence,
    engaged: null,
    parent_id: null,
    reference_id: null,
    timers: {},
    told_count: 0,
    tm_status: tm_create,
    tm_update: tm_create,
    tm_delete: null,
  };
  return stay(agent, [
    { do: 'name_claim', name: nameOf(agent) },
    { do: 'notice_tell', notice: 'agent_created' },
  ]);
}

/** A queue wants it: the first that asks has it, and everybody else is refused. */
export function want(agent: Agent, event: GroupEventOf<'agent_wanted'>): Step {
  const { engaged, presence, tm_delete } = agent;
  const { queue_id, queuecall_id, offer, at } = event;
  // Asked once more, since the answer may have been lost.
  if (engaged?.stage === 'ringing' && isAbout(engaged, event))
    return stay(agent, [taking(agent, event)]);
  if (engaged !== null || presence !== 'available' || tm_delete !== null)
    return stay(agent, [refusing(agent, event)]);
  const held: Engagement = { queue_id, queuecall_id, offer, stage: 'ringing' };
  return moved(checked({ ...agent, engaged: held }, at), at, [taking(agent, event)]);
}

function taking({ id }: Agent, event: GroupEventOf<'agent_wanted'>): GroupEffect {
  const { queuecall_id, offer } = event;
  const fact = { type: 'agent_taken', agent_id: id, offer } as const;
  return { do: 'group_tell', group_id: queuecall_id, fact };
}

function refusing({ id }: Agent, event: GroupEventOf<'agent_wanted'>): GroupEffect {
  const { queue_id, queuecall_id, offer } = event;
  const fact = { type: 'agent_refused', queuecall_id, agent_id: id, offer } as const;
  return { do: 'group_tell', group_id: queue_id, fact };
}

export function answered(agent: Agent, event: GroupEventOf<'agent_answered'>): Step {
  const { engaged } = agent;
  if (engaged?.stage !== 'ringing' || !isAbout(engaged, event)) return stay(agent);
  return moved({ ...agent, engaged: { ...engaged, stage: 'talking' } }, event.at);
}

/** The call it was held for is over, or goes on without it. */
export function freed(agent: Agent, event: GroupEventOf<'agent_freed'>): Step {
  const { engaged } = agent;
  const { wrap_up_ms, at } = event;
  if (engaged === null || engaged.stage === 'wrapping' || !isAbout(engaged, event))
    return stay(agent);
  if (wrap_up_ms === 0) return free(agent, at);
  const wrapping: Agent = { ...agent, engaged: { ...engaged, stage: 'wrapping' } };
  return moved(withTimer(withTimer(wrapping, 'check', null), 'wrap_up', after(at, wrap_up_ms)), at);
}

function free(agent: Agent, at: Instant): Step {
  const idle = withTimer(withTimer({ ...agent, engaged: null }, 'check', null), 'wrap_up', null);
  return moved(idle, at);
}

export function write(agent: Agent, { profile }: GroupEventOf<'agent_written'>): Step {
  if (agent.tm_delete !== null) return stay(agent);
  const written = { ...agent, ...profile };
  return stay(written, profile.tag_ids === undefined ? [] : rousing(written));
}

/** While it is held this is only noted, but for one who is ready before its wrap-up is over. */
export function setPresence(agent: Agent, { presence, at }: GroupEventOf<'presence_set'>): Step {
  if (agent.tm_delete !== null) return stay(agent);
  const noted = agent.presence === presence ? agent : { ...agent, presence };
  if (noted.engaged?.stage === 'wrapping') return free(noted, at);
  return noted === agent || noted.engaged !== null ? stay(noted) : moved(noted, at);
}

/** Its name may be another's now. */
export function remove(agent: Agent, { at }: GroupEventOf<'delete_asked'>): Step {
  if (agent.tm_delete !== null) return stay(agent);
  return stay({ ...agent, tm_delete: at }, [{ do: 'name_release', name: nameOf(agent) }]);
}

/** Names that differ in case alone are the same. */
function nameOf({ username }: Agent): string {
  return username.toLowerCase();
}

export function fire(agent: Agent, { timer, at }: GroupEventOf<'timer_fired'>): Step {
  const { id, engaged } = agent;
  if (timer === 'wrap_up') return free(agent, at);
  if (engaged === null) return stay(agent);
  const { queuecall_id, offer } = engaged;
  const fact = { type: 'agent_asks', agent_id: id, offer } as const;
  return stay(checked(agent, at), [{ do: 'group_tell', group_id: queuecall_id, fact }]);
}

function checked(agent: Agent, at: Instant): Agent {
  return withTimer(agent, 'check', after(at, AGENT_CHECK_MS));
}

function isAbout(
  { queuecall_id, offer }: Engagement,
  event: { readonly queuecall_id: GroupId; readonly offer: number },
): boolean {
  return event.queuecall_id === queuecall_id && event.offer === offer;
}

function moved(agent: Agent, at: Instant, effects: readonly GroupEffect[] = []): Step {
  const status = statusOf(agent);
  if (status === agent.status) return stay(agent, effects);
  const next = { ...agent, status, tm_status: at };
  return stay(next, [...effects, ...rousing(next)]);
}

/** Queues in which somebody waits for one like it need not look around for it. */
function rousing({ status, tag_ids, tm_delete }: Agent): GroupEffect[] {
  const serves = status === 'available' && tm_delete === null && tag_ids.length > 0;
  return serves ? [{ do: 'queues_rouse', tag_ids }] : [];
}
