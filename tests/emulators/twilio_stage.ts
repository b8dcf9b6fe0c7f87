import twilio from 'twilio';
import RequestClient from 'twilio/lib/base/RequestClient.js';
import {
  openTwilio,
  type TwilioEmulator,
  type TwilioMeans,
} from '../../emulators/twilio/twilio.ts';
import { type ManualClock, manualClock } from '../conformance/manual_clock.ts';
import { type Application, openApplication, PUBLIC } from './application.ts';

export const ACCOUNT = 'AC00000000000000000000000000000001';
export const TOKEN = 'the-auth-token-of-account-1';
export const OTHER = 'AC00000000000000000000000000000002';
export const MINE = '+12125550142';

/** The emulator, the real SDK in front of it, and an application behind it. */
export interface TwilioStage {
  readonly clock: ManualClock;
  readonly emulator: TwilioEmulator;
  readonly application: Application;
  readonly client: ReturnType<typeof twilio>;
  close(): Promise<void>;
}

export async function openStage(settings: TwilioMeans['settings'] = {}): Promise<TwilioStage> {
  const application = await openApplication();
  const slot: { emulator: TwilioEmulator | null } = { emulator: null };
  const clock = manualClock(undefined, () => (slot.emulator?.busy() ?? 0) > 0);
  const emulator = await openTwilio({
    clock,
    port: 0,
    origins: { [PUBLIC]: application.url },
    accounts: [
      { sid: ACCOUNT, auth_token: TOKEN, numbers: [MINE] },
      { sid: OTHER, auth_token: 'the-auth-token-of-account-2' },
    ],
    settings: { calls_per_s: 100, ...settings },
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

/** The real SDK, pointed somewhere else than Twilio. */
export function clientOf(
  url: string,
  [sid, token]: readonly [string, string] = [ACCOUNT, TOKEN],
): ReturnType<typeof twilio> {
  const inner = new RequestClient({ timeout: 10_000 });
  const httpClient = {
    request: (options: Parameters<typeof inner.request>[0]) => {
      const { pathname, search } = new URL(options.uri);
      return inner.request({ ...options, uri: `${url}${pathname}${search}` });
    },
  };
  return twilio(sid, token, { httpClient: httpClient as unknown as typeof inner });
}
