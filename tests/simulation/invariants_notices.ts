import type { DeliveryRow } from '../../store/journal.ts';
import { JITTER } from '../../webhooks/timetable.ts';
import { type Evidence, type Finding, type Invariant, isSteady } from './evidence.ts';
import type { Arrival } from './receivers.ts';
import { type Node, SCHEDULE_S } from './world.ts';

interface Body {
  readonly id: string;
  readonly sequence: number;
}

/** What holds for webhooks, and for what is left over when all is done. */
export const NOTICE_INVARIANTS: readonly Invariant[] = [
  {
    name: 'I7',
    says: 'what a server accepted came in order and whole, and repeated to the byte',
    broken: (evidence) => [
      ...lines(evidence).flatMap(inOrder),
      ...altered(evidence.arrivals),
      ...evidence.deliveries.flatMap((row) => settled(row, evidence)),
      ...evidence.deliveries.flatMap((row) => hasty(row, evidence)),
      ...untold(evidence),
    ],
  },
  {
    name: 'I9',
    says: 'nothing is left over in the outbox or in memory, and nothing is logged as an error',
    broken: (evidence) => [
      ...evidence.outbox.map((row) => leftover(`the outbox holds ${String(row['doc'])}`)),
      ...[...evidence.world.nodes].flatMap((node) => kept(node, evidence)),
      ...evidence.world.log
        .filter(({ level }) => level === 'error' && evidence.world.plan.store_faults === 0)
        .map(({ message, fields }) => leftover(`${message}: ${String(fields['error'])}`)),
    ],
  },
];

/** What a node still has in memory. */
function kept({ exchange, network }: Node, { world }: Evidence): Finding[] {
  const { trusted, deliveries, effects, alarms, ...memory } = exchange.gauges();
  // One of several nodes may remember, within limits, what was ended through another.
  const own = world.plan.nodes > 1 ? {} : { ...memory, legs_up: network.size };
  const all = { ...own, ...deliveries, effects, alarms, untrusted: trusted ? 0 : 1 };
  const full = Object.entries(all).filter(([, count]) => count !== 0);
  return full.map(([name, count]) => leftover(`in memory: ${name} ${count}`));
}

function leftover(why: string): Finding {
  return { call_id: null, why };
}

/** One order key of one endpoint: what was to be sent, and what the server accepted, in order. */
interface Line {
  readonly rows: readonly DeliveryRow[];
  readonly accepted: readonly string[];
}

function lines({ deliveries, endpoints, arrivals }: Evidence): Line[] {
  const accepted = Map.groupBy(
    arrivals.filter((arrival) => arrival.accepted),
    ({ url }) => url,
  );
  const ids = new Map([...accepted].map(([url, list]) => [url, list.map(idOf)]));
  const byLine = Map.groupBy(deliveries, ({ endpoint_id, order_key }) => endpoint_id + order_key);
  return [...byLine.values()].map((rows) => {
    const own = new Set(rows.map(({ notice_id }) => notice_id));
    const [first] = rows;
    const url = first === undefined ? '' : (endpoints.get(first.endpoint_id)?.url ?? '');
    return { rows, accepted: (ids.get(url) ?? []).filter((id) => own.has(id)) };
  });
}

function idOf({ body }: Arrival): string {
  return body.startsWith('{"id"') ? (JSON.parse(body) as Body).id : '';
}

function inOrder({ rows, accepted }: Line): Finding[] {
  const bySequence = rows.toSorted((one, other) => one.sequence - other.sequence);
  const first = [...new Set(accepted)];
  const place = new Map(first.map((id, index) => [id, index]));
  const heard = bySequence.filter(({ notice_id }) => place.has(notice_id));
  const late = heard.filter(
    (row, index) =>
      index > 0 &&
      (place.get(row.notice_id) ?? 0) < (place.get(heard[index - 1]?.notice_id ?? '') ?? 0),
  );
  const lost = bySequence.filter((row) => row.status === 'delivered' && !place.has(row.notice_id));
  return [
    ...late.map((row) => about(row, `sequence ${row.sequence} was accepted before the one before`)),
    ...lost.map((row) => about(row, `sequence ${row.sequence} never arrived`)),
  ];
}

function about(row: DeliveryRow, why: string): Finding {
  return { call_id: row.subject_id as Finding['call_id'], why: `${why} (${row.notice_type})` };
}

function altered(arrivals: readonly Arrival[]): Finding[] {
  const bodies = new Map<string, string>();
  return arrivals.flatMap((arrival) => {
    const id = idOf(arrival);
    if (id === '') return [];
    const before = bodies.get(id) ?? arrival.body;
    bodies.set(id, before);
    return before === arrival.body ? [] : [leftover(`notice ${id} has two bodies`)];
  });
}

function settled(row: DeliveryRow, { endpoints }: Evidence): Finding[] {
  const endpoint = endpoints.get(row.endpoint_id);
  const steady = endpoint !== undefined && isSteady(endpoint);
  const open = row.status === 'pending' || row.next_at !== null;
  return [
    ...(open ? [about(row, `sequence ${row.sequence} is still to be delivered`)] : []),
    ...(steady && row.status !== 'delivered'
      ? [about(row, `sequence ${row.sequence} is ${row.status} at a server that takes all`)]
      : []),
  ];
}

/** A try that failed is followed by the next one no sooner than the timetable has it. */
function hasty(row: DeliveryRow, { endpoints }: Evidence): Finding[] {
  const endpoint = endpoints.get(row.endpoint_id);
  // Switching an endpoint off and on wakes what waited for it.
  if (endpoint === undefined || endpoint.tm_update !== endpoint.tm_create) return [];
  const early = row.tries.slice(1).filter(({ at, duration_ms }, place) => {
    const before = row.tries[place];
    const wait_ms = (SCHEDULE_S[place] ?? 0) * 1_000 * (1 - JITTER);
    return at - duration_ms < (before?.at ?? 0) + wait_ms - 1;
  });
  return early.map(({ at }) => about(row, `was tried again too soon at ${at}`));
}

/** Every notice goes to every endpoint that was there all the time. */
function untold({ timelines, deliveries, endpoints }: Evidence): Finding[] {
  const sent = new Set(deliveries.map(({ endpoint_id, notice_id }) => endpoint_id + notice_id));
  const steady = [...endpoints.values()].filter(isSteady);
  return [...timelines.values()].flat().flatMap((event) =>
    steady
      .filter(({ customer_id }) => customer_id === event.customer_id)
      .flatMap(({ id }) =>
        event.notices
          .filter((notice) => !sent.has(id + notice.id))
          .map((notice) => ({
            call_id: event.subject_id as Finding['call_id'],
            why: `${notice.type} ${notice.sequence} was never to be delivered to ${id}`,
          })),
      ),
  );
}
