/** What every end-to-end test begins with: settings, a customer with money, a test key, a sink. */
import { randomBytes, randomUUID } from 'node:crypto';
import { apiClient, type ApiClient, type Json } from './api_client.ts';
import { scratchFolder, type Settings } from './tandem_process.ts';
import type { WebhookSink } from './webhook_sink.ts';

export const ADMIN_KEY = 'the-admin-key-of-the-end-to-end-tests';

/** Settings that make everything happen soon. */
export function quickSettings(more: Settings = {}): Settings {
  return {
    DATA_DIR: scratchFolder(),
    TANDEM_BOOTSTRAP_KEY: ADMIN_KEY,
    TANDEM_WEBHOOK_ALLOW: '127.0.0.0/8',
    TANDEM_WEBHOOK_SCHEDULE: '1,1,2,2,4,4,8,8,8',
    TANDEM_RATE_LIMIT_PER_S: '0',
    TANDEM_RECONCILE_INTERVAL_MS: '1000',
    TANDEM_CARRIER_TIMEOUT_MS: '1000',
    TANDEM_LOG_LEVEL: 'warn',
    ...more,
  };
}

/** Settings of several nodes on one new database. */
export function sharedSettings(mysql_url: string, redis_url: string): Settings {
  return quickSettings({
    DATABASE_URL: `${mysql_url}tandem_e2e_${randomBytes(4).toString('hex')}`,
    REDIS_URL: redis_url,
    TANDEM_MASTER_KEY: randomBytes(32).toString('hex'),
  });
}

/** A customer with a test key, an endpoint and money. */
export interface Tenant {
  readonly customer_id: string;
  readonly account_id: string;
  readonly endpoint_id: string;
  /** With a test key. */
  readonly client: ApiClient;
  readonly top_up: string;
}

export interface TenantOrder {
  readonly url: () => string;
  readonly sink: WebhookSink;
  /** Decimal; '0' for none. */
  readonly top_up?: string;
}

export function adminClient(url: () => string): ApiClient {
  return apiClient(url, ADMIN_KEY);
}

export async function makeTenant({ url, sink, top_up = '1000' }: TenantOrder): Promise<Tenant> {
  const admin = adminClient(url);
  const path = `/hooks/${randomUUID()}`;
  const hook = { webhook_method: 'POST', webhook_uri: sink.url(path) };
  const customer = await admin.post('/v1/customers', { name: 'End to end', ...hook });
  const customer_id = String(customer['id']);
  const account_id = String(customer['billing_account_id']);
  sink.trust(path, String(customer['webhook_secret']));
  if (top_up !== '0') {
    const payment = { payment_id: randomUUID(), amount: top_up };
    await admin.post(`/v1/billing_accounts/${account_id}/topup`, payment);
  }
  const wish = { name: 'test', live: false };
  const key = await admin.post(`/v1/accesskeys?customer_id=${customer_id}`, wish);
  const endpoint_id = String(customer['webhook_endpoint_id']);
  const client = apiClient(url, String(key['token']));
  return { customer_id, account_id, endpoint_id, client, top_up };
}

/** A call from our own number, with a flow that talks unless it says otherwise. */
export function callTo(target: string, more: Json = {}): Json {
  return {
    source: { type: 'tel', target: '+15005550006' },
    destinations: [{ type: 'tel', target }],
    actions: [{ type: 'talk', option: { text: 'Hello, this is Tandem.' } }],
    ...more,
  };
}

export function pause(ms: number): Promise<void> {
  return new Promise((next) => setTimeout(next, ms));
}
