import type { LineEnd, LineEvents } from '../network/line.ts';
import { detect } from './detection.ts';
import { eventBase, tell, tellAt } from './letters.ts';
import { openSocket } from './sockets.ts';
import {
  type Application,
  type Call,
  type CallOrder,
  type CallStatus,
  isOver,
  type Json,
  newConversation,
  type World,
} from './state.ts';
import { addressOf, durationOf, NETWORK, priceOf, RATE, stampOf } from './wire.ts';

export function makeCall(
  world: World,
  app: Application,
  { direction, ...order }: CallOrder & { readonly direction: Call['direction'] },
): Call {
  const call: Call = {
    uuid: world.names.uuid(),
    app,
    direction,
    order,
    tm_created: world.clock.now(),
    conversation: newConversation(world),
    tm_answered: null,
    tm_ended: null,
    status: 'started',
    line: null,
    sip_code: null,
    detail: null,
    disconnected_by: null,
    muted: false,
    earmuffed: false,
    interrupt: () => undefined,
    on_digit: null,
    digits_hook: null,
    stop_talk: null,
    stop_stream: null,
    on_answer: new Set(),
    on_end: new Set(),
  };
  app.calls.set(call.uuid, call);
  return call;
}

/** Dials a call a moment after it was created, so that the creator hears of it first. */
export function dial(world: World, call: Call): void {
  call.interrupt = world.clock.after(0, () => {
    call.interrupt = () => undefined;
    tellStatus(world, call);
    const { order, uuid: ref } = call;
    if (order.to.type === 'websocket') return openSocket(world, call, socketEvents(world, call));
    const { from } = order;
    const to = addressOf(order.to);
    call.line = world.network.dial({ carrier: 'vonage', from, to, ref }, eventsOf(world, call));
    call.line.after(order.ringing_s * 1_000, () => {
      if (call.tm_answered === null) call.line?.hangUp('ring_timer');
    });
  });
}

/** What the network tells about a call's line. */
export function eventsOf(world: World, call: Call): LineEvents {
  return {
    ringing: () => {
      call.status = 'ringing';
      tellStatus(world, call);
    },
    answered: () => answered(world, call),
    ended: (end) => finish(world, call, end),
    digit: (digit) => {
      call.on_digit?.(digit);
      if (call.digits_hook !== null) tellDigit(world, call, digit);
    },
  };
}

function socketEvents(world: World, call: Call): Parameters<typeof openSocket>[2] {
  return {
    opened: () => answered(world, call),
    ended: (by) => {
      if (isOver(call)) return;
      call.disconnected_by = by === 'far_end' ? 'user' : 'platform';
      close(world, call, call.tm_answered === null ? 'failed' : 'completed');
    },
  };
}

function tellDigit(world: World, call: Call, digits: string): void {
  const payload = { ...eventBase(world, call), dtmf: { digits, timed_out: false } };
  const hook = call.digits_hook;
  if (hook !== null) void tellAt(world, call, { hook, tag: 'input', payload });
}

function answered(world: World, call: Call): void {
  call.tm_answered = world.clock.now();
  call.status = 'answered';
  tellStatus(world, call, { start_time: null, rate: RATE, network: NETWORK });
  for (const wake of call.on_answer) wake();
  call.on_answer.clear();
  const { order } = call;
  call.line?.after(order.length_s * 1_000, () => call.line?.hangUp('talk_timer'));
  const { dtmfAnswer = '' } = order.to;
  if (dtmfAnswer !== '') call.line?.hear(`dtmf: ${dtmfAnswer}`, dtmfAnswer.replaceAll('p', 'w'));
  detect(world, call, () => hangUp(world, call));
  if (call.direction === 'outbound' && order.source !== null) world.perform(call, order.source);
}

/** How Vonage calls the end of a line that was not answered, and in which detail. */
const ENDS: Readonly<Record<number, readonly [CallStatus, string | null]>> = {
  403: ['rejected', 'restricted'],
  404: ['rejected', 'invalid_number'],
  408: ['unanswered', 'carrier_timeout'],
  410: ['failed', 'number_out_of_service'],
  480: ['unanswered', 'unavailable'],
  484: ['rejected', 'invalid_number'],
  486: ['busy', null],
  500: ['failed', 'internal_error'],
  503: ['failed', 'cannot_route'],
  600: ['busy', null],
  603: ['rejected', 'declined'],
};

function finish(world: World, call: Call, { code, by }: LineEnd): void {
  if (isOver(call)) return;
  call.sip_code = code;
  call.disconnected_by = by === 'far_end' ? 'user' : 'platform';
  if (call.tm_answered !== null) return close(world, call, 'completed');
  if (by === 'ring_timer') return close(world, call, 'timeout');
  if (call.direction === 'inbound') return close(world, call, 'completed');
  if (by === 'near_end') return close(world, call, 'cancelled');
  const [status, detail] = ENDS[code] ?? ['failed', null];
  call.detail = detail;
  close(world, call, status);
}

function close(world: World, call: Call, status: CallStatus): void {
  call.tm_ended = world.clock.now();
  call.status = status;
  call.on_digit = null;
  call.interrupt();
  for (const wake of call.on_end) wake();
  call.on_end.clear();
  tellStatus(world, call, finalFields(call));
}

function finalFields(call: Call): Json {
  const { sip_code, detail, status, tm_answered, tm_ended } = call;
  const ended = tm_ended === null ? null : stampOf(tm_ended);
  const common = {
    ...(sip_code === null ? {} : { sip_code }),
    ...(detail === null ? {} : { detail }),
  };
  if (status !== 'completed') return common;
  return {
    ...common,
    disconnected_by: call.disconnected_by,
    start_time: tm_answered === null ? null : stampOf(tm_answered),
    end_time: ended,
    duration: String(durationOf(call)),
    rate: RATE,
    price: priceOf(call),
    network: NETWORK,
  };
}

/** Ends a call, whatever it does. */
export function hangUp(world: World, call: Call): void {
  if (isOver(call)) return;
  call.disconnected_by = 'platform';
  if (call.line !== null) return call.line.hangUp();
  close(world, call, call.tm_answered === null ? 'cancelled' : 'completed');
}

function tellStatus(world: World, call: Call, more: Json = {}): void {
  const payload = { ...eventBase(world, call), status: call.status, ...more };
  tell(world, call, { tag: `status.${call.status}`, payload });
}
