import { generateKeyPairSync } from 'node:crypto';
import { Vonage } from '@vonage/server-sdk';
import {
  openVonage,
  type VonageEmulator,
  type VonageMeans,
} from '../../emulators/vonage/vonage.ts';
import { type ManualClock, manualClock } from '../conformance/manual_clock.ts';
import { type Application, openApplication, PUBLIC } from './application.ts';

export const APP = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
export const OTHER_APP = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
export const API_KEY = 'abcd1234';
export const API_SECRET = 'the-secret-of-account-1';
export const SIGNATURE = 'the-signature-secret-of-account-1-which-is-long';
export const MINE = '12125550142';

const pem = { type: 'pkcs8', format: 'pem' } as const;
const PAIR = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: pem,
});
export const PRIVATE_KEY = PAIR.privateKey;
export const PUBLIC_KEY = PAIR.publicKey;

/** The emulator, the real SDK in front of it, and an application behind it. */
export interface VonageStage {
  readonly clock: ManualClock;
  readonly emulator: VonageEmulator;
  readonly application: Application;
  readonly client: Vonage;
  close(): Promise<void>;
}

export async function openStage(settings: VonageMeans['settings'] = {}): Promise<VonageStage> {
  const application = await openApplication();
  const slot: { emulator: VonageEmulator | null } = { emulator: null };
  // The SDK signs tokens by the wall's time, so this clock begins there.
  const clock = manualClock(Date.now(), () => (slot.emulator?.busy() ?? 0) > 0);
  const emulator = await openVonage({
    clock,
    port: 0,
    origins: { [PUBLIC]: application.url },
    accounts: [
      {
        api_key: API_KEY,
        api_secret: API_SECRET,
        signature_secret: SIGNATURE,
        applications: [
          {
            id: APP,
            public_key: PUBLIC_KEY,
            answer: { url: `${PUBLIC}/in`, method: 'POST' },
            event: { url: `${PUBLIC}/event`, method: 'POST' },
          },
        ],
        numbers: [MINE],
      },
      {
        api_key: 'efgh5678',
        api_secret: 'the-secret-of-account-2',
        signature_secret: 'the-signature-secret-of-account-2',
        applications: [{ id: OTHER_APP, public_key: PUBLIC_KEY }],
      },
    ],
    settings: { calls_per_s: 100, requests_per_s: 1_000, ...settings },
  });
  slot.emulator = emulator;
  return {
    clock,
    emulator,
    application,
    client: clientOf(emulator.url),
    close: async () => {
      await emulator.close();
      await application.close();
    },
  };
}

/** The real SDK, pointed somewhere else than Vonage. */
export function clientOf(url: string, applicationId = APP): Vonage {
  const credentials = {
    apiKey: API_KEY,
    apiSecret: API_SECRET,
    applicationId,
    privateKey: PRIVATE_KEY,
  };
  return new Vonage(credentials, { apiHost: url, restHost: url, timeout: 10_000 });
}
