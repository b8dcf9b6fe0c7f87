import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../config.ts';
import { serve } from '../serve.ts';
import { type Client, clientOf } from './client.ts';
import type { Printer } from './print.ts';
import { type Received, startReceiver } from './receiver.ts';

/** A fresh Tandem with one customer, whose webhooks are heard here. Needs no network. */
export interface Stage {
  /** Speaks with a test key of the customer. */
  readonly client: Client;
  readonly account_id: string;
  /** Who is told of webhooks from now on; those before are kept until somebody asks. */
  listen(hear: (received: Received) => void): void;
  /** Ends it all; nothing is left running, and nothing on the disk. */
  close(): Promise<void>;
}

export async function openStage(print: Printer): Promise<Stage> {
  const data_dir = mkdtempSync(join(tmpdir(), 'tandem-stage-'));
  const closing: (() => unknown)[] = [() => rmSync(data_dir, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of closing.toReversed()) await end();
  };
  try {
    const serving = await serve(configIn(data_dir));
    closing.push(() => serving.stop());
    const early: Received[] = [];
    let hear = (received: Received): void => void early.push(received);
    const receiver = await startReceiver((received) => hear(received));
    closing.push(() => receiver.stop());
    const customer = await makeCustomer(
      clientOf(serving.url, serving.new_admin_key ?? ''),
      receiver,
      print,
    );
    const listen = (listener: (received: Received) => void): void => {
      hear = listener;
      early.splice(0).forEach(listener);
    };
    const client = clientOf(serving.url, customer.key);
    return { client, account_id: customer.account_id, listen, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function configIn(data_dir: string): Parameters<typeof serve>[0] {
  return readConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: data_dir,
    TANDEM_LOG_LEVEL: 'error',
    TANDEM_WEBHOOK_ALLOW: '127.0.0.0/8',
  });
}

async function makeCustomer(
  admin: Client,
  receiver: { readonly url: string; trust(secret: string): void },
  print: Printer,
): Promise<{ readonly key: string; readonly account_id: string }> {
  const customer = await admin.post('/customers', {
    name: 'Demo customer',
    webhook_method: 'POST',
    webhook_uri: receiver.url,
  });
  receiver.trust(String(customer['webhook_secret']));
  print.line('api', 'made a customer with a webhook endpoint');
  const account_id = String(customer['billing_account_id']);
  const payment = { payment_id: 'demo-payment', amount: '10.00' };
  await admin.post(`/billing_accounts/${account_id}/topup`, payment);
  const key = await admin.post(`/accesskeys?customer_id=${String(customer['id'])}`, {
    name: 'demo',
    live: false,
  });
  print.line('money', 'topped its account up by 10.00 USD');
  print.line('api', 'made it a test key, tdm_test_…, shown once');
  return { key: String(key['token']), account_id };
}
