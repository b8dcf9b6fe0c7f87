/** A database and a Redis of our own, killed under load (reliability checks 24 and 25). */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, it, type TestContext } from 'node:test';
import { startMariadb } from '../../scripts/services/mariadb.ts';
import { startRedis } from '../../scripts/services/redis.ts';
import { freePort, type Server } from '../../scripts/services/server.ts';
import { findTool } from '../../scripts/services/tools.ts';
import { codeOf } from './api_client.ts';
import { callTo, makeTenant, pause, sharedSettings, type Tenant } from './harness.ts';
import { startPair, type NodePair } from './node_pair.ts';
import { assertHealthy, assertProven, summaryOf } from './proven.ts';
import { scratchFolder } from './tandem_process.ts';
import { insist, startTraffic } from './traffic.ts';
import { startSink, type Answering, type WebhookSink } from './webhook_sink.ts';

const MARIADB = process.env['TEST_MYSQL'] === undefined ? null : findTool('mariadb');
const REDIS = process.env['TEST_REDIS'] === undefined ? null : findTool('redis');
const skip = (MARIADB === null || REDIS === null) && 'there are no MariaDB and Redis to be killed';
const SEED = Number(process.env['E2E_SEED'] ?? randomInt(2 ** 31));
const CALLS_PER_SECOND = 10;
const DATABASE_AWAY_MS = 10_000;
const REFUSED_WITHIN_MS = 2_000;
const BACK_WITHIN_MS = 10_000;
/** Waits of more than five seconds are the queue's; shorter ones never leave the process. */
const LONGER_THAN_TIMERS = '1,7,7,7,7,7';

describe('two nodes whose servers fail', { skip }, () => {
  const data = `${scratchFolder()}/mariadb`;
  let mariadb: Server;
  let redis: Server;
  let pair: NodePair;
  let sink: WebhookSink;
  let tenant: Tenant;
  before(async () => {
    mariadb = await databaseOn(await freePort());
    redis = await startRedis(REDIS ?? '');
    const [mysql_url, redis_url] = [
      `mysql://root@127.0.0.1:${mariadb.port}/`,
      `redis://127.0.0.1:${redis.port}`,
    ];
    const settings = sharedSettings(mysql_url, redis_url);
    pair = await startPair({ ...settings, TANDEM_WEBHOOK_SCHEDULE: LONGER_THAN_TIMERS });
  });
  after(async () => {
    await pair?.end();
    await Promise.all([mariadb?.stop('SIGKILL'), redis?.stop('SIGKILL')]);
  });
  beforeEach(async () => {
    sink = await startSink();
    tenant = await makeTenant({ url: () => pair.url(), sink });
  });
  afterEach(() => sink?.stop());

  /** Commits wait for the disk, so that a kill of the server loses none. */
  function databaseOn(port: number): Promise<Server> {
    return startMariadb(MARIADB ?? '', { durable: true, data, port });
  }

  async function under(context: TestContext, meanwhile: () => Promise<void>): Promise<void> {
    context.diagnostic(`E2E_SEED=${SEED}`);
    const { client } = tenant;
    const traffic = startTraffic({ client, per_second: CALLS_PER_SECOND, seed: SEED });
    await meanwhile();
    await traffic.stop();
    const run = { tenant, sink, traffic };
    const evidence = await assertProven(run).catch((error: unknown) => {
      context.diagnostic(pair.said());
      throw error;
    });
    context.diagnostic(summaryOf(run, evidence));
  }

  it('lose nothing when the database dies for 10 s, and refuse quickly', async (context) => {
    await under(context, async () => {
      await pause(2_000);
      const { port } = mariadb;
      await mariadb.stop('SIGKILL');
      const died = performance.now();
      while (performance.now() - died < DATABASE_AWAY_MS) await assertRefused(tenant);
      mariadb = await databaseOn(port);
      const back = performance.now();
      const { answer } = await insist(tenant.client, '/v1/calls', {
        method: 'POST',
        body: callTo('+15005550001'),
      });
      assert.deepEqual([answer.status, codeOf(answer)], [400, 'number_invalid']);
      const normal_ms = Math.round(performance.now() - back);
      context.diagnostic(`normal ${normal_ms} ms after the database was back`);
      assert.ok(normal_ms < BACK_WITHIN_MS);
      await pause(1_000);
    });
    await assertHealthy(pair.nodes[0].settings);
  });

  it('lose nothing when Redis comes back empty in the middle of retries', async (context) => {
    await under(context, async () => {
      sink.answering = firstRefusedTwice();
      await pause(3_000);
      const { port } = redis;
      await redis.stop('SIGKILL');
      await pause(2_000);
      redis = await startRedis(REDIS ?? '', port);
      await pause(3_000);
    });
    const retried = sink.hooks.filter(({ status }) => status === 500).length;
    context.diagnostic(`${retried} requests were refused`);
    assert.ok(retried > 0);
    await assertHealthy(pair.nodes[0].settings);
  });
});

/** Refuses the first notice of every line twice, so that its third try waits in the queue. */
function firstRefusedTwice(): Answering {
  const refused = new Map<string, number>();
  return (_count, { id, sequence }) => {
    const times = (refused.get(id) ?? 0) + 1;
    refused.set(id, times);
    return sequence === 1 && times <= 2 ? 500 : 204;
  };
}

/** A refusal that says when to come again, soon and without a stack. */
async function assertRefused({ client }: Tenant): Promise<void> {
  const asked = performance.now();
  const answer = await client.ask('/v1/calls', { method: 'POST', body: callTo('+493012345678') });
  const took_ms = performance.now() - asked;
  assert.deepEqual([answer.status, codeOf(answer)], [503, 'service_unavailable'], answer.text);
  assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]/);
  assert.ok(took_ms < REFUSED_WITHIN_MS, `refused after ${took_ms} ms`);
  await pause(250);
}
