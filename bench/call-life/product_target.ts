import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { mintToken } from '../../api/token.ts';
import { systemChance, systemClock } from '../../engine/clock.ts';
import { openApi } from './product_api.ts';
import type { Api } from './product_api.ts';
import type { Settings } from './settings.ts';
import { end } from './target.ts';
import type { Place, Target } from './target.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));
const READY_WITHIN_MS = 20_000;
const POLL_MS = 50;
const BALANCE = '100000000';
/** Answers at once, and talks until the flow hangs up: what is left is our own work. */
const SCRIPT = { pdd_ms: 0, ring_ms: 0, answer_ms: 0 };
/** How long a call stands that is to stay until the bench has ended. */
const STAY_MS = 3_600_000;
const NUMBER = { type: 'tel', target: '+15005550006' };

/** The first two make five webhooks a call, one for each of its states; the third a sixth. */
const NOTICES = ['call_created', 'call_updated', 'call_hangup'] as const;
const FINAL_MARK = { 5: '"status":"hangup"', 6: '"type":"call_hangup"' } as const;

/** Starts the product as an operator would, and readies a customer with money and an endpoint. */
export async function startProduct(place: Place, settings: Settings): Promise<Target> {
  const port = await freePort();
  const bootstrap = mintToken(systemChance(systemClock()), false);
  const child = serve({ ...place, port, bootstrap });
  const api = openApi(port, bootstrap);
  const tenant = await ready(api, child)
    .then(() => prepare(api, place.sink_port, settings))
    .catch(async (error: unknown) => {
      await end(child, 'SIGTERM');
      throw error;
    });
  return {
    name: 'product',
    load: {
      port,
      path: '/v1/calls',
      headers: { authorization: `Bearer ${tenant.token}` },
      body: bodyFor(settings),
      secret: tenant.secret,
      final_mark: FINAL_MARK[settings.webhooks],
      webhooks_per_call: settings.webhooks,
      pid: child.pid ?? 0,
    },
    prove: async (figures) => {
      const { calls_in_all, webhooks_in_all } = figures;
      const faults = await faultsOf(api, tenant.account_id, calls_in_all);
      return webhooks_in_all === calls_in_all * settings.webhooks
        ? faults
        : [
            ...faults,
            `${settings.webhooks} webhooks a call: ${webhooks_in_all} for ${calls_in_all}`,
          ];
    },
    stop: () => end(child, 'SIGTERM'),
  };
}

function bodyFor(settings: Settings): string {
  const live = settings.live > 0;
  return JSON.stringify({
    source: { type: 'tel', target: '+14155550100' },
    destinations: [NUMBER],
    actions: live
      ? [{ type: 'answer' }, { type: 'sleep', option: { duration: STAY_MS } }]
      : [{ type: 'answer' }, { type: 'hangup' }],
    sandbox: SCRIPT,
  });
}

interface Served extends Place {
  readonly port: number;
  readonly bootstrap: string;
}

function serve(place: Served): ChildProcess {
  const env: Record<string, string> = {
    PORT: String(place.port),
    HOST: '127.0.0.1',
    DATA_DIR: place.folder,
    TANDEM_BOOTSTRAP_KEY: place.bootstrap,
    TANDEM_MASTER_KEY: randomBytes(32).toString('hex'),
    TANDEM_WEBHOOK_ALLOW: '127.0.0.0/8',
    TANDEM_RATE_LIMIT_PER_S: '0',
    TANDEM_LOG_LEVEL: 'error',
  };
  if (place.mysql_url !== null) env['DATABASE_URL'] = place.mysql_url;
  if (place.redis_url !== null) env['REDIS_URL'] = place.redis_url;
  const flags = (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
  return spawn(process.execPath, [...flags, MAIN, 'serve'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function ready(api: Api, child: ChildProcess): Promise<void> {
  const give_up = Date.now() + READY_WITHIN_MS;
  while (!(await api.answers('/readyz'))) {
    if (child.exitCode !== null) throw new Error(`the product ended with code ${child.exitCode}`);
    if (Date.now() > give_up) throw new Error('the product is not ready');
    await sleep(POLL_MS);
  }
}

interface Tenant {
  readonly token: string;
  readonly secret: string;
  readonly account_id: string;
}

async function prepare(api: Api, sink_port: number, settings: Settings): Promise<Tenant> {
  const customer = await api.post('/v1/customers', { name: 'Bench' });
  const customer_id = String(customer['id']);
  const account_id = String(customer['billing_account_id']);
  const whose = `?customer_id=${customer_id}`;
  await api.post(`/v1/billing_accounts/${account_id}/topup`, {
    payment_id: 'bench',
    amount: BALANCE,
  });
  const key = await api.post(`/v1/accesskeys${whose}`, { name: 'bench', live: false });
  const endpoint = await api.post(`/v1/webhook_endpoints${whose}`, {
    url: `http://127.0.0.1:${sink_port}/hook`,
    event_types: NOTICES.slice(0, settings.webhooks === 6 ? 3 : 2),
  });
  return { token: String(key['token']), secret: String(endpoint['secret']), account_id };
}

/** Nothing held, and what is gone from the balance is the same for every call. */
async function faultsOf(api: Api, account_id: string, calls: number): Promise<string[]> {
  const account = await api.get(`/v1/billing_accounts/${account_id}`);
  const spent = micros(BALANCE) - micros(String(account['balance']));
  const claims: [string, boolean][] = [
    ['nothing is held', micros(String(account['held'])) === 0],
    ['something was spent', calls === 0 || spent > 0],
    ['each call cost the same', spent % Math.max(calls, 1) === 0],
  ];
  return claims.filter(([, holds]) => !holds).map(([claim]) => `${claim} (spent ${spent})`);
}

function micros(decimal: string): number {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return Number(whole) * 1_000_000 + Number(fraction.padEnd(6, '0'));
}

/** A port nobody listens on at this moment. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
