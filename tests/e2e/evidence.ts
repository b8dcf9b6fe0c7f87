/** Everything the outside can learn of a run, gathered once it has come to rest. */
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  ApiClient,
  BillingJson,
  CallJson,
  DeliveryJson,
  DialJson,
  Json,
  PostingJson,
} from './api_client.ts';
import type { Tenant } from './harness.ts';
import type { Hook, WebhookSink } from './webhook_sink.ts';

export interface Evidence {
  readonly calls: readonly CallJson[];
  /** The sandbox network's own log, oldest first. */
  readonly dials: readonly DialJson[];
  readonly billings: readonly BillingJson[];
  readonly postings: readonly PostingJson[];
  readonly account: Json;
  readonly deliveries: readonly DeliveryJson[];
  readonly hooks: readonly Hook[];
}

const LOOK_MS = 500;
const LIVE = ['dialing', 'ringing', 'progressing', 'terminating', 'canceling'];

/** What has not come to rest. */
interface Unrest {
  readonly live: readonly CallJson[];
  readonly pending: readonly DeliveryJson[];
  /** Legs that the network says are up. */
  readonly up: readonly DialJson[];
}

async function unrest(client: ApiClient): Promise<Unrest> {
  const lists = LIVE.map((status) => client.all<CallJson>(`/v1/calls?status=${status}`));
  const live = (await Promise.all(lists)).flat();
  const pending = await client.all<DeliveryJson>('/v1/webhook_deliveries?status=pending');
  if (live.length + pending.length > 0) return { live, pending, up: [] };
  // The network writes down a little later what it has told.
  const dials = await client.all<DialJson>('/v1/test/sandbox/dials');
  return { live, pending, up: dials.filter(isUp) };
}

function isUp({ outcome, tm_end }: DialJson): boolean {
  return outcome.startsWith('accepted') && tm_end === null;
}

/** Waits until nothing is live, pending or up; throws with what is left when it takes too long. */
export async function settled(client: ApiClient, within_ms: number): Promise<void> {
  const until = performance.now() + within_ms;
  for (;;) {
    const left = await unrest(client);
    if (Object.values(left).every((rows: readonly unknown[]) => rows.length === 0)) return;
    if (performance.now() > until) throw new Error(await dump(client, left));
    await sleep(LOOK_MS);
  }
}

const SHOWN = 5;

async function dump(client: ApiClient, { live, pending, up }: Unrest): Promise<string> {
  const ids = [...live.map(({ id }) => id), ...up.map(({ call_id }) => call_id)];
  const stories = ids
    .slice(0, SHOWN)
    .map(async (id) => JSON.stringify(await story(client, id), null, 1));
  return [
    `not at rest: ${live.length} calls live, ${pending.length} deliveries pending, ${up.length} up`,
    ...(await Promise.all(stories)),
    ...pending.slice(0, SHOWN).map((row) => JSON.stringify(row)),
  ].join('\n');
}

/** All there is to know of a call. */
async function story(client: ApiClient, id: string): Promise<Json> {
  const { status, attempts } = await client.get<CallJson>(`/v1/calls/${id}`);
  const { result } = await client.get<{ result: Json[] }>(`/v1/calls/${id}/events`);
  const dials = await client.all<DialJson>(`/v1/test/sandbox/dials?call_id=${id}`);
  return { id, status, attempts, dials, timeline: result.map(sayEvent) };
}

function sayEvent({ number, type, tm_event, fact }: Json): string {
  return `${String(number)} ${String(tm_event)} ${String(type)} ${JSON.stringify(fact)}`;
}

export async function gather(
  { client, account_id }: Tenant,
  { hooks }: WebhookSink,
): Promise<Evidence> {
  const calls = await client.all<CallJson>('/v1/calls');
  const dials = await client.all<DialJson>('/v1/test/sandbox/dials');
  const billings = await client.all<BillingJson>('/v1/billings');
  const account = await client.get(`/v1/billing_accounts/${account_id}`);
  const deliveries = await client.all<DeliveryJson>('/v1/webhook_deliveries');
  const postings = await client.all<PostingJson>(`/v1/billing_accounts/${account_id}/postings`);
  const oldest = dials.toSorted((a, b) => (a.tm_dial < b.tm_dial ? -1 : 1));
  return { calls, dials: oldest, billings, postings, account, deliveries, hooks };
}
