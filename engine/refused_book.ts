import type { EventId, Instant, ProviderId } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import { rfc3339 } from '../kernel/instant.ts';
import { derive } from '../kernel/uuid.ts';
import { callerOf } from '../routing/caller.ts';
import type { IncomingLeg, TurnedAway } from '../providers/carrier.ts';
import type { RefusedCall } from '../store/arrivals.ts';
import type { EventRow, NoticeRow } from '../store/journal.ts';
import type { Customer } from '../store/rows.ts';
import { PLATFORM } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { makeAllowance } from './allowance.ts';
import type { Deliverer } from './deliverer.ts';
import { deliveriesOf } from './deliveries.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Registry } from './registry.ts';
import type { Stream } from './stream.ts';

/** Told to a customer whose number was called, when the call was not taken. */
export const CALL_REFUSED = 'call_refused';

/**
 * What strangers can have us write down, for each customer: so many at once, then one a second; of
 * these, notices are told far more rarely. What is beyond that is counted in /metrics alone.
 */
const NOTES = { at_once: 60, every_ms: 1_000 };
const NOTICES = { at_once: 30, every_ms: 120_000 };
const HOUR_MS = 3_600_000;
/** What strangers write is kept so far. */
const TEXT_MAX = 191;

export interface RefusedParts {
  readonly store: Pick<Store, 'arrivals' | 'deliveries'>;
  readonly registry: Pick<Registry, 'endpoints'>;
  readonly deliverer: Pick<Deliverer, 'offer'>;
  readonly stream: Pick<Stream, 'tell'>;
  readonly metrics: Pick<Metrics, 'turnedAway'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly node: string;
}

/** A call that was not taken, and whose number it was for; null: nobody's. */
export interface Refused {
  readonly provider_id: ProviderId;
  readonly leg: IncomingLeg;
  readonly why: TurnedAway;
  readonly customer: Customer | null;
}

/** Writes down which incoming calls were not taken, and why. Never more than it can bear. */
export interface RefusedBook {
  note(refused: Refused): Promise<void>;
}

export function makeRefusedBook(parts: RefusedParts): RefusedBook {
  const { clock, log, store, metrics } = parts;
  const notes = makeAllowance(clock, NOTES.at_once, NOTES.every_ms);
  const notices = makeAllowance(clock, NOTICES.at_once, NOTICES.every_ms);
  return {
    note: async (refused) => {
      metrics.turnedAway(refused.why.reason);
      const row = rowOf(refused, clock.now());
      const { id, customer_id, provider_id, reason } = row;
      if (!notes.take(customer_id)) return;
      const is_new = await store.arrivals.note(row);
      if (!is_new) return;
      log.info(
        { refused_id: id, customer_id, provider_id, reason },
        'an incoming call was refused',
      );
      if (customer_id !== PLATFORM && notices.take(customer_id)) await tell(parts, row);
    },
  };
}

/** Those alike within an hour have one id, whichever node they came to. */
function rowOf({ provider_id, leg, why, customer }: Refused, now: Instant): RefusedCall {
  const customer_id = customer?.id ?? PLATFORM;
  const [source, destination, leg_ref] = [
    callerOf(leg.from)?.target ?? leg.from,
    leg.to,
    leg.leg_ref,
  ].map((text) => text.slice(0, TEXT_MAX)) as [string, string, string];
  const { reason, sip_code, q850 } = why;
  const hour = (now - (now % HOUR_MS)) as Instant;
  const name = [customer_id, provider_id, source, destination, reason].join('\n');
  return {
    id: derive(name, 'refused', hour),
    customer_id,
    provider_id,
    source,
    destination,
    reason,
    sip_code,
    q850,
    leg_ref,
    count: 1,
    tm_create: now,
    tm_update: now,
  };
}

async function tell(parts: RefusedParts, row: RefusedCall): Promise<void> {
  const { store, registry, deliverer, stream, node } = parts;
  const { id: subject_id, customer_id, tm_create: at } = row;
  const notice: NoticeRow = {
    id: derive(subject_id, CALL_REFUSED, at),
    type: CALL_REFUSED,
    order_key: subject_id,
    sequence: 1,
    at,
    data: refusedJson(row),
  };
  const event: EventRow = {
    subject_id,
    id: 'refused' as EventId,
    customer_id,
    n: 1,
    at,
    type: 'refused',
    fact: {},
    notices: [notice],
  };
  const endpoints = await registry.endpoints(customer_id);
  const rows = deliveriesOf([notice], { subject_id, event, endpoints, node });
  await store.deliveries.insert(rows, event);
  deliverer.offer(rows, new Map([[notice.id, notice]]), false);
  stream.tell(customer_id, notice);
}

/** A call that was not taken, as customers see it. */
export function refusedJson(row: RefusedCall): Record<string, unknown> {
  const { tm_create, tm_update, ...told } = row;
  return { ...told, tm_create: rfc3339(tm_create), tm_update: rfc3339(tm_update) };
}
