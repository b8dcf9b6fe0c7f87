import { hasLeg, NO_TIMERS } from '../../calls/call.ts';
import type { Attempt, Call, Facts } from '../../calls/call.ts';
import type { CallEvent } from '../../calls/events.ts';
import { launch } from '../../calls/launch.ts';
import { PLAIN } from '../../calls/media.ts';
import type { CallStep } from '../../calls/moves.ts';
import { place, receive } from '../../calls/transition.ts';
import { asMember } from '../../calls/ties.ts';
import type { FlowRun } from '../../flows/flow.ts';
import { newRun } from '../../flows/run.ts';
import type { EventRow } from '../../store/journal.ts';
import type { Leg } from '../../store/store.ts';
import { openPair, type Pair, PLACED, step, type Turnstile } from '../step.ts';
import type { Beginning } from '../unit.ts';

/** A call and its run as they were placed, before anything had happened. */
export function asPlaced(
  { call, run }: Leg,
  beginning: Beginning,
): { readonly opened: CallStep; readonly run: FlowRun } {
  return { opened: openedAsPlaced(call, beginning), run: runAsPlaced(run, beginning) };
}

function runAsPlaced(run: FlowRun, { variables = {} }: Beginning): FlowRun {
  const { id, customer_id, call_id, flow_id, program } = run;
  return newRun({ id, customer_id, call_id, flow_id, program, variables }, run.tm_create);
}

const LATER: readonly string[] = [
  ...['status', 'tm_ringing', 'tm_progressing', 'tm_hangup', 'hangup_by', 'hangup_reason'],
];

function openedAsPlaced(call: Call, { granted_ms = call.granted_ms }: Beginning): CallStep {
  const kept = Object.fromEntries(Object.entries(call).filter(([name]) => !LATER.includes(name)));
  const facts: Facts = {
    // All of Facts is in every shape of a call.
    ...(kept as unknown as Facts),
    attempts: [],
    chained_call_ids: [],
    granted_ms,
    media: PLAIN,
    metadata: {},
    ties: call.ties?.member_of == null ? null : asMember(call.ties.member_of),
    timers: NO_TIMERS,
    check_count: 0,
    told_count: 0,
    tm_update: call.tm_create,
  };
  if (!hasLeg(call)) return launch(facts, call.tm_create);
  const [first] = call.attempts;
  if (call.direction === 'outgoing' || first === undefined) return place(facts, call.tm_create);
  return receive(facts, brought(first), call.tm_create);
}

function brought({ id, leg_ref }: Attempt): Parameters<typeof receive>[1] {
  // The leg of an incoming call has had its name from the beginning.
  return { id, leg_ref: leg_ref as NonNullable<Attempt['leg_ref']> };
}

/** One event of a timeline, as the call was told of it. */
export function eventOf({ subject_id, id, at, type, fact }: EventRow): CallEvent {
  // Whatever was stored was an event of this very type.
  return { ...fact, type, id, at, call_id: subject_id } as unknown as CallEvent;
}

/** Told after the first step of a call, and after every event, with how things stand then. */
export type Look = (pair: Pair, event: CallEvent | null) => void;

/**
 * Pure: takes a call through its own timeline once more. What it comes to is what is stored, as
 * long as the program that reads the timeline decides as the one that wrote it.
 */
export function retrace(
  leg: Leg,
  events: readonly EventRow[],
  { turnstile, look }: { readonly turnstile: Omit<Turnstile, 'version'>; readonly look: Look },
): Pair {
  const { opened, run } = asPlaced(leg, beginningIn(events));
  const at = leg.call.tm_create;
  let pair = openPair(opened, run, { ...turnstile, at }).state;
  look(pair, null);
  for (const row of events) {
    if (row.id === PLACED) continue;
    const event = eventOf(row);
    pair = step(pair, event, { ...turnstile, version: row.n }).state;
    look(pair, event);
  }
  return pair;
}

/** What a timeline keeps of its call's beginning. */
export function beginningIn(events: readonly EventRow[]): Beginning {
  // What engine/loop.ts wrote there.
  return events.find(({ id }) => id === PLACED)?.fact ?? {};
}
