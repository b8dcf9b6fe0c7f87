import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemChance, systemClock } from '../../engine/clock.ts';
import { makeDeliverer } from '../../engine/deliverer.ts';
import type { Deliverer, DelivererParts } from '../../engine/deliverer.ts';
import { NO_LOG } from '../../engine/log.ts';
import { makeRegistry } from '../../engine/registry.ts';
import type { Registry } from '../../engine/registry.ts';
import { makeVault, sealedFor } from '../../engine/vault.ts';
import type { CustomerId, EndpointId, EventId, Instant } from '../../kernel/brand.ts';
import { openLocalQueue } from '../../queue/sql/queue.ts';
import { openStore } from '../../store/knex/open.ts';
import type { Endpoint } from '../../store/rows.ts';
import type { DeliveryRow, EventRow, NoticeRow } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import { openSender } from '../../webhooks/http/sender.ts';
import { secretFrom } from '../../webhooks/sign.ts';

/** A deliverer on a real database, sending through the real door. */

export interface Received {
  readonly at: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A customer's server. What it answers is decided request by request. */
export class Receiver {
  readonly got: Received[] = [];
  answer: (response: ServerResponse, received: Received) => void = (response) =>
    void response.writeHead(204).end();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const received = { at: Date.now(), headers: request.headers, body };
        this.got.push(received);
        this.answer(response, received);
      });
    });
  }

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

export function told({ body }: Received): { id: string; sequence: number; order_key: string } {
  const { id, sequence, data } = JSON.parse(body);
  return { id, sequence, order_key: data.id };
}

export class Bench {
  readonly clock = systemClock();
  readonly chance = systemChance(this.clock);
  readonly vault = makeVault(randomBytes(32));
  readonly queue = openLocalQueue(this.clock);
  readonly sender = openSender({ timeout_ms: 2_000, allow: ['127.0.0.0/8'] });
  readonly customer_id: CustomerId = this.chance.uuid() as CustomerId;
  readonly secrets = new Map<string, string>();
  readonly store: Store;
  readonly registry: Registry;
  readonly #data_dir: string;
  readonly #closing: (() => void)[] = [];
  readonly #deliverers: Deliverer[] = [];

  private constructor(store: Store, data_dir: string) {
    this.store = store;
    this.#data_dir = data_dir;
    this.registry = makeRegistry(store, this.queue, this.clock);
  }

  static async open(): Promise<Bench> {
    const data_dir = mkdtempSync(join(tmpdir(), 'tandem-webhooks-'));
    const store = await openStore({ database_url: null, data_dir, clock: systemClock() });
    return new Bench(store, data_dir);
  }

  async close(): Promise<void> {
    for (const deliverer of this.#deliverers) await deliverer.stop();
    for (const close of this.#closing) close();
    await this.queue.close();
    await this.sender.close();
    await this.store.close();
    rmSync(this.#data_dir, { recursive: true, force: true });
  }

  /** A receiver and the endpoint that points at it. */
  async endpoint(): Promise<{ endpoint: Endpoint; receiver: Receiver }> {
    const receiver = new Receiver();
    this.#closing.push(() => receiver.close());
    const id = this.chance.uuid() as EndpointId;
    const secret = secretFrom(randomBytes(32));
    this.secrets.set(id, secret);
    const now = this.clock.now();
    const endpoint: Endpoint = {
      id,
      customer_id: this.customer_id,
      name: 'bench',
      url: await receiver.open(),
      method: 'POST',
      event_types: [],
      enabled: true,
      disabled_reason: '',
      secret_sealed: this.vault.seal(secret, sealedFor(this.customer_id, id)),
      old_secret_sealed: null,
      tm_old_secret_expire: null,
      tm_failing_since: null,
      tm_create: now,
      tm_update: now,
      tm_delete: null,
    };
    await this.store.shelves.endpoints.insert(endpoint);
    return { endpoint, receiver };
  }

  deliverer(more: Partial<DelivererParts> = {}): Deliverer {
    const { store, sender, queue, clock, chance, vault, registry } = this;
    const config = { webhook_schedule_s: [0.05, 0.05, 0.1, 0.1], webhook_disable_after_s: 3_600 };
    const parts = { store, sender, queue, clock, chance, vault, registry, config };
    const deliverer = makeDeliverer({ ...parts, node: 'node-1', log: NO_LOG, ...more });
    this.#deliverers.push(deliverer);
    return deliverer;
  }

  /** Stores a notice with its deliveries, as the engine does, and answers what to offer. */
  async commit(
    call: string,
    sequence: number,
    to: readonly Endpoint[],
  ): Promise<[DeliveryRow[], Map<string, NoticeRow>]> {
    const notice = noticeOf(this.chance.uuid(), { call, sequence, at: this.clock.now() });
    const { customer_id } = this;
    const event: EventRow = {
      subject_id: call,
      id: `e-${sequence}` as EventId,
      customer_id,
      n: sequence,
      at: notice.at,
      type: 'told',
      fact: {},
      notices: [notice],
    };
    const rows = to.map((endpoint) => rowOf(event, notice, endpoint));
    await this.store.deliveries.insert(rows, event);
    return [rows, new Map([[notice.id, notice]])];
  }

  /** Resolves once no delivery is pending any more. */
  async idle(): Promise<void> {
    for (;;) {
      const rows = await this.store.deliveries.pending('node-1', 1);
      if (rows.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function noticeOf(
  id: string,
  { call, sequence, at }: { call: string; sequence: number; at: Instant },
): NoticeRow {
  const data = { id: call, status: 'ringing', sequence, name: 'Žofie ☎' };
  return { id, type: 'call_updated', order_key: call, sequence, at, data };
}

function rowOf(event: EventRow, notice: NoticeRow, endpoint: Endpoint): DeliveryRow {
  const { subject_id, customer_id, at } = event;
  return {
    id: `${notice.id.slice(0, 18)}-${endpoint.id.slice(19)}`,
    endpoint_id: endpoint.id,
    customer_id,
    order_key: notice.order_key,
    sequence: notice.sequence,
    subject_id,
    event_id: event.id,
    notice_id: notice.id,
    notice_type: notice.type,
    status: 'pending',
    tries: [],
    next_at: at,
    node: 'node-1',
    tm_create: at,
  };
}
