import type { EventId, Instant } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import { rfc3339 } from '../../kernel/instant.ts';
import { derive } from '../../kernel/uuid.ts';
import type { Endpoint } from '../../store/rows.ts';
import type { DeliveryRow, EventRow, NoticeRow } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import type { Log } from '../log.ts';
import type { Registry } from '../registry.ts';
import type { Stream } from '../stream.ts';

/** Told to a customer's other endpoints when one of them was switched off. */
export const ENDPOINT_DISABLED = 'webhook_endpoint_disabled';

export interface HealthParts {
  readonly store: Pick<Store, 'deliveries'> & {
    readonly shelves: Pick<Store['shelves'], 'endpoints'>;
  };
  readonly registry: Pick<Registry, 'endpoints' | 'changed'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly node: string;
  readonly disable_after_ms: number;
  readonly stream?: Pick<Stream, 'tell'>;
  /** Deliveries just stored, to be sent. */
  offer(rows: readonly DeliveryRow[], notices: ReadonlyMap<string, NoticeRow>): void;
}

/** How often a row is read again when somebody else changed it meanwhile. */
const TRIES_MAX = 5;
/** Failing for less is not worth a write: it may be over before anybody reads it. */
const WORTH_MS = 10_000;

interface Case {
  endpoint: Endpoint;
  /** Since when every try failed; null while the last one succeeded. */
  since: Instant | null;
  /** What the row says, as far as we know. */
  stored: Instant | null;
  ending: boolean;
}

/** Keeps count of how long endpoints have failed, and switches off those that will not recover. */
export class Health {
  readonly #parts: HealthParts;
  readonly #cases = new Map<string, Case>();

  constructor(parts: HealthParts) {
    this.#parts = parts;
  }

  /** A try ended. Switches the endpoint off if it has failed for too long. */
  tried(endpoint: Endpoint, succeeded: boolean): void {
    const known = this.#cases.get(endpoint.id);
    if (succeeded && known === undefined && endpoint.tm_failing_since === null) return;
    const file = known ?? this.#opened(endpoint);
    file.endpoint = endpoint;
    const now = this.#parts.clock.now();
    file.since = succeeded ? null : (file.since ?? now);
    if (file.since !== null && now - file.since > this.#parts.disable_after_ms)
      this.disable(endpoint, 'failing');
  }

  /** Switches an endpoint off and tells the customer's others. Repeated asks are no-ops. */
  disable(endpoint: Endpoint, reason: 'gone' | 'failing'): void {
    const file = this.#cases.get(endpoint.id) ?? this.#opened(endpoint);
    if (file.ending) return;
    file.ending = true;
    const { log } = this.#parts;
    this.#disableNow(endpoint, reason)
      .catch((error: unknown) =>
        log.error({ endpoint_id: endpoint.id, error }, 'an endpoint could not be switched off'),
      )
      .finally(() => this.#cases.delete(endpoint.id));
  }

  /** Writes since when endpoints have been failing, where that has changed for good. */
  async store(): Promise<void> {
    const now = this.#parts.clock.now();
    for (const [id, file] of this.#cases) {
      if (file.ending) continue;
      if (file.since === null && file.stored === null) this.#cases.delete(id);
      else if (file.since === null || (file.stored === null && now - file.since > WORTH_MS))
        await this.#storeOne(file);
    }
  }

  #opened(endpoint: Endpoint): Case {
    const stored = endpoint.tm_failing_since;
    const file = { endpoint, since: stored, stored, ending: false };
    this.#cases.set(endpoint.id, file);
    return file;
  }

  async #storeOne(file: Case): Promise<void> {
    const { log } = this.#parts;
    const tm_failing_since = file.since;
    try {
      // Not a change its owner would call one: tm_update stays.
      await this.#change(file.endpoint, (row) => ({ ...row, tm_failing_since }));
      file.stored = tm_failing_since;
    } catch (error) {
      log.warn({ endpoint_id: file.endpoint.id, error }, 'an endpoint could not be updated');
    }
  }

  async #disableNow(endpoint: Endpoint, reason: 'gone' | 'failing'): Promise<void> {
    const { registry, log, clock } = this.#parts;
    const now = clock.now();
    const disabled = await this.#change(endpoint, (row) =>
      row.enabled
        ? { ...row, enabled: false, disabled_reason: reason, tm_update: later(row, now) }
        : null,
    );
    registry.changed('endpoints', endpoint.id);
    if (disabled === null) return;
    log.warn({ endpoint_id: endpoint.id, reason }, 'a webhook endpoint was switched off');
    await this.#tell(disabled, now);
  }

  /** Changes the row as it is now; null when there is nothing to change. */
  async #change(
    { id }: Endpoint,
    change: (row: Endpoint) => Endpoint | null,
  ): Promise<Endpoint | null> {
    const { endpoints } = this.#parts.store.shelves;
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const row = await endpoints.get('all', id);
      const changed = row === null ? null : change(row);
      if (row === null || changed === null) return null;
      if (await endpoints.update(changed, row.tm_update)) return changed;
    }
    return null;
  }

  async #tell(endpoint: Endpoint, at: Instant): Promise<void> {
    const { registry, store, node, offer, stream } = this.#parts;
    const notice = noticeOf(endpoint, at);
    const { event, rowFor } = recordOf(endpoint, notice, node);
    const others = await registry.endpoints(endpoint.customer_id);
    const rows = others.filter((other) => wants(other, endpoint)).map(rowFor);
    await store.deliveries.insert(rows, event);
    stream?.tell(endpoint.customer_id, notice);
    offer(rows, new Map([[notice.id, notice]]));
  }
}

function later(row: Endpoint, now: Instant): Instant {
  return Math.max(now, row.tm_update + 1) as Instant;
}

function wants(other: Endpoint, off: Endpoint): boolean {
  const { event_types } = other;
  if (other.id === off.id || !other.enabled) return false;
  return event_types.length === 0 || event_types.includes(ENDPOINT_DISABLED);
}

/** An order key of its own: it belongs to no call, and nothing has to come before it. */
function noticeOf(endpoint: Endpoint, at: Instant): NoticeRow {
  const id = derive<string>(endpoint.id, `disabled/${at}`, at);
  const { customer_id, name, url, disabled_reason, tm_failing_since } = endpoint;
  const data = {
    id: endpoint.id,
    customer_id,
    name,
    url,
    disabled_reason,
    tm_failing_since: rfc3339(tm_failing_since),
    tm_update: rfc3339(endpoint.tm_update),
  };
  return { id, type: ENDPOINT_DISABLED, order_key: id, sequence: 1, at, data };
}

function recordOf(
  endpoint: Endpoint,
  notice: NoticeRow,
  node: string,
): { event: EventRow; rowFor: (other: Endpoint) => DeliveryRow } {
  const { id: subject_id, customer_id, disabled_reason } = endpoint;
  const id = `disabled:${notice.at}` as EventId;
  const { at, type, order_key, sequence } = notice;
  const fact = { reason: disabled_reason };
  const event = { subject_id, id, customer_id, n: 1, at, type, fact, notices: [notice] };
  const rowFor = (other: Endpoint): DeliveryRow => ({
    id: derive<string>(notice.id, other.id, at),
    endpoint_id: other.id,
    customer_id,
    order_key,
    sequence,
    subject_id,
    event_id: id,
    notice_id: notice.id,
    notice_type: type,
    status: 'pending',
    tries: [],
    next_at: at,
    node,
    tm_create: at,
  });
  return { event, rowFor };
}
