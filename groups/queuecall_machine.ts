import { NULL_ID } from '../kernel/brand.ts';
import { rfc3339 } from '../kernel/instant.ts';
import type { Cell, Machine } from './machine.ts';
import { ignore } from './machine.ts';
import { isOver, type Queuecall, type QueuecallStatus, serviceMs, waitedMs } from './queuecall.ts';
import * as moves from './queuecall_moves.ts';

type Known =
  | 'line_joined'
  | 'line_refused'
  | 'agent_taken'
  | 'agent_asks'
  | 'nested_answered'
  | 'nested_ended'
  | 'master_ended'
  | 'call_left'
  | 'kick_asked'
  | 'delete_asked'
  | 'timer_fired';
type Row = { readonly [Type in Known]: Cell<Queuecall, Type> };

const placed = ignore('the queue has said so already');
const alone = ignore('no phones ring for it');
const going = ignore('it is being sent on');
const over = ignore('the call is out of the queue');

/** Whoever waits, whether or not the queue has said where. */
const OPEN = {
  line_refused: moves.turnedAway,
  agent_taken: moves.connect,
  agent_asks: moves.release,
  nested_answered: moves.refuse,
  nested_ended: alone,
  master_ended: moves.leave,
  call_left: moves.leave,
  kick_asked: moves.kicked,
  delete_asked: moves.removed,
  timer_fired: moves.firedWaiting,
} as const;

const OVER: Row = {
  line_joined: moves.leaveAgain,
  line_refused: over,
  agent_taken: moves.releaseOver,
  agent_asks: moves.release,
  nested_answered: moves.refuse,
  nested_ended: moves.silence,
  master_ended: over,
  call_left: over,
  kick_asked: over,
  delete_asked: moves.hidden,
  timer_fired: moves.firedOver,
};

/** The whole life of a call in a queue. Every status answers every fact. */
export const QUEUECALL_TABLE: { readonly [Status in QueuecallStatus]: Row } = {
  initiating: { ...OPEN, line_joined: moves.join },
  waiting: { ...OPEN, line_joined: placed },
  connecting: {
    ...OPEN,
    line_joined: placed,
    line_refused: placed,
    agent_taken: moves.release,
    nested_answered: moves.serve,
    nested_ended: moves.miss,
    timer_fired: moves.firedConnecting,
  },
  service: {
    ...OPEN,
    line_joined: placed,
    line_refused: placed,
    agent_taken: moves.release,
    nested_answered: moves.refuseOther,
    nested_ended: moves.finish,
    timer_fired: moves.firedService,
  },
  kicking: {
    line_joined: going,
    line_refused: going,
    agent_taken: moves.release,
    agent_asks: moves.release,
    nested_answered: moves.refuse,
    nested_ended: moves.silence,
    master_ended: moves.leave,
    call_left: moves.leave,
    kick_asked: going,
    delete_asked: moves.hidden,
    timer_fired: moves.firedKicking,
  },
  done: OVER,
  abandoned: OVER,
};

/** A call in a queue, as the engine runs it. */
export const queuecallMachine: Machine<Queuecall> = {
  kind: 'queuecall',
  ended_by: { type: 'delete_asked' },
  table: QUEUECALL_TABLE,
  isLive: (own) => !isOver(own) || own.held !== null,
  wants: ({ held }, ring_id) => held?.ring_id === ring_id && !held.given_up,
  newsOf: (before, after) => [
    ...(before.status === after.status ? [] : [NOTICES[after.status]]),
    ...(before.tm_delete === null && after.tm_delete !== null ? ['queuecall_deleted'] : []),
  ],
  show: publicQueuecall,
};

/** VoIPBIN's words for a change of status. */
const NOTICES: Readonly<Record<QueuecallStatus, string>> = {
  initiating: 'queuecall_created',
  waiting: 'queuecall_waiting',
  connecting: 'queuecall_entering',
  service: 'queuecall_serviced',
  kicking: 'queuecall_kicking',
  done: 'queuecall_done',
  abandoned: 'queuecall_abandoned',
};

/** A call in a queue as customers see it, in VoIPBIN's words. Spans in milliseconds. */
function publicQueuecall(own: Queuecall): Record<string, unknown> {
  return {
    id: own.id,
    customer_id: own.customer_id,
    queue_id: own.parent_id,
    reference_type: 'call',
    reference_id: own.reference_id,
    reference_activeflow_id: own.activeflow_id,
    status: own.status,
    service_agent_id: own.service_agent_id ?? NULL_ID,
    service_call_id: own.service_call_id ?? NULL_ID,
    timeout_wait: own.wait_timeout_ms,
    timeout_service: own.service_timeout_ms,
    duration_waiting: waitedMs(own),
    duration_service: serviceMs(own),
    tm_create: rfc3339(own.tm_create),
    tm_service: rfc3339(own.tm_service),
    tm_end: rfc3339(own.tm_end),
    tm_update: rfc3339(own.tm_update),
    tm_delete: rfc3339(own.tm_delete),
  };
}
