import { randomBytes } from 'node:crypto';
import type { CustomerId, EndpointId, EventId, Instant } from '../../kernel/brand.ts';
import { rollerOf } from '../../kernel/random.ts';
import { openLocalQueue } from '../../queue/sql/queue.ts';
import type { Endpoint } from '../../store/rows.ts';
import type { DeliveryRow, EventRow, NoticeRow } from '../../store/journal.ts';
import type { DeliveryStore } from '../../store/store.ts';
import { manualClock } from './manual_clock.ts';
import type { ManualClock } from './manual_clock.ts';
import type { Outgoing, SendResult, Sender } from '../../webhooks/delivery.ts';
import { secretFrom } from '../../webhooks/sign.ts';
import { makeDeliverer } from '../../engine/deliverer.ts';
import type { Deliverer, DelivererParts } from '../../engine/deliverer.ts';
import { NO_LOG } from '../../engine/log.ts';
import { makeVault, sealedFor } from '../../engine/vault.ts';

/** Everything a deliverer needs, in memory and on a clock of its own. For tests only. */

export const CUSTOMER = 'customer-1' as CustomerId;
const KEY = randomBytes(32);
export const vault = makeVault(KEY);

/** DeliveryStore in memory. A result becomes durable one turn of the event loop later. */
export class MemoryDeliveries implements DeliveryStore {
  readonly rows = new Map<string, DeliveryRow>();
  readonly events: EventRow[] = [];
  readonly told = new Map<string, NoticeRow>();
  /** How many of the next settles fail. */
  broken = 0;

  add(row: DeliveryRow, notice: NoticeRow): void {
    this.rows.set(row.id, row);
    this.told.set(notice.id, notice);
  }

  async settle(rows: readonly DeliveryRow[]): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.broken -= 1;
    if (this.broken >= 0) throw new Error('the database is away');
    this.write(rows.filter((row) => this.rows.get(row.id)?.node === row.node));
  }

  async take(rows: readonly DeliveryRow[]): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.write(rows);
  }

  write(rows: readonly DeliveryRow[]): void {
    for (const row of rows) this.rows.set(row.id, row);
  }

  get(_scope: unknown, id: string): Promise<DeliveryRow | null> {
    return Promise.resolve(this.rows.get(id) ?? null);
  }

  list(): Promise<{ rows: DeliveryRow[]; next: null }> {
    return Promise.resolve({ rows: [...this.rows.values()], next: null });
  }

  async pending(
    ...[node, limit, part]: Parameters<DeliveryStore['pending']>
  ): Promise<DeliveryRow[]> {
    await new Promise((resolve) => setImmediate(resolve));
    const after = part !== undefined && 'after' in part ? placeOf(part.after) : '';
    const line = part !== undefined && 'line' in part ? part.line : null;
    return [...this.rows.values()]
      .filter((row) => row.status === 'pending')
      .filter((row) =>
        line === null
          ? row.node === node && placeOf(row) > after
          : row.endpoint_id === line.endpoint_id && row.order_key === line.order_key,
      )
      .sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1))
      .slice(0, limit);
  }

  notices(rows: readonly DeliveryRow[]): Promise<Map<string, NoticeRow>> {
    // As from a database: equal, not the same.
    const found = rows.flatMap(({ notice_id }): [string, NoticeRow][] => {
      const notice = this.told.get(notice_id);
      return notice === undefined ? [] : [[notice_id, structuredClone(notice)]];
    });
    return Promise.resolve(new Map(found));
  }

  insert(rows: readonly DeliveryRow[], event: EventRow | null): Promise<void> {
    if (event !== null) this.events.push(event);
    for (const notice of event?.notices ?? []) this.told.set(notice.id, notice);
    for (const row of rows) this.rows.set(row.id, row);
    return Promise.resolve();
  }
}

function placeOf(row: { endpoint_id: string; order_key: string; sequence: number }): string {
  return `${row.endpoint_id}\0${row.order_key}\0${String(row.sequence).padStart(20, '0')}`;
}

export interface Sent {
  readonly request: Outgoing;
  readonly at: number;
}

/** What a receiver does with a request: a status, or anything else a sender may answer. */
export type Receiver = (request: Outgoing, count: number) => SendResult | Promise<SendResult>;

export function answered(status_code: number, more: Partial<SendResult> = {}): SendResult {
  const plain = { result: 'answered', status_code, body: '', retry_after_ms: null, duration_ms: 1 };
  return { ...plain, ...more } as SendResult;
}

/** A sender that only remembers what was sent, and answers by URL as told; otherwise 204. */
export class MemorySender implements Sender {
  readonly sent: Sent[] = [];
  readonly receivers = new Map<string, Receiver>();
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  async send(request: Outgoing): Promise<SendResult> {
    const count = this.sent.push({ request, at: this.#clock.now() });
    await Promise.resolve();
    const receiver = this.receivers.get(request.url);
    return receiver === undefined ? answered(204) : receiver(request, count);
  }

  refusal(): string | null {
    return null;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  to(url: string): Sent[] {
    return this.sent.filter((each) => each.request.url === url);
  }
}

/** The stage: one store, one clock, and deliverers that come and go. */
export class Stage {
  readonly clock = manualClock();
  readonly deliveries = new MemoryDeliveries();
  readonly sender = new MemorySender(this.clock);
  readonly endpoints = new Map<string, Endpoint>();
  readonly queue = openLocalQueue(this.clock);
  readonly changes: string[] = [];
  readonly #roll = rollerOf(7);

  endpoint(name: string, more: Partial<Endpoint> = {}): Endpoint {
    const id = name as EndpointId;
    const endpoint: Endpoint = {
      id,
      customer_id: CUSTOMER,
      name,
      url: `https://${name}.example/hook`,
      method: 'POST',
      event_types: [],
      enabled: true,
      disabled_reason: '',
      secret_sealed: vault.seal(secretFrom(Buffer.alloc(32, name)), sealedFor(CUSTOMER, id)),
      old_secret_sealed: null,
      tm_old_secret_expire: null,
      tm_failing_since: null,
      tm_create: this.clock.now(),
      tm_update: this.clock.now(),
      tm_delete: null,
      ...more,
    };
    this.endpoints.set(id, endpoint);
    return endpoint;
  }

  deliverer(more: Partial<DelivererParts> = {}): Deliverer {
    const { clock, sender, queue, deliveries } = this;
    return makeDeliverer({
      store: { deliveries, shelves: { endpoints: this.shelf() } },
      sender,
      queue,
      clock,
      chance: { fraction: () => this.#roll(1_000) / 1_000 },
      vault,
      log: NO_LOG,
      registry: {
        endpoint: (id) => Promise.resolve(this.endpoints.get(id) ?? null),
        endpoints: () => Promise.resolve([...this.endpoints.values()]),
        changed: (kind, id) => {
          this.changes.push(`${kind} ${id}`);
          queue.publish('changed', `${kind} ${id}`);
        },
      },
      node: 'node-1',
      config: { webhook_schedule_s: [1, 2, 4], webhook_disable_after_s: 432_000 },
      later: (ms, wake) => clock.after(ms, wake),
      ...more,
    });
  }

  shelf(): DelivererParts['store']['shelves']['endpoints'] {
    const absent = (): never => {
      throw new Error('the deliverer has no business here');
    };
    return {
      get: (_scope, id) => Promise.resolve(this.endpoints.get(id) ?? null),
      update: (row, tm_update) => {
        if (this.endpoints.get(row.id)?.tm_update !== tm_update) return Promise.resolve(false);
        this.endpoints.set(row.id, row);
        return Promise.resolve(true);
      },
      insert: absent,
      list: absent,
      all: absent,
      remove: absent,
    };
  }

  /** Stores a notice and its delivery to each of these endpoints, and answers both for offer(). */
  commit(
    call: string,
    sequence: number,
    more: { readonly to: readonly Endpoint[]; readonly node?: string },
  ): [DeliveryRow[], Map<string, NoticeRow>] {
    const notice = noticeFor(call, sequence, this.clock.now());
    const rows = more.to.map((endpoint) => rowFor(notice, endpoint, more.node ?? 'node-1'));
    for (const row of rows) this.deliveries.add(row, notice);
    return [rows, new Map([[notice.id, notice]])];
  }

  /** Lets everything settle that waits for nothing but other promises. */
  async settle(): Promise<void> {
    for (let round = 0; round < 12; round += 1) await this.clock.settle();
  }

  statuses(): string[] {
    return [...this.deliveries.rows.values()].map((row) => row.status);
  }
}

function noticeFor(call: string, sequence: number, at: Instant): NoticeRow {
  const id = `${call}-${sequence}`;
  return { id, type: 'call_updated', order_key: call, sequence, at, data: { id: call, sequence } };
}

function rowFor(notice: NoticeRow, endpoint: Endpoint, node: string): DeliveryRow {
  return {
    id: `${endpoint.id}/${notice.id}`,
    endpoint_id: endpoint.id,
    customer_id: CUSTOMER,
    order_key: notice.order_key,
    sequence: notice.sequence,
    subject_id: notice.order_key,
    event_id: notice.id as EventId,
    notice_id: notice.id,
    notice_type: notice.type,
    status: 'pending',
    tries: [],
    next_at: notice.at,
    node,
    tm_create: notice.at,
  };
}
