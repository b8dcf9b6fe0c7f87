import type { LineEnd, LineEvents } from '../network/line.ts';
import { detect } from './detection.ts';
import { reportStep } from './reports.ts';
import { startCallRecording } from './recordings.ts';
import {
  type Account,
  type Call,
  type CallOrder,
  type CallStatus,
  type Direction,
  isOver,
  sid,
  type World,
} from './state.ts';

/** Twilio lets a call ring so much longer than its Timeout says. */
const TIMEOUT_BUFFER_MS = 5_000;

export interface CallSpec {
  readonly account: Account;
  readonly direction: Direction;
  readonly from: string;
  readonly to: string;
  readonly parent_sid: string | null;
  readonly order: CallOrder;
}

export function makeCall(world: World, spec: CallSpec): Call {
  const now = world.clock.now();
  const call: Call = {
    ...spec,
    sid: sid(world, 'CA'),
    status_hook: spec.order.status,
    tm_created: now,
    tm_updated: now,
    tm_started: null,
    tm_answered: null,
    tm_ended: null,
    status: 'queued',
    line: null,
    answered_by: null,
    sip_code: null,
    reports: 0,
    interrupt: () => undefined,
    on_digit: null,
    on_answer: new Set(),
    on_end: new Set(),
    events: [],
  };
  spec.account.calls.set(call.sid, call);
  return call;
}

/** Puts a call into its account's queue, which lets so many go a second. */
export function queueCall(world: World, call: Call): void {
  const { account } = call;
  const now = world.clock.now();
  const at = Math.max(now, account.next_start);
  account.next_start = at + 1_000 / world.settings.calls_per_s;
  const cancel = world.clock.after(at - now, () => dial(world, call));
  call.interrupt = cancel;
}

function dial(world: World, call: Call): void {
  if (isOver(call)) return;
  call.interrupt = () => undefined;
  become(world, call, 'initiated');
  call.tm_started = world.clock.now();
  reportStep(world, call, 'initiated');
  const { from, to, sid: ref } = call;
  call.line = world.network.dial({ carrier: 'twilio', from, to, ref }, eventsOf(world, call));
  call.line.after(call.order.timeout_s * 1_000 + TIMEOUT_BUFFER_MS, () => {
    if (call.tm_answered === null) call.line?.hangUp('ring_timer');
  });
}

/** What the network tells about a call's line. */
export function eventsOf(world: World, call: Call): LineEvents {
  return {
    ringing: () => {
      become(world, call, 'ringing');
      reportStep(world, call, 'ringing');
    },
    answered: () => answered(world, call),
    ended: (end) => finish(world, call, end),
    digit: (digit) => call.on_digit?.(digit),
  };
}

function answered(world: World, call: Call): void {
  call.tm_answered = world.clock.now();
  become(world, call, 'in-progress');
  reportStep(world, call, 'answered');
  for (const wake of call.on_answer) wake();
  call.on_answer.clear();
  limitTime(call, call.order.time_limit_s);
  const { order } = call;
  if (order.record !== null) startCallRecording(world, call, order.record);
  if (order.send_digits !== '') call.line?.hear(`dtmf: ${order.send_digits}`, order.send_digits);
  // A call that came in is answered by its document, which goes on by itself.
  if (call.direction !== 'inbound') detect(world, call, () => begin(world, call));
}

/** Has a call run its first document. */
export function begin(world: World, call: Call): void {
  const { document: hook, twiml } = call.order;
  if (hook === null && twiml === null) return;
  world.perform(call, { hook, twiml, tag: 'answer', params: {} });
}

/** Cuts the talk when it has lasted so long. */
export function limitTime(call: Call, seconds: number): void {
  call.line?.after(seconds * 1_000, () => call.line?.hangUp('talk_timer'));
}

const BUSY_CODES: readonly number[] = [486, 600];
const UNANSWERED_CODES: readonly number[] = [408, 480];

/** How Twilio calls the end of a line. */
function statusOf(call: Call, { code, by }: LineEnd): CallStatus {
  if (call.tm_answered !== null) return 'completed';
  if (by === 'near_end') return 'canceled';
  if (by === 'ring_timer') return 'no-answer';
  if (BUSY_CODES.includes(code)) return 'busy';
  return UNANSWERED_CODES.includes(code) && call.status === 'ringing' ? 'no-answer' : 'failed';
}

function finish(world: World, call: Call, end: LineEnd): void {
  if (isOver(call)) return;
  // A caller who gives up before the answer has made a call all the same.
  const status =
    call.direction === 'inbound' && end.by === 'far_end' ? 'completed' : statusOf(call, end);
  if (call.direction !== 'inbound') call.sip_code = end.code;
  close(world, call, status);
}

function close(world: World, call: Call, status: CallStatus): void {
  call.tm_ended = world.clock.now();
  become(world, call, status);
  call.on_digit = null;
  call.interrupt();
  for (const wake of call.on_end) wake();
  call.on_end.clear();
  reportStep(world, call, 'completed');
}

/** Ends a call, whatever it does. One that is still in the queue never rings. */
export function hangUp(world: World, call: Call, status: CallStatus | null = null): void {
  if (isOver(call)) return;
  if (call.line === null) return close(world, call, 'canceled');
  const { line } = call;
  if (call.tm_answered === null && status !== null) close(world, call, status);
  line.hangUp();
}

/** Turns a call that came in down, with the SIP code its caller gets. */
export function turnDown(world: World, call: Call, { code }: { readonly code: number }): void {
  close(world, call, code === 486 ? 'busy' : 'no-answer');
  call.line?.end({ code, by: 'near_end' });
}

export function become(world: World, call: Call, status: CallStatus): void {
  call.status = status;
  call.tm_updated = world.clock.now();
}
