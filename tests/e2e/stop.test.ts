/** How the program starts, stops and refuses, as an operator meets it. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { randomInt } from 'node:crypto';
import { adminClient, ADMIN_KEY, makeTenant, pause, quickSettings } from './harness.ts';
import type { Tenant } from './harness.ts';
import { apiClient } from './api_client.ts';
import { assertHealthy, assertProven, summaryOf } from './proven.ts';
import {
  newServer,
  scratchFolder,
  tandem,
  type Ended,
  type TandemServer,
} from './tandem_process.ts';
import { startTraffic } from './traffic.ts';
import { startSink, type WebhookSink } from './webhook_sink.ts';

const STOPS_WITHIN_MS = 15_000;
const SEED = Number(process.env['E2E_SEED'] ?? randomInt(2 ** 31));

/** One line on stderr, which says this, and nothing that only a programmer could read. */
function assertOneLine({ code, stdout, stderr }: Ended, says: RegExp): void {
  const told = stderr.trim().split('\n');
  assert.deepEqual([code, told.length], [1, 1], `${stdout}${stderr}`);
  assert.match(told[0] ?? '', says);
  assert.doesNotMatch(`${stdout}${stderr}`, /\bat .*:\d+|node:internal|Error:/);
}

describe('a server that is asked to stop', () => {
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

  it('ends with 0 in time, and nothing is lost', async (context) => {
    context.diagnostic(`E2E_SEED=${SEED}`);
    // Slow answers keep deliveries under way when the signal comes.
    sink.answering = async () => {
      await pause(150);
      return 204;
    };
    const traffic = startTraffic({ client: tenant.client, per_second: 20, seed: SEED });
    for (let round = 0; round < 3; round += 1) {
      await pause(1_500);
      const asked = performance.now();
      const ended = await server.end('SIGTERM');
      const said = `${ended?.stdout}${ended?.stderr}`;
      assert.equal(ended?.code, 0, said);
      assert.doesNotMatch(said, /sweep for due calls failed|timer could not be told/);
      const took_ms = Math.round(performance.now() - asked);
      context.diagnostic(`stopped in ${took_ms} ms`);
      assert.ok(took_ms < STOPS_WITHIN_MS);
      await server.start();
    }
    await traffic.stop();
    const run = { tenant, sink, traffic };
    context.diagnostic(summaryOf(run, await assertProven(run)));
    await server.end('SIGTERM');
    await assertHealthy(server.settings);
  });
});

describe('settings that cannot be used', () => {
  const wrong: Readonly<Record<string, readonly [string, RegExp]>> = {
    PORT: ['http', /PORT must be a whole number/],
    HOST: ['not a host', /HOST must be/],
    DATABASE_URL: ['postgres://localhost/tandem', /DATABASE_URL must be mysql:/],
    REDIS_URL: ['redis://127.0.0.1:6379', /set DATABASE_URL too/],
    PUBLIC_URL: ['https://example.com/path', /PUBLIC_URL must be/],
    TANDEM_MASTER_KEY: ['short', /TANDEM_MASTER_KEY must be 32 bytes/],
    TANDEM_BOOTSTRAP_KEY: ['short', /TANDEM_BOOTSTRAP_KEY must be 16/],
    TANDEM_WEBHOOK_SCHEDULE: ['1,two', /TANDEM_WEBHOOK_SCHEDULE must be/],
    TANDEM_WEBHOOK_ALLOW: ['everything', /TANDEM_WEBHOOK_ALLOW must be/],
    TANDEM_LOG_LEVEL: ['loud', /TANDEM_LOG_LEVEL must be/],
    DATA_DIR: ['/dev/null/data', /\/dev\/null\/data/],
  };
  for (const [name, [value, says]] of Object.entries(wrong))
    it(`${name}=${value} is told in one line`, async () => {
      const settings = { DATA_DIR: scratchFolder(), PORT: '0', HOST: '127.0.0.1', [name]: value };
      assertOneLine(await tandem(['serve'], settings), says);
    });

  it('several nodes without a master key are told in one line', async () => {
    const settings = {
      DATABASE_URL: 'mysql://root@127.0.0.1:1/tandem',
      REDIS_URL: 'redis://127.0.0.1:1',
      PORT: '0',
    };
    assertOneLine(await tandem(['serve'], settings), /TANDEM_MASTER_KEY must be set/);
  });

  it('a database that does not answer is told in one line', async () => {
    const settings = {
      DATABASE_URL: 'mysql://root@127.0.0.1:1/tandem',
      TANDEM_MASTER_KEY: '0'.repeat(64),
      PORT: '0',
    };
    assertOneLine(await tandem(['serve'], settings), /./);
  });

  it('a command that does not exist is told with those that do', async () => {
    const { code, stderr } = await tandem(['sevre'], {});
    assert.equal(code, 2);
    assert.match(stderr, /there is no command called sevre/);
  });
});

describe('one data folder', () => {
  let server: TandemServer;
  afterEach(() => server?.end());

  it('serves one server only', async () => {
    server = await newServer(quickSettings());
    await server.start();
    const second = { ...server.settings, PORT: '0' };
    assertOneLine(await tandem(['serve'], second), /another Tandem is already serving/);
    assert.equal((await adminClient(() => server.url).ask('/v1/customers')).status, 200);
  });

  it('a port in use is told in one line', async () => {
    server = await newServer(quickSettings());
    await server.start();
    const second = { ...server.settings, DATA_DIR: scratchFolder() };
    assertOneLine(await tandem(['serve'], second), /EADDRINUSE: address already in use/);
  });

  it('shows the admin key at its first start, and never again', async () => {
    const { TANDEM_BOOTSTRAP_KEY: _none, ...settings } = quickSettings();
    server = await newServer(settings);
    await server.start();
    const first = await server.end('SIGTERM');
    const key = /^ {2}(tdm_live_\w+)$/m.exec(first?.stdout ?? '')?.[1] ?? '';
    await server.start();
    const admin = apiClient(() => server.url, key);
    assert.equal((await admin.ask('/v1/customers')).status, 200);
    const second = await server.end('SIGTERM');
    assert.doesNotMatch(`${second?.stdout}${second?.stderr}`, /tdm_/);
  });
});

describe('the other commands', () => {
  const settings = quickSettings();

  it('migrate makes the schema, and then has nothing to do', async () => {
    const first = await tandem(['migrate'], settings);
    assert.deepEqual([first.code, /^migrated /m.test(first.stdout)], [0, true], first.stderr);
    const second = await tandem(['migrate'], settings);
    assert.deepEqual([second.code, second.stdout], [0, 'the schema is up to date\n']);
  });

  it('keys makes, lists and revokes keys beside a running server', async () => {
    const server = await newServer(settings);
    await server.start();
    const made = await tandem(['keys', 'create', 'night shift'], settings);
    const client = apiClient(() => server.url, made.stdout.trim());
    assert.equal((await client.ask('/v1/customers')).status, 200);
    const listed = await tandem(['keys', 'list'], settings);
    const id = /^(\S+) .*night shift$/m.exec(listed.stdout)?.[1] ?? '';
    assert.ok(!listed.stdout.includes(client.key), 'a list shows no secrets');
    assert.equal((await tandem(['keys', 'revoke', id], settings)).code, 0);
    // Servers keep keys in memory for two seconds.
    await pause(2_500);
    assert.equal((await client.ask('/v1/customers')).status, 401);
    assert.equal((await tandem(['keys', 'revoke', id], settings)).code, 1);
    await server.end('SIGTERM');
  });

  it('doctor finds nothing to mend, and says what it looked at', async () => {
    const { code, stdout } = await tandem(['doctor'], settings);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^ok +books balance/m);
    assert.ok(!stdout.includes(ADMIN_KEY));
  });

  it('doctor says what to mend', async () => {
    const other = { ...settings, TANDEM_MASTER_KEY: 'f'.repeat(64) };
    const { code, stdout } = await tandem(['doctor'], other);
    assert.equal(code, 1);
    assert.match(stdout, /^MEND +secrets open with the master key: .*TANDEM_MASTER_KEY/m);
  });
});
