import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openStage as openTwilioStage, clientOf as twilioOf } from './twilio_stage.ts';
import { tourTwilio } from './twilio_tour.ts';
import { openStage as openVonageStage, clientOf as vonageOf } from './vonage_stage.ts';
import { tourVonage } from './vonage_tour.ts';

/**
 * The path of dist/index.js of @stoplight/prism-cli 5, which is not among our packages: it brings
 * 185 others. What it checks is checked by *_contract.test.ts as well; here somebody else does it.
 */
const PRISM = process.env['TEST_PRISM'];
const SKIP = PRISM === undefined ? 'NO PRISM: TEST_PRISM is not set' : false;
const CONTRACTS = join(import.meta.dirname, '../contracts');

interface Prism {
  readonly url: string;
  /** What Prism found wrong with requests and answers. */
  readonly violations: readonly string[];
  close(): Promise<void>;
}

/** Prism as a proxy that answers an error to whatever breaks the contract, either way. */
async function openPrism(contract: string, upstream: string): Promise<Prism> {
  const port = await freePort();
  const args = ['proxy', join(CONTRACTS, contract), upstream, '--errors', '-p', String(port)];
  const child = spawn(process.execPath, [String(PRISM), ...args]);
  const violations: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('Prism ended')));
    child.stdout.on('data', (data: Buffer) => {
      const text = data.toString();
      if (text.includes('Prism is listening')) resolve();
      if (/violation/i.test(text)) violations.push(text);
    });
  });
  return { url: `http://127.0.0.1:${port}`, violations, close: () => ended(child) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function ended(child: ChildProcess): Promise<void> {
  child.removeAllListeners('exit');
  const gone = once(child, 'exit');
  child.kill();
  await gone;
}

describe('Prism between the real SDKs and the emulators finds nothing', { skip: SKIP }, () => {
  it('of Twilio', async () => {
    const stage = await openTwilioStage();
    const prism = await openPrism('twilio-voice.json', stage.emulator.url);
    try {
      await tourTwilio(stage, twilioOf(prism.url));
      assert.deepEqual(prism.violations, []);
    } finally {
      await prism.close();
      await stage.close();
    }
  });

  it('of Vonage', async () => {
    const stage = await openVonageStage();
    const prism = await openPrism('vonage-voice.json', stage.emulator.url);
    try {
      await tourVonage(stage, vonageOf(prism.url));
      assert.deepEqual(prism.violations, []);
    } finally {
      await prism.close();
      await stage.close();
    }
  });
});
