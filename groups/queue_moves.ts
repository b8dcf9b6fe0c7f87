import type { GroupId, Instant } from '../kernel/brand.ts';
import { after } from '../kernel/instant.ts';
import type { GroupEffect, GroupEventOf, GroupStep } from './effects.ts';
import { stay } from './effects.ts';
import { withTimer } from './group.ts';
import type { Queue, QueueDraft, QueueTotals } from './queue.ts';
import { atEnd, isShort, match, unasked, type Waiting, without } from './queue_line.ts';

type Step = GroupStep<Queue>;

/** Who comes when so many wait is told that the queue is full. */
export const LINE_MAX = 500;
/** How often free agents are looked for while somebody waits; who becomes free says so itself. */
export const LOOK_MS = 5_000;
/** An agent that was asked and of which nothing was heard for so long is asked once more. */
export const ASK_AGAIN_MS = 120_000;

const NO_TOTALS: QueueTotals = {
  incoming_count: 0,
  serviced_count: 0,
  abandoned_count: 0,
  within_count: 0,
  wait_ms_sum: 0,
  wait_ms_max: 0,
  service_ended_count: 0,
  service_ms_sum: 0,
};

/** A new queue, in which nobody waits. */
export function openQueue(draft: QueueDraft): Step {
  const queue: Queue = {
    ...draft,
    kind: 'queue',
    status: 'idle',
    line: [],
    serving: [],
    last_agent_id: null,
    totals: NO_TOTALS,
    parent_id: null,
    reference_id: null,
    timers: {},
    told_count: 0,
    tm_update: draft.tm_create,
    tm_delete: null,
  };
  return stay(queue, [{ do: 'notice_tell', notice: 'queue_created' }]);
}

/** A call has come. */
export function enter(queue: Queue, event: GroupEventOf<'queuecall_entered'>): Step {
  const { queuecall_id, at } = event;
  if (isIn(queue, queuecall_id)) return stay(queue);
  const { line, totals, tm_delete } = queue;
  if (tm_delete !== null || line.length >= LINE_MAX)
    return stay(queue, [tell(queuecall_id, { type: 'line_refused' })]);
  const joined = tell(queuecall_id, { type: 'line_joined', ahead: line.length });
  const counted = { ...totals, incoming_count: totals.incoming_count + 1 };
  return look({ ...queue, line: atEnd(line, queuecall_id, at), totals: counted }, at, [joined]);
}

/** Looks for agents where anybody in line has none. */
function look(queue: Queue, at: Instant, effects: readonly GroupEffect[] = []): Step {
  const found: readonly GroupEffect[] = needsAgents(queue) ? [{ do: 'agents_find' }] : [];
  return settled(queue, at, [...effects, ...found]);
}

function needsAgents({ line, tag_ids }: Queue): boolean {
  return isShort(line) && tag_ids.length > 0;
}

/** Sets the alarm by which those in line are not forgotten; whatever happens, it is not put off. */
function settled(queue: Queue, at: Instant, effects: readonly GroupEffect[] = []): Step {
  const { line, timers } = queue;
  const due = after(at, needsAgents(queue) ? LOOK_MS : ASK_AGAIN_MS);
  const look_at = line.length === 0 ? null : (Math.min(due, timers['look'] ?? due) as Instant);
  const status = line.length === 0 ? 'idle' : 'waiting';
  return stay({ ...withTimer(queue, 'look', look_at), status }, effects);
}

/** Free agents were found: they are asked for those in line, the first first. */
export function assign(queue: Queue, { agents, at }: GroupEventOf<'agents_found'>): Step {
  const { routing_method: method, last_agent_id: last } = queue;
  const { line, asking, last_agent_id } = match(queue.line, agents, { method, last, at });
  if (asking.length === 0) return stay(queue);
  const effects = asking.flatMap((each) => want(queue, each));
  return settled({ ...queue, line, last_agent_id }, at, effects);
}

function want({ id }: Queue, { queuecall_id, offer, asked }: Waiting): GroupEffect[] {
  if (asked === null) return [];
  return [tell(asked.agent_id, { type: 'agent_wanted', queue_id: id, queuecall_id, offer })];
}

/** The agent did not answer, or was another's already: the next one. */
export function back(queue: Queue, event: GroupEventOf<'queuecall_back' | 'agent_refused'>): Step {
  const rang = event.type === 'queuecall_back';
  const line = unasked(queue.line, event, { rang, at: event.at });
  return look({ ...queue, line }, event.at);
}

/** An agent has answered. */
export function serve(queue: Queue, event: GroupEventOf<'queuecall_served'>): Step {
  const { queuecall_id, waited_ms, at } = event;
  if (!queue.line.some((each) => each.queuecall_id === queuecall_id)) return stay(queue);
  return settled(served(queue, queuecall_id, waited_ms), at);
}

function served(queue: Queue, queuecall_id: GroupId, waited_ms: number): Queue {
  const { line, serving, totals, threshold_ms } = queue;
  return {
    ...queue,
    line: without(line, queuecall_id),
    serving: [...serving, queuecall_id],
    totals: {
      ...totals,
      serviced_count: totals.serviced_count + 1,
      within_count: totals.within_count + (waited_ms <= threshold_ms ? 1 : 0),
      wait_ms_sum: totals.wait_ms_sum + waited_ms,
      wait_ms_max: Math.max(totals.wait_ms_max, waited_ms),
    },
  };
}

/** A call is out of the queue. That it was served may be told after it. */
export function leave(queue: Queue, event: GroupEventOf<'queuecall_left'>): Step {
  const { queuecall_id, how, waited_ms, at } = event;
  if (!isIn(queue, queuecall_id)) return stay(queue);
  if (how === 'done') {
    const known = queue.serving.includes(queuecall_id);
    return settled(done(known ? queue : served(queue, queuecall_id, waited_ms), event), at);
  }
  const { line, totals } = queue;
  const counted = { ...totals, abandoned_count: totals.abandoned_count + 1 };
  return settled({ ...queue, line: without(line, queuecall_id), totals: counted }, at);
}

function done(queue: Queue, event: GroupEventOf<'queuecall_left'>): Queue {
  const { serving, totals } = queue;
  return {
    ...queue,
    serving: serving.filter((id) => id !== event.queuecall_id),
    totals: {
      ...totals,
      service_ended_count: totals.service_ended_count + 1,
      service_ms_sum: totals.service_ms_sum + event.service_ms,
    },
  };
}

export function write(queue: Queue, { settings, at }: GroupEventOf<'queue_written'>): Step {
  return queue.tm_delete === null ? look({ ...queue, ...settings }, at) : stay(queue);
}

/** Who talks goes on talking; who waits goes on with its flow. */
export function remove(queue: Queue, { at }: GroupEventOf<'delete_asked'>): Step {
  if (queue.tm_delete !== null) return stay(queue);
  const kicks = queue.line.map(({ queuecall_id }) => tell(queuecall_id, { type: 'kick_asked' }));
  return stay({ ...queue, tm_delete: at }, kicks);
}

/** Time to look again, and to ask anew where no answer came. */
export function fire(queue: Queue, { at }: GroupEventOf<'timer_fired'>): Step {
  const late = queue.line.filter(({ asked }) => asked !== null && asked.at + ASK_AGAIN_MS <= at);
  return look(
    queue,
    at,
    late.flatMap((each) => want(queue, each)),
  );
}

export function agentCame(queue: Queue, { at }: GroupEventOf<'agent_came'>): Step {
  return needsAgents(queue) ? look(queue, at) : stay(queue);
}

function isIn({ line, serving }: Queue, queuecall_id: GroupId): boolean {
  return line.some((each) => each.queuecall_id === queuecall_id) || serving.includes(queuecall_id);
}

type Fact = Extract<GroupEffect, { do: 'group_tell' }>['fact'];

function tell(group_id: GroupId, fact: Fact): GroupEffect {
  return { do: 'group_tell', group_id, fact };
}
