import { chargeFor } from '../billing/ledger.ts';
import type { EffectId, Instant } from '../kernel/brand.ts';
import { micros } from '../kernel/money.ts';
import { derive } from '../kernel/uuid.ts';
import type { Call } from '../calls/call.ts';
import { currentAttempt, hasLeg } from '../calls/call.ts';
import type { NoticeType, Order, Usage } from '../calls/effects.ts';
import type { CallEvent } from '../calls/events.ts';
import type { FlowRun } from '../flows/flow.ts';
import type { Endpoint } from '../store/rows.ts';
import type { NoticeRow, OutboxRow } from '../store/journal.ts';
import type { AttemptRow, Leg, Unit } from '../store/store.ts';
import { deliveriesOf } from './deliveries.ts';
import type { NamedEffect, PairStep } from './step.ts';
import { activeflowJson, callJson } from './view.ts';

/** Where a step is committed: by which node, for which endpoints, ending which effects. */
export interface Desk {
  readonly node: string;
  readonly endpoints: readonly Endpoint[];
  readonly done: readonly EffectId[];
}

/** Pure: all that one step changes, as one transaction. `before` is null for a new leg. */
export function unitOf(
  before: Leg | null,
  taken: { readonly event: CallEvent | OpenedEvent; readonly step: PairStep },
  desk: Desk,
): Unit {
  const { event, step } = taken;
  const leg: Leg = { ...step.state, version: (before?.version ?? 0) + 1 };
  const notices = noticesOf(leg, step.effects, event.at);
  const { call } = leg;
  return {
    leg,
    run_changed: before?.run !== leg.run,
    expected_version: before?.version ?? 0,
    node: desk.node,
    event: {
      subject_id: call.id,
      id: event.id,
      customer_id: call.customer_id,
      n: leg.version,
      at: event.at,
      type: event.type,
      fact: factOf(event),
      notices,
    },
    orders: step.effects.flatMap((named) => outboxRow(named, call, { event, node: desk.node })),
    done: desk.done,
    attempts: attemptsChanged(before?.call ?? null, call),
    deliveries: deliveriesOf(notices, { subject_id: call.id, event, ...desk }),
    hold: holdOf(before, call),
    charge: chargeOf(call, step.effects),
  };
}

/** What the first entry of a timeline keeps of a call's beginning, as far as it is not usual. */
export interface Beginning {
  /** The run's variables, where it was given any. */
  readonly variables?: FlowRun['variables'];
  /** The talk granted at first, where more is asked for at the very answer. */
  readonly granted_ms?: number;
}

/** The first entry of a call's timeline. */
export interface OpenedEvent extends Beginning {
  readonly type: 'placed';
  readonly id: CallEvent['id'];
  readonly call_id: CallEvent['call_id'];
  readonly at: CallEvent['at'];
}

function factOf(event: CallEvent | OpenedEvent): Record<string, unknown> {
  const fact: Record<string, unknown> = { ...event };
  for (const known of ['id', 'call_id', 'at', 'type']) delete fact[known];
  return fact;
}

/** Sequence numbers run on from what was told before: the state already counts these in. */
function noticesOf(leg: Leg, effects: readonly NamedEffect[], at: Instant): NoticeRow[] {
  const told = effects.flatMap(({ id, effect, pair }) =>
    effect.do === 'notice_tell' ? [{ id, type: effect.notice, pair }] : [],
  );
  const ofCall = told.filter(({ type }) => isOfCall(type)).length;
  let call_sequence = leg.call.told_count - ofCall;
  let run_sequence = leg.run.told_count - (told.length - ofCall);
  const seen = new Map<object, Record<string, unknown>>();
  return told.map(({ id, type, pair }): NoticeRow => {
    const call = isOfCall(type);
    const shown = call ? pair.call : pair;
    const data = seen.get(shown) ?? (call ? callJson(pair) : activeflowJson(pair));
    seen.set(shown, data);
    return {
      id: derive(id, type, at),
      type,
      order_key: call ? leg.call.id : leg.run.id,
      sequence: call ? (call_sequence += 1) : (run_sequence += 1),
      at,
      data,
    };
  });
}

function isOfCall(type: NoticeType): boolean {
  return type.startsWith('call_');
}

function outboxRow(
  { id, effect }: NamedEffect,
  call: Call,
  { event, node }: { readonly event: { readonly at: CallEvent['at'] }; readonly node: string },
): OutboxRow[] {
  if (effect.do === 'notice_tell' || effect.do === 'usage_record') return [];
  const order: Order = effect;
  const { id: call_id, customer_id } = call;
  return [{ id, call_id, customer_id, node, at: event.at, order }];
}

function attemptsChanged(before: Call | null, call: Call): AttemptRow[] {
  const known = before?.attempts ?? [];
  return call.attempts.flatMap((attempt, place) => {
    const candidate = call.candidates[attempt.candidate_index];
    if (known[place] === attempt || candidate === undefined) return [];
    const { id: call_id, customer_id } = call;
    return [{ call_id, customer_id, provider_id: candidate.provider_id, attempt }];
  });
}

/** What the step puts aside beyond what is held already. */
function holdOf(before: Leg | null, call: Call): Unit['hold'] {
  const { account_id, hold_micros } = call;
  const amount = micros(hold_micros - (before?.call.hold_micros ?? 0));
  return (before !== null || !hasLeg(call)) && amount === 0 ? null : { account_id, amount };
}

function chargeOf(call: Call, effects: readonly NamedEffect[]): Unit['charge'] {
  const usage = effects.reduce<Usage | null>(
    (found, { effect }) => (effect.do === 'usage_record' ? effect.usage : found),
    null,
  );
  if (usage === null || call.status !== 'hangup') return null;
  const candidate = call.candidates[currentAttempt(call)?.candidate_index ?? -1];
  return chargeFor({
    call_id: call.id,
    customer_id: call.customer_id,
    account_id: call.account_id,
    hold_micros: call.hold_micros,
    talk_ms: usage.talk_ms,
    price: usage.price,
    provider_id: candidate?.provider_id ?? null,
    tm_start: call.tm_progressing,
    tm_end: call.tm_hangup,
  });
}
