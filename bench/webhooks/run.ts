import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import type { CustomerId, EndpointId, EventId, Instant } from '../../kernel/brand.ts';
import { systemChance, systemClock } from '../../engine/clock.ts';
import { makeDeliverer } from '../../engine/deliverer.ts';
import type { DelivererParts } from '../../engine/deliverer.ts';
import { NO_LOG } from '../../engine/log.ts';
import { makeVault, sealedFor } from '../../engine/vault.ts';
import { openLocalQueue } from '../../queue/sql/queue.ts';
import type { Endpoint } from '../../store/rows.ts';
import type { DeliveryRow, NoticeRow } from '../../store/journal.ts';
import type { Outgoing, Sender } from '../../webhooks/delivery.ts';
import { openSender } from '../../webhooks/http/sender.ts';
import { openThreadedSender } from '../../webhooks/http/threaded.ts';

/** What one webhook costs this process: by the sender alone, and by the deliverer on top of it. */

const WEBHOOKS = Number(process.env['WEBHOOKS'] ?? 60_000);
const IN_FLIGHT = 64;
const BATCH = 5;
const CUSTOMER = 'customer' as CustomerId;
/** About what a call's notice carries. */
const DATA = Object.fromEntries(
  Array.from({ length: 24 }, (_, index) => [`field_${index}`, `value of field ${index}`]),
);

async function startSink(): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(new URL('./sink.ts', import.meta.url), {
    stdio: ['ignore', 'pipe', 2, 'ipc'],
  });
  const [port] = child.stdout === null ? [''] : await once(child.stdout, 'data');
  return { child, url: `http://127.0.0.1:${String(port).trim()}/hook` };
}

/** Runs `work` and says how much it cost for each webhook. */
async function measured(name: string, work: (count: number) => Promise<void>): Promise<void> {
  await work(WEBHOOKS / 6);
  const before = process.cpuUsage();
  const main = process.threadCpuUsage();
  const from = performance.now();
  await work(WEBHOOKS);
  const seconds = (performance.now() - from) / 1_000;
  const used = process.cpuUsage(before);
  const thread = process.threadCpuUsage(main);
  const each_us = ((used.user + used.system) / WEBHOOKS).toFixed(1);
  const main_us = ((thread.user + thread.system) / WEBHOOKS).toFixed(1);
  const rate = Math.round(WEBHOOKS / seconds);
  console.log(`${name.padEnd(28)} ${rate}/s  ${each_us} µs CPU each, main thread ${main_us} µs`);
}

function sending(sender: Sender, url: string): (count: number) => Promise<void> {
  const body = JSON.stringify({ id: 'n', type: 'call_updated', data: DATA });
  const request: Outgoing = {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'webhook-id': '0195e5a0-0000-7000-8000-000000000000',
      'webhook-timestamp': '1700000000',
      'webhook-signature': `v1,${'x'.repeat(44)}`,
    },
    body,
  };
  return async (count) => {
    let left = count;
    const one = async (): Promise<void> => {
      while ((left -= 1) >= 0) {
        const result = await sender.send(request);
        if (result.result !== 'answered') throw new Error(JSON.stringify(result));
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, one));
  };
}

function endpointAt(url: string, vault: DelivererParts['vault']): Endpoint {
  const id = '0195e5a0-0000-7000-8000-000000000001' as EndpointId;
  const at = 0 as Instant;
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  return {
    id,
    customer_id: CUSTOMER,
    name: 'bench',
    url,
    method: 'POST',
    event_types: [],
    enabled: true,
    disabled_reason: '',
    secret_sealed: vault.seal(secret, sealedFor(CUSTOMER, id)),
    old_secret_sealed: null,
    tm_old_secret_expire: null,
    tm_failing_since: null,
    tm_create: at,
    tm_update: at,
    tm_delete: null,
  };
}

function delivering(sender: Sender, url: string): (count: number) => Promise<void> {
  const clock = systemClock();
  const vault = makeVault(randomBytes(32));
  const endpoint = endpointAt(url, vault);
  let settled = 0;
  let woken = (): void => undefined;
  const absent = (): never => {
    throw new Error('not used here');
  };
  const deliverer = makeDeliverer({
    store: {
      deliveries: {
        settle: async (rows) => {
          settled += rows.length;
          woken();
        },
        pending: async () => [],
        notices: async () => new Map(),
        insert: absent,
        take: absent,
        get: absent,
        list: absent,
      },
      shelves: { endpoints: { get: absent, update: absent } as never },
    },
    sender,
    queue: openLocalQueue(clock),
    clock,
    chance: systemChance(clock),
    vault,
    log: NO_LOG,
    registry: {
      endpoint: async () => endpoint,
      endpoints: async () => [endpoint],
      changed: () => undefined,
    },
    node: 'node',
    config: { webhook_schedule_s: [1], webhook_disable_after_s: 1_000 },
    limits: { in_flight_per_endpoint: IN_FLIGHT },
  });
  let call = 0;
  return async (count) => {
    const goal = settled + count;
    let offered = settled;
    while (settled < goal) {
      for (; offered < goal && offered - settled < 4 * IN_FLIGHT; offered += BATCH)
        offer(deliverer, endpoint, (call += 1));
      await new Promise<void>((resolve) => (woken = resolve));
    }
  };
}

/** One call's notices, each offered as after its own commit. */
function offer(
  deliverer: ReturnType<typeof makeDeliverer>,
  endpoint: Endpoint,
  call: number,
): void {
  const order_key = `0195e5a0-0000-7000-8000-${String(call).padStart(12, '0')}`;
  const at = Date.now() as Instant;
  for (let sequence = 1; sequence <= BATCH; sequence += 1) {
    const id = `${order_key}-${sequence}`;
    const notice: NoticeRow = {
      id,
      type: 'call_updated',
      order_key,
      sequence,
      at,
      data: { ...DATA, sequence },
    };
    const row: DeliveryRow = {
      id: `d${id}`,
      endpoint_id: endpoint.id,
      customer_id: CUSTOMER,
      order_key,
      sequence,
      subject_id: order_key,
      event_id: id as EventId,
      notice_id: id,
      notice_type: 'call_updated',
      status: 'pending',
      tries: [],
      next_at: at,
      node: 'node',
      tm_create: at,
    };
    deliverer.offer([row], new Map([[id, notice]]));
  }
}

async function main(): Promise<void> {
  const { child, url } = await startSink();
  const terms = { timeout_ms: 15_000, allow: ['127.0.0.0/8'] };
  for (const [name, open] of Object.entries({ here: openSender, thread: openThreadedSender })) {
    const sender = open(terms);
    await measured(`${name}: sender alone`, sending(sender, url));
    await measured(`${name}: deliverer, sender`, delivering(sender, url));
    await sender.close();
  }
  child.disconnect();
}

await main();
process.exit(0);
