/** Two nodes on one MariaDB and one Redis: what one leaves behind, the other does (27, 26). */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, it, type TestContext } from 'node:test';
import { rollerOf } from '../../kernel/random.ts';
import { DEAD_MS } from '../../engine/membership.ts';
import { apiClient, type CallJson, type Json, type PlacedJson } from './api_client.ts';
import { callTo, makeTenant, pause, sharedSettings, type Tenant } from './harness.ts';
import { startPair, type NodePair } from './node_pair.ts';
import { assertHealthy, assertProven, summaryOf } from './proven.ts';
import { startTraffic, type Promised, type Traffic } from './traffic.ts';
import { startSink, type WebhookSink } from './webhook_sink.ts';

const { TEST_MYSQL: MYSQL = '', TEST_REDIS: REDIS = '' } = process.env;
const skip = (MYSQL === '' || REDIS === '') && 'TEST_MYSQL and TEST_REDIS name no servers';
const KILLS = Number(process.env['E2E_KILLS'] ?? 20);
const SEED = Number(process.env['E2E_SEED'] ?? randomInt(2 ** 31));
const CALLS_PER_SECOND = 10;
const ADOPTED_WITHIN_MS = 30_000;

describe('two nodes on MariaDB and Redis', { skip }, () => {
  let pair: NodePair;
  let sink: WebhookSink;
  let tenant: Tenant;
  before(async () => {
    pair = await startPair(sharedSettings(MYSQL, REDIS));
  });
  after(() => pair?.end());
  beforeEach(async () => {
    sink = await startSink();
    tenant = await makeTenant({ url: () => pair.url(), sink });
  });
  afterEach(() => sink?.stop());

  /** Callers who ask the nodes in turn until `meanwhile` is over; then everything is proven. */
  async function under(context: TestContext, meanwhile: () => Promise<void>): Promise<void> {
    context.diagnostic(`E2E_SEED=${SEED}`);
    const { client } = tenant;
    const traffic: Traffic = startTraffic({ client, per_second: CALLS_PER_SECOND, seed: SEED });
    await meanwhile();
    await traffic.stop();
    const run = { tenant, sink, traffic };
    const evidence = await assertProven(run).catch((error: unknown) => {
      context.diagnostic(pair.said());
      throw error;
    });
    context.diagnostic(summaryOf(run, evidence));
  }

  it(`keep every promise through ${KILLS} kills of either`, async (context) => {
    const roll = rollerOf(SEED);
    await under(context, async () => {
      for (let round = 0; round < KILLS; round += 1) {
        await pause(150 + roll(500));
        const node = pair.nodes[roll(2) === 0 ? 0 : 1];
        await node.end('SIGKILL');
        await node.start();
      }
    });
    await assertHealthy(pair.nodes[0].settings);
  });

  it('adopts the calls of a node that died within 30 s', async () => {
    const [first, second] = pair.nodes;
    const on_first = apiClient(() => first.url, tenant.client.key);
    const on_second = apiClient(() => second.url, tenant.client.key);
    const ids = await Promise.all(Array.from({ length: 20 }, () => placeShort(on_first)));
    await first.end('SIGKILL');
    const died = performance.now();
    for (const id of ids) await ended(on_second, id, died + ADOPTED_WITHIN_MS);
    await first.start();
    const promised = ids.map((call_id): Promised => ({ ...PLACED, call_id }));
    const traffic: Traffic = { promised, odd: [], stop: () => Promise.resolve() };
    await assertProven({ tenant, sink, traffic });
  });

  it('lets a node that was frozen longer than its lease do no harm', async (context) => {
    const [frozen] = pair.nodes;
    await under(context, async () => {
      await pause(1_500);
      frozen.signal('SIGSTOP');
      await pause(DEAD_MS + 4_000);
      frozen.signal('SIGCONT');
      await pause(2_000);
    });
    await assertHealthy(frozen.settings);
  });
});

const PLACED = { kind: 'ended_by_flow', destination: '+493012345678', sent: 1 } as const;

/** A call whose flow ends it after a second of talk. */
async function placeShort(client: Tenant['client']): Promise<string> {
  const body: Json = callTo(PLACED.destination, {
    sandbox: { ring_ms: 50, answer_ms: 300, talk_ms: 600_000 },
    actions: [{ type: 'sleep', option: { duration: 1_000 } }, { type: 'hangup' }],
  });
  const { calls } = await client.post<PlacedJson>('/v1/calls', body);
  return String(calls[0]?.id);
}

async function ended(client: Tenant['client'], id: string, until: number): Promise<void> {
  for (;;) {
    const call = await client.get<CallJson>(`/v1/calls/${id}`);
    if (call.status === 'hangup') return;
    assert.ok(performance.now() < until, `not adopted in time: ${JSON.stringify(call)}`);
    await pause(200);
  }
}
