import type { Account, Flow } from '../../store/rows.ts';
import type { Address } from '../../kernel/address.ts';
import type { Brand, Instant } from '../../kernel/brand.ts';
import { micros } from '../../kernel/money.ts';
import { uuidFrom } from '../../kernel/uuid.ts';
import { type Attempt, type Call, NO_TIMERS, type Price } from '../../calls/call.ts';
import { PLAIN } from '../../calls/media.ts';
import { DIRECT } from '../../calls/passage.ts';
import { type Charge, chargeFor } from '../../billing/ledger.ts';
import type { FlowRun } from '../../flows/flow.ts';
import type { SandboxLeg } from '../../store/sandbox_log.ts';
import type { DeliveryRow, EventRow, OutboxRow } from '../../store/journal.ts';
import type { Leg, Unit } from '../../store/store.ts';

/** Rows for the store's tests: whole and valid, so that a round trip can be compared deeply. */

export const T0 = 1_790_000_000_000 as Instant;
export const PRICE: Price = {
  currency: 'USD',
  rate_micros_per_minute: micros(12_000),
  connect_fee_micros: micros(0),
  initial_s: 60,
  increment_s: 60,
};

export function at(ms: number): Instant {
  return (T0 + ms) as Instant;
}

const RUN = Math.random().toString(16).slice(2, 10).padEnd(8, '0');
let drawn = 0;

/** A new id, fit for anything that has one. Later ones of the same instant sort later. */
export function id(ms = 0): Brand<string, never> {
  drawn += 1;
  const count = drawn.toString(16).padStart(11, '0');
  return uuidFrom(at(ms), `${count}${RUN}0`) as Brand<string, never>;
}

function tel(target: string): Address {
  return { type: 'tel', target, target_name: '', name: 'Zoë “Z” Ω', detail: '' };
}

/** Whose call it is, and from which account it is paid. */
export interface Owner {
  readonly customer_id: Call['customer_id'];
  readonly account_id: Call['account_id'];
}

export function owner(): Owner {
  return { customer_id: id(), account_id: id() };
}

export function account(whose: Owner, patch: Partial<Account> = {}): Account {
  return {
    id: whose.account_id,
    customer_id: whose.customer_id,
    name: 'main',
    detail: '',
    currency: 'USD',
    balance_micros: micros(0),
    held_micros: micros(0),
    credit_limit_micros: micros(0),
    tm_create: T0,
    tm_update: T0,
    tm_delete: null,
    ...patch,
  };
}

export function flow(whose: Owner, patch: Partial<Flow> = {}): Flow {
  return {
    id: id(),
    customer_id: whose.customer_id,
    name: 'greeting',
    detail: '',
    actions: [{ id: id(), next_id: null, type: 'talk', option: { text: 'hello ${name} 🙂' } }],
    on_complete_flow_id: null,
    tm_create: T0,
    tm_update: T0,
    tm_delete: null,
    ...patch,
  };
}

export function newCall(whose: Owner, ms = 0): Call {
  return {
    ...whose,
    id: id(ms),
    type: 'flow',
    direction: 'outgoing',
    status: 'dialing',
    source: tel('+14155550100'),
    destination: tel('+14155550101'),
    flow_id: null,
    activeflow_id: id(ms),
    master_call_id: null,
    chained_call_ids: [],
    room_id: null,
    ties: null,
    candidates: ['cheap', 'fair', 'dear'].map((provider_name) => ({
      route_id: id(),
      provider_id: id(),
      provider_name,
      carrier: 'sandbox',
      target: '+1',
      price: PRICE,
    })),
    attempts: [],
    attempts_max: 5,
    early_execution: false,
    detect: false,
    passage: DIRECT,
    dial_timeout_ms: 60_000,
    talk_ms_max: 3_600_000,
    granted_ms: 60_000,
    hold_micros: micros(12_000),
    metadata: { order: '17' },
    media: { ...PLAIN, line: { ...PLAIN.line, mute_direction: 'in' }, recording_ids: [id()] },
    sandbox: { ring_ms: 2000, by_provider: { cheap: { final_code: 503 } } },
    test: true,
    timers: { ...NO_TIMERS, dial: at(ms + 60_000) },
    check_ms: 30_000,
    check_count: 0,
    told_count: 1,
    tm_create: at(ms),
    tm_update: at(ms),
  };
}

export function newRun(call: Call): FlowRun {
  return {
    id: call.activeflow_id,
    customer_id: call.customer_id,
    call_id: call.id,
    flow_id: null,
    program: [{ id: id(), next_id: null, type: 'talk', option: { text: 'hello' } }],
    status: 'pending',
    frames: [{ flow_id: null, actions: null, cursor: 0, loops_left: {} }],
    memory: {},
    awaits: null,
    held: false,
    skipped: [],
    variables: { 'voipbin.call.source.target': '+14155550100', name: 'Zoë' },
    executed_count: 0,
    ended_because: null,
    ended_detail: null,
    current_action: null,
    told_count: 1,
    tm_create: call.tm_create,
    tm_update: call.tm_update,
  };
}

export function newLeg(whose: Owner, ms = 0): Leg {
  const call = newCall(whose, ms);
  return { call, run: newRun(call), version: 1 };
}

export function attemptOf(call: Call, patch: Partial<Attempt> = {}): Attempt {
  return {
    id: id(),
    number: call.attempts.length + 1,
    candidate_index: 0,
    status: 'intended',
    leg_ref: null,
    ending: null,
    tm_create: call.tm_update,
    tm_ringing: null,
    tm_answer: null,
    tm_end: null,
    ...patch,
  };
}

export function eventOf(leg: Leg, patch: Partial<EventRow> = {}): EventRow {
  const { call, version } = leg;
  return {
    subject_id: call.id,
    id: id(),
    customer_id: call.customer_id,
    n: version,
    at: call.tm_update,
    type: 'leg_ringing',
    fact: { leg_ref: 'leg-1', detail: 'naïve “quotes” \\ and \n lines' },
    notices: [
      {
        id: id(),
        type: 'call_updated',
        order_key: call.id,
        sequence: version,
        at: call.tm_update,
        data: { id: call.id, status: call.status },
      },
    ],
    ...patch,
  };
}

/** A unit that changes nothing but the leg, and tells one event. */
export function unitOf(leg: Leg, patch: Partial<Unit> = {}): Unit {
  return {
    leg,
    expected_version: leg.version - 1,
    node: 'n1',
    event: eventOf(leg),
    orders: [],
    done: [],
    attempts: [],
    deliveries: [],
    hold: null,
    charge: null,
    ...patch,
  };
}

/** The same leg one step on. */
export function moved(leg: Leg, patch: object, ms = 1): Leg {
  const call = { ...leg.call, tm_update: (leg.call.tm_update + ms) as Instant, ...patch } as Call;
  return { call, run: leg.run, version: leg.version + 1 };
}

export function ended(leg: Leg): Leg {
  const tm_hangup = (leg.call.tm_update + 10) as Instant;
  return moved(leg, {
    status: 'hangup',
    hangup_by: 'remote',
    hangup_reason: 'normal',
    tm_ringing: leg.call.tm_update,
    tm_progressing: leg.call.tm_update,
    tm_hangup,
    timers: NO_TIMERS,
  });
}

export function chargeOf({ call }: Leg, talk_ms: number): Charge {
  const { id: call_id, customer_id, account_id, hold_micros } = call;
  const tm_end = call.tm_update;
  const tm_start = talk_ms === 0 ? null : call.tm_create;
  const who = { call_id, customer_id, account_id, hold_micros };
  return chargeFor({ ...who, talk_ms, price: PRICE, provider_id: id(), tm_start, tm_end });
}

export function orderOf({ call }: Leg, patch: Partial<OutboxRow> = {}): OutboxRow {
  return {
    id: id(),
    call_id: call.id,
    customer_id: call.customer_id,
    node: 'n1',
    at: call.tm_update,
    order: { do: 'leg_dial', attempt_id: id() },
    ...patch,
  };
}

export function deliveryOf(event: EventRow, patch: Partial<DeliveryRow> = {}): DeliveryRow {
  const [notice] = event.notices;
  return {
    id: id(),
    endpoint_id: id(),
    customer_id: event.customer_id,
    order_key: event.subject_id,
    sequence: 1,
    subject_id: event.subject_id,
    event_id: event.id,
    notice_id: notice?.id ?? '',
    notice_type: 'call_updated',
    status: 'pending',
    tries: [],
    next_at: event.at,
    node: 'n1',
    tm_create: event.at,
    ...patch,
  };
}

export function sandboxLeg(patch: Partial<SandboxLeg> = {}): SandboxLeg {
  return {
    leg_ref: `SB${id()}`,
    attempt_id: id(),
    provider_id: id(),
    provider_name: 'cheap',
    call_id: id(),
    customer_id: id(),
    source: '+14155550100',
    destination: '+14155550101',
    outcome: 'accepted',
    dial_count: 1,
    script: { ring_ms: 2000 },
    notice_url: 'http://127.0.0.1/v1/carriers/x',
    tm_dial: T0,
    tm_ringing: null,
    tm_answer: null,
    tm_end: null,
    final_code: null,
    next_at: at(2000),
    ...patch,
  };
}
