import type { GroupId, RoomId } from '../../kernel/brand.ts';
import { parseJson } from '../../kernel/foreign.ts';
import type { CallEvent, EventOf } from '../../calls/events.ts';
import type { ActionKind, ActionOrder, Scene, Turn } from '../action.ts';
import type { Memory } from '../flow.ts';

interface Option {
  readonly queue_id: GroupId;
}

/** What is remembered between events. */
interface Stay {
  readonly queuecall_id: GroupId;
  readonly room_id: RoomId;
  /** Whether the queue was found, and the call stands in it. */
  readonly entered: boolean;
  /** Whose word ends the stay: the queue's or, of one who was transferred, the transfer's. */
  readonly with_id: GroupId;
  /** due: an agent is there; this leg joins as soon as it is answered itself. */
  readonly joined: 'no' | 'due' | 'yes';
}

/** What is read of a queue: see Effect.queue_read. */
interface QueueText {
  readonly name: string;
  readonly detail: string;
  readonly wait_timeout: number;
  readonly service_timeout: number;
  readonly ahead: number;
  readonly actions: readonly unknown[];
}

/** The store answers in milliseconds; a minute is a store that has been away and came back. */
const REPLY_MS_MAX = 60_000;
/** Between two rounds of the wait flow, however short it is: what never waits must not spin. */
const PAUSE_MS = 1_000;

function remembered({ memory }: Scene): Stay {
  // Only `noted` writes this action's memory.
  return memory as unknown as Stay;
}

function noted(stay: Stay): Memory {
  return { ...stay };
}

function read({ queue_id }: Option, { queuecall_id }: Stay): ActionOrder {
  return { give: 'queue_read', queue_id, queuecall_id };
}

/** Comes into the queue, once it is known that there is one, and waits for a round. */
function enter(option: Option, scene: Scene, event: EventOf<'request_finished'>): Turn {
  const stay = remembered(scene);
  if (stay.joined !== 'no') return { next: 'wait' };
  if (!event.reply.ok) {
    // Found before and gone now, it will say itself that the call is out.
    if (stay.entered) return { next: 'wait', wake_after_ms: REPLY_MS_MAX };
    return { next: 'fail', detail: `there is no queue ${option.queue_id}: ${event.reply.error}` };
  }
  const parsed = parseJson(event.reply.body);
  // What the store answers is what our own side wrote.
  const queue = (parsed.ok ? parsed.value : null) as QueueText;
  const list = scene.readActions(JSON.stringify(queue.actions));
  const turn = {
    orders: stay.entered ? [] : [opening(option, scene, stay)],
    set: { ...settings(option, stay, queue), 'voipbin.queuecall.status': 'waiting' },
    memory: noted({ ...stay, entered: true }),
  };
  if (!list.fit || list.actions.length === 0)
    return { ...turn, next: 'wait', wake_after_ms: REPLY_MS_MAX };
  return { ...turn, next: 'push', actions: list.actions, flow_id: null, keep: true };
}

function opening({ queue_id }: Option, scene: Scene, stay: Stay): ActionOrder {
  const { queuecall_id: group_id, room_id } = stay;
  const order = { kind: 'queuecall', group_id, queue_id, room_id, master_group_id: null } as const;
  return { give: 'group_open', order: { ...order, master_call_id: scene.call_id } };
}

function settings(option: Option, stay: Stay, queue: QueueText): Record<string, string> {
  return {
    'voipbin.queue.id': option.queue_id,
    'voipbin.queue.name': queue.name,
    'voipbin.queue.detail': queue.detail,
    'voipbin.queuecall.id': stay.queuecall_id,
    'voipbin.queuecall.position': String(queue.ahead + 1),
    'voipbin.queuecall.timeout_wait': String(queue.wait_timeout),
    'voipbin.queuecall.timeout_service': String(queue.service_timeout),
  };
}

/** An agent has answered, or this leg has: both are needed before they talk. */
function join(stay: Stay, { status }: Scene): Turn {
  const set = { 'voipbin.queuecall.status': 'service' };
  const idle = { next: 'wait', wake_after_ms: null, set } as const;
  if (status !== 'progressing') return { ...idle, memory: noted({ ...stay, joined: 'due' }) };
  const { room_id } = stay;
  const orders: readonly ActionOrder[] = [
    { give: 'instruct', instruction: { do: 'stop' }, awaited: false },
    { give: 'instruct', instruction: { do: 'join', room_id }, awaited: false },
  ];
  return { ...idle, orders, memory: noted({ ...stay, joined: 'yes' }) };
}

/** The call is out of the queue, and says so: the queue waits for its word where it sent it on. */
function part(stay: Stay): Turn {
  const status = stay.joined === 'no' ? 'abandoned' : 'done';
  const set = { 'voipbin.queuecall.status': status };
  return { next: 'onward', set, orders: [...leaving(stay), left(stay)] };
}

function leaving({ joined, room_id }: Stay): readonly ActionOrder[] {
  const instruction = { do: 'leave', room_id } as const;
  return joined === 'yes' ? [{ give: 'instruct', instruction, awaited: false }] : [];
}

function left({ queuecall_id }: Stay): ActionOrder {
  return { give: 'group_tell', group_id: queuecall_id, fact: { type: 'call_left' }, joins: false };
}

/** The run is taken elsewhere: whoever the call talks with is hung up. */
function abandoned(stay: Stay): readonly ActionOrder[] {
  const { queuecall_id, with_id: group_id } = stay;
  const fact = { type: 'hangup_asked' } as const;
  const transferred: readonly ActionOrder[] =
    group_id === queuecall_id ? [] : [{ give: 'group_tell', group_id, fact, joins: false }];
  return [...leaving(stay), left(stay), ...transferred];
}

/** Whether an event is about the call's stay in this queue. */
function isOurs(stay: Stay, event: CallEvent): boolean {
  return 'group_id' in event && event.group_id === stay.with_id;
}

const IDLE: Turn = { next: 'wait' };

/** Waits in a queue until an agent answers, and talks with it until that hangs up. */
export const queue_join: ActionKind<Option> = {
  type: 'queue_join',
  needs: ['room'],
  waits: true,
  bridges: true,
  on_leg: 'answers',
  sets: [
    'voipbin.queue.id',
    'voipbin.queue.name',
    'voipbin.queue.detail',
    'voipbin.queuecall.id',
    'voipbin.queuecall.status',
    'voipbin.queuecall.position',
    'voipbin.queuecall.timeout_wait',
    'voipbin.queuecall.timeout_service',
  ],
  outlook: () => ({ lasts: { ms: null, why: 'nobody knows when an agent is free' } }),
  begin: (option, scene) => {
    const queuecall_id = scene.idFor('queuecall') as GroupId;
    const stay: Stay = {
      queuecall_id,
      with_id: queuecall_id,
      room_id: scene.idFor('room') as RoomId,
      entered: false,
      joined: 'no',
    };
    const unanswered = scene.direction === 'incoming' && scene.status !== 'progressing';
    const answer = { give: 'instruct', instruction: { do: 'answer' }, awaited: false } as const;
    return {
      next: 'wait',
      orders: [...(unanswered ? [answer] : []), read(option, stay)],
      memory: noted(stay),
      wake_after_ms: REPLY_MS_MAX,
    };
  },
  react: (option, scene, event) => {
    const stay = remembered(scene);
    if (event.type === 'request_finished') return enter(option, scene, event);
    if (event.type === 'timer_fired' && stay.joined === 'no') return again(option, stay);
    if (event.type === 'leg_answered' && stay.joined === 'due') return join(stay, scene);
    // Transferred, it is the transfer that says when the talk is over.
    if (event.type === 'child_released' && stay.joined === 'yes')
      return { next: 'wait', memory: noted({ ...stay, with_id: event.group_id }) };
    if (!isOurs(stay, event)) return { next: 'wait' };
    if (event.type === 'group_answered') return stay.joined === 'no' ? join(stay, scene) : IDLE;
    return part(stay);
  },
  interrupts: (scene, event) => isOurs(remembered(scene), event),
  listEnded: () => ({ next: 'wait', wake_after_ms: PAUSE_MS }),
  abandon: (_option, scene) => abandoned(remembered(scene)),
};

/** Another round: the queue is read anew, for the wait flow and the place in line may change. */
function again(option: Option, stay: Stay): Turn {
  if (!stay.entered) return { next: 'fail', detail: 'the queue was not found in time' };
  return { next: 'wait', orders: [read(option, stay)], wake_after_ms: REPLY_MS_MAX };
}
