import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Address } from '../kernel/address.ts';
import type {
  AccountId,
  ActiveflowId,
  CallId,
  CustomerId,
  EffectId,
  EventId,
  Instant,
  LegRef,
} from '../kernel/brand.ts';
import { type Call, NO_TIMERS } from '../calls/call.ts';
import type { CallEvent, FactOf } from '../calls/events.ts';
import { openingIn } from '../groups/queue_stories.ts';
import { childFact, groupFact, groupOf, ringWords } from './flow_facts.ts';
import type { RecordStart } from '../calls/instruction.ts';
import { type Line, type Party, PLAIN } from '../calls/media.ts';
import { DIRECT } from '../calls/passage.ts';
import type { Micros } from '../kernel/money.ts';
import type { ActionOrder } from '../flows/action.ts';
import { actions } from '../flows/actions/index.ts';
import { advance, begin, type FlowStep, type Stage } from '../flows/advance.ts';
import type { Action, FlowRun } from '../flows/flow.ts';
import type { Language } from '../flows/language.ts';
import { normalizeFlow } from '../flows/normalize.ts';
import { newRun } from '../flows/run.ts';

/** Monday, 2026-11-23, 14:30 UTC. */
export const NOW = 1_795_444_200_000 as Instant;

export function tel(target: string): Address {
  return { type: 'tel', target, target_name: '', name: '', detail: '' };
}

/** A leg that talks, from +1500 to +4930. */
export function callOf(changes: Partial<Call> = {}): Call {
  return {
    id: 'call' as CallId,
    customer_id: 'customer' as CustomerId,
    account_id: 'account' as AccountId,
    type: 'flow',
    direction: 'outgoing',
    source: tel('+1500'),
    destination: tel('+4930'),
    flow_id: null,
    activeflow_id: 'run' as ActiveflowId,
    master_call_id: null,
    chained_call_ids: [],
    room_id: null,
    ties: null,
    candidates: [],
    attempts: [],
    attempts_max: 3,
    early_execution: false,
    detect: false,
    passage: DIRECT,
    dial_timeout_ms: 60_000,
    talk_ms_max: 3_600_000,
    granted_ms: 3_600_000,
    hold_micros: 0 as Micros,
    media: PLAIN,
    metadata: {},
    sandbox: null,
    test: true,
    timers: NO_TIMERS,
    check_ms: 0,
    check_count: 0,
    told_count: 0,
    tm_create: NOW,
    tm_update: NOW,
    status: 'progressing',
    tm_ringing: NOW,
    tm_progressing: NOW,
    ...changes,
  } as unknown as Call;
}

export function runOf(program: readonly Action[], changes: Partial<FlowRun> = {}): FlowRun {
  const facts = {
    id: 'run' as ActiveflowId,
    customer_id: 'customer' as CustomerId,
    call_id: 'call' as CallId,
    flow_id: null,
    program,
    variables: {},
  };
  return { ...newRun(facts, NOW), ...changes };
}

/** An action for stories: it waits until the run is ended by someone else. */
const rest: Language[string] = {
  kind: {
    type: 'rest',
    needs: [],
    waits: true,
    begin: () => ({ next: 'wait' }),
    react: () => ({ next: 'wait' }),
  },
  schema: { type: 'object' },
};
export const LANGUAGE: Language = { ...actions, rest };

export function flowOf(raw: unknown): Action[] {
  return normalizeFlow(raw, (label) => label, LANGUAGE);
}

export function stageOf(call: Call, event_name: string): Stage {
  const effectId = (k: number) => `${event_name}/${k}` as EffectId;
  return { call, now: NOW, language: LANGUAGE, can: () => true, effectId };
}

export function eventOf(fact: FactOf, name = 'event'): CallEvent {
  return { ...fact, id: name as EventId, call_id: 'call' as CallId, at: NOW };
}

/** One telling of a flow: the call, the run, and everything the run has ordered so far. */
export interface Tale {
  readonly call: Call;
  readonly run: FlowRun;
  readonly orders: readonly ActionOrder[];
  readonly last: FlowStep;
}

export function beginTale(
  raw: unknown,
  call = callOf(),
  variables: FlowRun['variables'] = {},
): Tale {
  const last = begin(runOf(flowOf(raw), { variables }), stageOf(call, 'begin'));
  return { call, run: last.state, orders: last.effects.map(({ order }) => order), last };
}

export function tellNext(tale: Tale, fact: FactOf, name = 'event'): Tale {
  const answered = fact.type === 'leg_answered';
  const { media } = tale.call;
  const changes = {
    ...(answered ? { status: 'progressing' } : {}),
    ...(fact.type === 'party_detected' ? { media: { ...media, party: fact.party } } : {}),
  };
  const call = { ...tale.call, ...changes } as Call;
  const last = advance(tale.run, eventOf(fact, name), stageOf(call, name));
  const orders = [...tale.orders, ...last.effects.map(({ order }) => order)];
  return { call, run: last.state, orders, last };
}

/** The n-th call the flow has asked for. */
function childOf({ orders }: Tale, n: number): CallId {
  const asked = orders.flatMap((order) => (order.give === 'child' ? [order.order.call_id] : []));
  return asked[n] ?? (`stranger ${n}` as CallId);
}

/**
 * A fact in the words of a story: fin, fin-other, failed, timer, dial-timer, keys:12, answered,
 * party:machine, go:answer,
 * reply:200:body, no-reply, child0:answered, child0:refused, child0:busy (ended so),
 * group:answered, group:refused, group:busy, master, stop.
 */
export function factOf(word: string, tale: Tale): FactOf {
  const [head = '', ...rest_of_word] = word.split(':');
  const tail = rest_of_word.join(':');
  const awaited = tale.run.awaits ?? ('none' as EffectId);
  if (head.startsWith('child')) return childFact(childOf(tale, Number(head.slice(5))), tail);
  if (head === 'group') return groupFact(groupOf(tale), tail);
  const [status = '', ...body] = rest_of_word;
  const reply = { ok: true, status_code: Number(status), body: body.join(':') } as const;
  const attempt = { attempt_id: 'attempt', leg_ref: 'leg' as LegRef } as never;
  const facts: Readonly<Record<string, FactOf>> = {
    fin: { type: 'media_finished', effect_id: awaited },
    'fin-other': { type: 'media_finished', effect_id: 'other' as EffectId },
    failed: { type: 'media_failed', effect_id: awaited, detail: 'no such voice' },
    timer: { type: 'timer_fired', timer: 'action', due: NOW },
    'dial-timer': { type: 'timer_fired', timer: 'dial', due: NOW },
    keys: { type: 'digits_pressed', digits: tail },
    answered: { type: 'leg_answered', ...(attempt as object) } as FactOf,
    reply: { type: 'request_finished', effect_id: awaited, reply },
    'no-reply': {
      type: 'request_finished',
      effect_id: awaited,
      reply: { ok: false, error: 'down' },
    },
    party: { type: 'party_detected', party: tail as Party },
    go: { type: 'continue_asked', variables: { answer: tail } },
    master: { type: 'master_ended' },
    stop: { type: 'flow_stop_asked' },
  };
  const fact = facts[head];
  if (fact === undefined) throw new Error(`no story tells of ${word}`);
  return fact;
}

/** An order in a few words. */
export function wordsOf(order: ActionOrder): string {
  if (order.give === 'child') {
    const { destination, master_call_id, early_execution } = order.order;
    const early = early_execution ? ' early' : '';
    return `${master_call_id === null ? 'call' : 'chain'} ${destination.target}${early}`;
  }
  if (order.give === 'tag') return `tag ${JSON.stringify(order.metadata)}`;
  if (order.give === 'reason_fetch') return `reason of ${order.call_id}`;
  if (order.give === 'flow_fetch') return `read ${order.flow_id}`;
  if (order.give === 'child_hangup') return `drop ${order.call_id}`;
  if (order.give === 'queue_read') return `read queue ${order.queue_id}`;
  if (order.give === 'request') return `${order.order.method} ${order.order.url}`;
  if (order.give === 'group_open')
    return order.order.kind === 'groupcall' ? ringWords(order.order) : openingIn(order.order);
  if (order.give === 'group_tell') return `tell ${order.group_id} ${order.fact.type}`;
  const { instruction } = order;
  switch (instruction.do) {
    case 'say':
      return `say ${instruction.text}`;
    case 'play':
      return `play ${instruction.urls.join(' ')}`;
    case 'send_digits':
      return `send ${instruction.digits}`;
    case 'echo':
    case 'stream_echo':
      return `${instruction.do} ${instruction.duration_ms}`;
    case 'detect':
      return `detect ${instruction.on_machine}`;
    case 'line':
      return `line ${lineWords(instruction.line)}`;
    case 'record_start':
      return recordWords(instruction);
    case 'stream_start':
      return `stream ${instruction.host} ${instruction.direction}`;
    default:
      return instruction.do;
  }
}

function lineWords({ hold, moh, silence, mute_direction }: Line): string {
  const names = Object.entries({ hold, moh, silence }).filter(([, on]) => on);
  const words = [...names.map(([name]) => name), mute_direction && `mute=${mute_direction}`];
  return words.filter((word) => word !== '').join(' ') || 'open';
}

function recordWords({ format, beep, ...until }: RecordStart): string {
  const { duration_s, end_of_silence_s, end_of_key } = until;
  const ends = `${duration_s}s ${end_of_silence_s}s ${end_of_key}`;
  return `record ${format} ${ends}${beep ? ' beep' : ''}`;
}

/** Where a tale stands: the orders given, the timer, and the action it is at or how it ended. */
export function outcomeOf({ run, orders, last }: Tale): string {
  const { set } = last.wake;
  const wake = run.status === 'running' && typeof set === 'number' ? [`wake ${set}`] : [];
  const because = run.ended_because ?? '';
  const detail = run.ended_detail === null ? '' : ` (${run.ended_detail})`;
  const place =
    run.status === 'ended'
      ? `${because} ${last.hangup ?? ''}`.trim() + detail
      : `at ${run.current_action?.id ?? 'nothing'}`;
  const skipped = run.skipped.map(({ why }) => `(${why})`);
  return [...orders.map(wordsOf), ...skipped, ...wake, place].join(', ');
}

/** Tells a story: the action stands first, `next` and `other` after it. */
export function tell(type: string, option: object, told: string, call = callOf()): Tale {
  const after = [
    { id: 'next', type: 'rest' },
    { id: 'other', type: 'rest' },
  ];
  let tale = beginTale([{ id: 'here', type, option }, ...after], call, { tier: 'gold', one: '1' });
  const words = told.split(' ').filter((word) => word !== '');
  words.forEach((word, k) => {
    tale = tellNext(tale, factOf(word, tale), `e${k}`);
  });
  return tale;
}

/** One story a line: what is told | the option | the events | what was ordered, and where it is. */
export function stories(type: string, table: string, call = callOf()): void {
  describe(type, () => {
    for (const line of table.split('\n').filter((row) => row.includes('|'))) {
      const [title = '', option = '', events = '', outcome = ''] = line
        .split(/ \|(?= |$)/)
        .map((cell) => cell.trim());
      it(title, () => {
        const told = tell(type, JSON.parse(option) as object, events, call);
        assert.equal(outcomeOf(told), outcome);
      });
    }
  });
}
