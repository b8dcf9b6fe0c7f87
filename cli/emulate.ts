import { generateKeyPairSync, createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTwilio } from '../emulators/twilio/twilio.ts';
import { openVonage } from '../emulators/vonage/vonage.ts';
import type { Emulator, EmulatorMeans } from '../emulators/workshop.ts';
import { systemClock } from '../engine/clock.ts';
import { UsageError, wordsOf } from './arguments.ts';
import { settings } from './settings.ts';

/** An emulator that runs, and what a provider in Tandem must be told to use it. */
export interface Emulation {
  readonly emulator: Emulator;
  readonly provider: {
    readonly type: string;
    readonly name: string;
    readonly config: Readonly<Record<string, string>>;
    readonly credentials: Readonly<Record<string, string>>;
  };
}

export interface EmulationOrder {
  readonly carrier: string;
  readonly port: number;
  /** Where a public address of the application is really reached. */
  readonly origins: Readonly<Record<string, string>>;
  /** Where the key pair of the emulated Vonage application is kept. */
  readonly folder: string;
}

const PORTS: Readonly<Record<string, number>> = { twilio: 8181, vonage: 8182 };
const NUMBER = '12125550142';
const ACCOUNT_SID = 'AC00000000000000000000000000000001';
const AUTH_TOKEN = 'emulated-auth-token';
const APPLICATION = '00000000-0000-4000-8000-000000000001';
const API_KEY = 'emulated';
const API_SECRET = 'emulated-api-secret';
const SIGNATURE_SECRET = 'emulated-signature-secret-of-thirty-two-bytes';

/** Runs an emulated carrier until SIGTERM or SIGINT. */
export async function emulateCommand(args: readonly string[]): Promise<number> {
  const order = orderOf(wordsOf(args, { flags: [], words: 4 }));
  const { emulator, provider } = await startEmulation(order);
  process.stdout.write(
    [
      `${provider.name} is emulated on ${emulator.url}, for this machine only.`,
      `Its number is +${NUMBER}; what rang is shown at ${emulator.url}/_emulator/lines`,
      'A provider that uses it (POST /v1/providers):',
      '',
      JSON.stringify(provider, null, 2),
      '',
    ].join('\n'),
  );
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await emulator.close();
  return 0;
}

function orderOf([carrier = '', port, public_url, local_url]: readonly string[]): EmulationOrder {
  const preset = Object.hasOwn(PORTS, carrier) ? PORTS[carrier] : undefined;
  if (preset === undefined) throw new UsageError('which carrier: twilio or vonage?');
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new UsageError(`${port} is no port`);
  if (public_url !== undefined && local_url === undefined)
    throw new UsageError(`where is ${public_url} really reached?`);
  const origins = public_url === undefined ? {} : { [originOf(public_url)]: originOf(local_url) };
  const folder = join(settings().data_dir, 'emulators');
  return { carrier, port: Number(port ?? preset), origins, folder };
}

function originOf(url = ''): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new UsageError(`${url} is no URL`);
  return new URL(url).origin;
}

/** Starts an emulator with one account and one number. Rejects when its port is taken. */
export async function startEmulation(order: EmulationOrder): Promise<Emulation> {
  const clock = systemClock();
  const slot: { emulator: Emulator | null } = { emulator: null };
  // The request that moves the clock is itself under way, and does not keep it waiting.
  const isBusy = (): boolean => (slot.emulator?.busy() ?? 0) > 1;
  const advance = (ms: number): Promise<void> => clock.advance(ms, isBusy);
  const means = { clock, port: order.port, origins: order.origins, advance };
  const emulation = await (order.carrier === 'twilio'
    ? startTwilio(means)
    : startVonage(means, order.folder));
  slot.emulator = emulation.emulator;
  return emulation;
}

async function startTwilio(means: EmulatorMeans): Promise<Emulation> {
  const credentials = { account_sid: ACCOUNT_SID, auth_token: AUTH_TOKEN };
  const account = { sid: ACCOUNT_SID, auth_token: AUTH_TOKEN, numbers: [`+${NUMBER}`] };
  const emulator = await openTwilio({ ...means, accounts: [account] });
  const config = { base_url: emulator.url };
  return { emulator, provider: { type: 'twilio', name: 'twilio-emulated', config, credentials } };
}

async function startVonage(means: EmulatorMeans, folder: string): Promise<Emulation> {
  const private_key = privateKey(folder);
  const public_key = createPublicKey(private_key).export({ type: 'spki', format: 'pem' });
  const account = { api_key: API_KEY, api_secret: API_SECRET, signature_secret: SIGNATURE_SECRET };
  const applications = [{ id: APPLICATION, public_key: String(public_key) }];
  const accounts = [{ ...account, applications, numbers: [NUMBER] }];
  const emulator = await openVonage({ ...means, accounts });
  const credentials = { ...account, application_id: APPLICATION, private_key };
  const config = { base_url: emulator.url };
  return { emulator, provider: { type: 'vonage', name: 'vonage-emulated', config, credentials } };
}

/** The application's key, the same at every start: a provider that was set up stays usable. */
function privateKey(folder: string): string {
  const path = join(folder, 'vonage.pem');
  if (existsSync(path)) return readFileSync(path, 'utf8');
  const { privateKey: made } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = made.export({ type: 'pkcs8', format: 'pem' });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, pem, { mode: 0o600 });
  return String(pem);
}
