import { assert } from '../kernel/assert.ts';
import type { Address } from '../kernel/address.ts';
import type {
  ActiveflowId,
  CallId,
  CustomerId,
  EventId,
  GroupId,
  Instant,
  RoomId,
  TagId,
} from '../kernel/brand.ts';
import type { GroupFact, GroupOrder } from '../calls/group_facts.ts';
import type { AgentProfile, QueueSettings } from '../calls/queue_facts.ts';
import type { AgentDraft } from './agent.ts';
import type { GroupEffect, GroupEvent, GroupStep } from './effects.ts';
import type { GroupFacts } from './group.ts';
import { advance, type Machine, opened } from './machine.ts';
import type { QueueDraft } from './queue.ts';
import type { QueuecallDraft } from './queuecall.ts';

/** What the stories of queues, their calls and their agents have in common. */

export const BEGIN = 1_000_000 as Instant;
export const NOBODY: Address = {
  type: 'tel',
  target: '+15005550006',
  target_name: '',
  name: '',
  detail: '',
};
const PROFILE: AgentProfile = {
  username: 'ann',
  password_hash: '',
  name: 'Ann',
  detail: '',
  ring_method: 'ringall',
  permission: 16,
  tag_ids: ['tag' as TagId],
  addresses: [NOBODY],
};
export const SETTINGS: QueueSettings = {
  name: 'Support',
  detail: '',
  routing_method: 'longest_idle',
  tag_ids: ['tag' as TagId],
  wait_flow_id: null,
  wait_timeout_ms: 60_000,
  service_timeout_ms: 600_000,
  ring_timeout_ms: 20_000,
  wrap_up_ms: 5_000,
  threshold_ms: 20_000,
};
const OWNED = { customer_id: 'customer' as CustomerId, tm_create: BEGIN };

export const AGENT: AgentDraft = {
  ...PROFILE,
  ...OWNED,
  id: 'agent' as GroupId,
  presence: 'available',
};
export const QUEUE: QueueDraft = { ...SETTINGS, ...OWNED, id: 'queue' as GroupId };
export const QUEUECALL: QueuecallDraft = {
  ...OWNED,
  id: 'own' as GroupId,
  parent_id: 'queue' as GroupId,
  reference_id: 'caller' as CallId,
  activeflow_id: 'run' as ActiveflowId,
  room_id: 'room' as RoomId,
  source: NOBODY,
  wait_timeout_ms: SETTINGS.wait_timeout_ms,
  service_timeout_ms: SETTINGS.service_timeout_ms,
  ring_timeout_ms: SETTINGS.ring_timeout_ms,
  wrap_up_ms: SETTINGS.wrap_up_ms,
  hops: 0,
  max_duration_ms: 3_600_000,
  test: true,
};

export type Grouped = GroupFacts & { readonly kind: string; readonly status: string };
/** Turns the words of a story into a fact, as things stand. */
export type Reader<G> = (words: readonly string[], group: G) => GroupFact;

export interface Told<G> {
  readonly group: G;
  /** What the last fact caused, in a story's words. */
  readonly effects: string;
}

/**
 * Tells facts, written `a; b; c`, one second apart, to a group that was just opened. `+9s` lets
 * time pass; `timer x` fires what is set, at its instant.
 */
export function tell<G extends Grouped>(
  machine: Machine<G>,
  from: GroupStep<G>,
  how: { readonly facts: string; readonly read: Reader<G> },
): Told<G> {
  let { state: group, effects } = opened(from, BEGIN);
  let at = BEGIN;
  for (const written of how.facts.split(';').map((each) => each.trim())) {
    if (written === '') continue;
    const words = written.split(' ');
    const span = /^\+(\d+)s$/.exec(written);
    at = (at + (span === null ? 1_000 : Number(span[1]) * 1_000)) as Instant;
    if (span !== null) continue;
    const event = eventFor(words, group, { at, read: how.read });
    at = event.at;
    const step = advance(machine, group, event);
    assert(step !== null, `${group.kind} knows no ${written}`);
    ({ state: group, effects } = step);
  }
  return { group, effects: effects.map(worded).join(', ') };
}

function eventFor<G extends Grouped>(
  words: readonly string[],
  group: G,
  { at, read }: { readonly at: Instant; readonly read: Reader<G> },
): GroupEvent {
  const [first = '', second = ''] = words;
  const named = { id: `e${at}` as EventId, subject_id: group.id };
  if (first !== 'timer') return { ...read(words, group), ...named, at };
  const due = group.timers[second] ?? (7 as Instant);
  const fired = { type: 'timer_fired', timer: second, due } as const;
  return { ...fired, ...named, at: Math.max(due, at) as Instant };
}

/** An effect in a story's words: whom it concerns, and what. */
export function worded(effect: GroupEffect): string {
  switch (effect.do) {
    case 'notice_tell':
      return effect.notice.replace(/^(agent|queuecall|queue|transfer)_/, '+');
    case 'group_tell':
      return `${shortly(effect.group_id)} ${effect.fact.type}`;
    case 'call_tell':
      return `${effect.call_id} ${effect.fact.type}`;
    case 'group_open':
      return openingIn(effect.order);
    case 'agents_find':
    case 'queues_rouse':
    case 'recording_open':
    case 'audio_store':
    case 'audio_remove':
    case 'member_place':
    case 'member_record':
    case 'name_claim':
    case 'name_release':
      return effect.do;
  }
}

/** What is opened, in a story's words. */
export function openingIn(order: GroupOrder): string {
  if (order.kind === 'queuecall') return `queue ${order.queue_id}`;
  return `ring ${order.destinations.map(({ target }) => target).join(' ')}`;
}

/** Derived ids say nothing to readers of stories: what is not named by hand is a ring. */
function shortly(id: string): string {
  return id.length === 36 ? 'ring' : id;
}
