import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Client, clientOf } from '../../cli/stage/client.ts';
import { type Serving, serve } from '../../cli/serve.ts';
import { readConfig } from '../../config.ts';
import { systemClock } from '../../engine/clock.ts';
import type { CustomerId, NumberId } from '../../kernel/brand.ts';
import { openStore } from '../../store/knex/open.ts';
import type { OwnNumber } from '../../store/numbers.ts';

const NUMBER = '+12125550120';
const SETTLED_S = 700;

/** What a crash leaves half-way is finished by the next life, or undone. */
describe('numbers that a crash left half-way', () => {
  let data_dir: string;
  let serving: Serving;
  let admin: Client;
  let ann: Client;
  let customer_id: string;
  let account: string;
  let number_id: string;

  const begin = async (): Promise<void> => {
    const settings = {
      PORT: '0',
      HOST: '127.0.0.1',
      TANDEM_TEST_CLOCK: '1',
      TANDEM_RATE_LIMIT_PER_S: '0',
    };
    const env = { ...settings, DATA_DIR: data_dir, TANDEM_LOG_LEVEL: 'silent' };
    const bootstrap = { TANDEM_BOOTSTRAP_KEY: 'a-key-for-administrators-only' };
    serving = await serve(readConfig({ ...env, ...bootstrap }));
    admin = clientOf(serving.url, bootstrap.TANDEM_BOOTSTRAP_KEY);
  };

  beforeEach(async () => {
    data_dir = mkdtempSync(join(tmpdir(), 'tandem-sagas-'));
    await begin();
    const customer = await admin.post('/customers', { name: 'Ann' });
    customer_id = String(customer['id']);
    account = String(customer['billing_account_id']);
    await admin.post(`/billing_accounts/${account}/topup`, { payment_id: 'one', amount: '10.00' });
    const key = await admin.post(`/accesskeys?customer_id=${customer_id}`, { name: 'key' });
    ann = clientOf(serving.url, String(key['token']));
    number_id = String((await ann.post('/numbers', { number: NUMBER }))['id']);
  });
  afterEach(async () => {
    await serving.stop();
    rmSync(data_dir, { recursive: true, force: true });
  });

  /** Stops, writes down what a crash would have left, and begins another life. */
  async function crashed(left: Partial<OwnNumber>): Promise<void> {
    await serving.stop();
    const store = await openStore({ database_url: null, data_dir, clock: systemClock() });
    const id = number_id as NumberId;
    const row = await store.shelves.numbers.get(customer_id as CustomerId, id);
    assert.ok(row !== null);
    assert.ok(await store.shelves.numbers.update({ ...row, ...left }, row.tm_update));
    await store.close();
    await begin();
    await admin.post('/test/clock/advance', { seconds: SETTLED_S });
  }

  /** What a moved clock wakes may need a moment: asked often between its steps. */
  async function until(holds: () => Promise<boolean>): Promise<void> {
    for (let tries = 1; tries < 2_000; tries += 1) {
      if (await holds()) return;
      if (tries % 100 === 0) await admin.post('/test/clock/advance', { seconds: SETTLED_S });
    }
    assert.fail('the number is not settled');
  }

  it('are bought to the end, and paid for once', async () => {
    const before = (await admin.get(`/billing_accounts/${account}`))['balance'];
    await crashed({ status: 'buying' });
    await until(async () => (await admin.ask('GET', `/numbers/${number_id}`)).status === 200);
    assert.equal((await admin.get(`/billing_accounts/${account}`))['balance'], before);
  });

  it('are given back to the end, and then free for others', async () => {
    await crashed({ status: 'releasing' });
    const key = await admin.post(`/accesskeys?customer_id=${customer_id}`, { name: 'next' });
    const next = clientOf(serving.url, String(key['token']));
    await until(
      async () => (await next.ask('POST', '/numbers', { number: NUMBER })).status === 201,
    );
  });
});
