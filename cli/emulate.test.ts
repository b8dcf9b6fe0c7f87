import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { UsageError } from './arguments.ts';
import { emulateCommand, startEmulation } from './emulate.ts';

describe('tandem emulate', () => {
  it('starts each carrier with an account that can be used at once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-emulate-'));
    const order = { port: 0, origins: {}, folder };
    const twilio = await startEmulation({ ...order, carrier: 'twilio' });
    const vonage = await startEmulation({ ...order, carrier: 'vonage' });
    const again = await startEmulation({ ...order, carrier: 'vonage' });
    try {
      const { account_sid = '', auth_token = '' } = twilio.provider.credentials;
      const basic = Buffer.from(`${account_sid}:${auth_token}`).toString('base64');
      const balance = `${twilio.emulator.url}/2010-04-01/Accounts/${account_sid}/Balance.json`;
      const asked = await fetch(balance, { headers: { authorization: `Basic ${basic}` } });
      assert.equal(asked.status, 200);
      assert.deepEqual(vonage.provider.credentials, again.provider.credentials);
      assert.equal(statSync(join(folder, 'vonage.pem')).mode & 0o077, 0);
    } finally {
      for (const { emulator } of [twilio, vonage, again]) await emulator.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('moves the clock over HTTP, and what was due happens', async () => {
    const order = { carrier: 'twilio', port: 0, origins: {}, folder: '' };
    const { emulator } = await startEmulation(order);
    try {
      let woken = false;
      emulator.network.script('+12125550100', { talk_ms: 60_000 });
      const heard = { ringing: () => undefined, digit: () => undefined, answered: () => undefined };
      const dialled = { carrier: 'twilio', from: '+1', to: '+12125550100', ref: 'one' };
      emulator.network.dial(dialled, { ...heard, ended: () => (woken = true) });
      const clock = `${emulator.url}/_emulator/clock`;
      const moved = await fetch(clock, { method: 'POST', body: JSON.stringify({ ms: 90_000 }) });
      assert.equal(moved.status, 204);
      assert.ok(woken);
    } finally {
      await emulator.close();
    }
  });

  it('refuses what it does not know', async () => {
    for (const args of [[], ['sandbox'], ['twilio', 'x'], ['twilio', '1', 'https://a'], ['--x']])
      await assert.rejects(emulateCommand(args), UsageError);
  });
});
