/** The embedded default under kill -9: whatever was promised is kept (reliability check 17). */
import { randomInt } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { rollerOf } from '../../kernel/random.ts';
import { makeTenant, pause, quickSettings, type Tenant } from './harness.ts';
import { assertHealthy, assertProven, summaryOf } from './proven.ts';
import { newServer, type TandemServer } from './tandem_process.ts';
import { startTraffic } from './traffic.ts';
import { startSink, type WebhookSink } from './webhook_sink.ts';

const ROUNDS = Number(process.env['E2E_KILLS'] ?? 50);
const SEED = Number(process.env['E2E_SEED'] ?? randomInt(2 ** 31));
const CALLS_PER_SECOND = 20;
/** One kill in so many strikes while the server starts. */
const EARLY_ONE_IN = 8;
/** One webhook in so many is refused, so that there are retries to lose. */
const REFUSED_ONE_IN = 20;

describe('one node on SQLite', () => {
  let server: TandemServer;
  let sink: WebhookSink;
  let tenant: Tenant;
  before(async () => {
    sink = await startSink();
    server = await newServer(quickSettings());
    await server.start();
    tenant = await makeTenant({ url: () => server.url, sink });
  });
  after(async () => {
    await server?.end();
    await sink?.stop();
  });

  it(`keeps every promise through ${ROUNDS} kills`, async (context) => {
    context.diagnostic(`E2E_SEED=${SEED}`);
    const roll = rollerOf(SEED);
    sink.answering = (count) => (count % REFUSED_ONE_IN === 0 ? 500 : 204);
    const { client } = tenant;
    const traffic = startTraffic({ client, per_second: CALLS_PER_SECOND, seed: SEED });
    for (let round = 0; round < ROUNDS; round += 1) {
      await pause(150 + roll(500));
      await server.end('SIGKILL');
      const listening = server.spawn();
      if (roll(EARLY_ONE_IN) !== 0) await listening;
      else listening.catch(() => undefined);
    }
    await server.end('SIGKILL');
    await server.start();
    await traffic.stop();
    const run = { tenant, sink, traffic };
    const evidence = await assertProven(run).catch((error: unknown) => {
      context.diagnostic(server.said);
      throw error;
    });
    context.diagnostic(summaryOf(run, evidence));
    await server.end('SIGTERM');
    await assertHealthy(server.settings);
  });
});
