import type { CallId, EventId, Instant } from '../kernel/brand.ts';
import { eventIn, FACTS } from '../calls/stories.ts';
import type { Facts } from '../calls/call.ts';
import type { CallEvent } from '../calls/events.ts';
import { place } from '../calls/transition.ts';
import { beginningOf } from '../engine/loop.ts';
import { type Carriers, openPair, type Pair, PLACED, step } from '../engine/step.ts';
import { actions } from '../flows/actions/index.ts';
import type { FlowRun } from '../flows/flow.ts';
import type { Language } from '../flows/language.ts';
import { normalizeFlow } from '../flows/normalize.ts';
import { newRun } from '../flows/run.ts';
import type { EventRow } from '../store/journal.ts';
import type { Leg } from '../store/store.ts';

/** A call with its timeline, as the engine would have stored them. */
export interface Recording {
  readonly leg: Leg;
  readonly events: readonly EventRow[];
}

/** No carrier is known: of each it is learned what it can do by asking it. */
export const CARRIERS: Carriers = new Map();

interface Given {
  readonly facts?: Partial<Facts>;
  readonly variables?: FlowRun['variables'];
  readonly flow_id?: FlowRun['flow_id'];
  readonly language?: Language;
}

/**
 * Plays a flow to what is told, one event after the other: "answered; media 500; digits=12 1000;
 * timer action". A number says how many ms after the event before; a child is meant by its number:
 * "childup=0".
 */
export function recorded(raw: unknown, told: string, given: Given = {}): Recording {
  const facts = { ...FACTS, ...given.facts };
  const at = facts.tm_create;
  const { variables = {}, flow_id = null, language = actions } = given;
  const program = normalizeFlow(raw, (label) => label, language);
  const { activeflow_id: id, customer_id, id: call_id } = facts;
  const run = newRun({ id, customer_id, call_id, flow_id, program, variables }, at);
  const opened = place({ ...facts, flow_id }, at);
  const first = { id: PLACED, at, type: 'placed', fact: { ...beginningOf(opened, run) } };
  const rows: EventRow[] = [rowOf(first, 1)];
  let pair = openPair(opened, run, { at, language, carriers: CARRIERS }).state;
  let now: number = at;
  for (const words of told.split(';').map((each) => each.trim())) {
    if (words === '') continue;
    const [, said = '', delay = '0'] = /^(.*?)(?: (\d+))?$/.exec(words) ?? [];
    now += Number(delay);
    const event = eventFor(said, pair, now);
    const next = step(pair, event, { language, carriers: CARRIERS, version: rows.length + 1 });
    if (next.state.call === pair.call && next.state.run === pair.run) continue;
    pair = next.state;
    const { id: name, type, call_id: _call, at: moment, ...fact } = event;
    rows.push(rowOf({ id: name, at: moment, type, fact }, rows.length + 1));
  }
  const events = rows.map((row) => ({ ...row, subject_id: call_id, customer_id }));
  return { leg: { ...pair, version: rows.length }, events };
}

function rowOf(event: Pick<EventRow, 'id' | 'at' | 'type' | 'fact'>, n: number): EventRow {
  // Timelines are stored as text: what cannot be written there is not in them.
  const fact = JSON.parse(JSON.stringify(event.fact)) as EventRow['fact'];
  return { ...event, fact, n, subject_id: FACTS.id, customer_id: FACTS.customer_id, notices: [] };
}

function eventFor(said: string, { call, run }: Pair, at: number): CallEvent {
  const [words = '', value] = said.split('=');
  const event = { ...eventIn(words, call, at), id: `${words}@${at}` as EventId };
  if ('effect_id' in event) return { ...event, effect_id: run.awaits ?? event.effect_id };
  if (event.type === 'digits_pressed') return { ...event, digits: value ?? event.digits };
  if ('child_call_id' in event) {
    const child_call_id = call.chained_call_ids[Number(value)] ?? ('stranger' as CallId);
    return { ...event, child_call_id };
  }
  return event.type === 'timer_fired'
    ? { ...event, at: Math.max(at, event.due) as Instant }
    : event;
}
