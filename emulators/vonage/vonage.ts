import { timingSafeEqual } from 'node:crypto';
import { CONTROL, controlDesk } from '../control.ts';
import { type Operation, type Visit, WebDesk } from '../web/desk.ts';
import type { Fault } from '../web/faults.ts';
import { type Answer, type Asked, listen, type Reply } from '../web/server.ts';
import { type Emulator, type EmulatorMeans, openWorkshop, running } from '../workshop.ts';
import { own } from './numbers.ts';
import { perform } from './perform.ts';
import { accountOperations } from './routes/account.ts';
import { callOperations } from './routes/calls.ts';
import {
  type Account,
  type Application,
  type Call,
  type Hook,
  VONAGE_SETTINGS,
  type VonageSettings,
  type World,
} from './state.ts';
import { claimsOf, isOurs, publicKeyOf } from './tokens.ts';
import { json, notFound, refused, UNAUTHORIZED } from './wire.ts';

/** An application the emulator knows. Its public key verifies the tokens of its requests. */
export interface ApplicationSpec {
  readonly id: string;
  readonly public_key: string;
  readonly answer?: Hook;
  readonly fallback?: Hook;
  readonly event?: Hook;
}

/** An account the emulator knows; its numbers are linked to its first application. */
export interface AccountSpec {
  readonly api_key: string;
  readonly api_secret: string;
  readonly signature_secret: string;
  readonly applications: readonly ApplicationSpec[];
  /** Without a plus, as Vonage writes them. */
  readonly numbers?: readonly string[];
}

export interface VonageMeans extends EmulatorMeans {
  readonly accounts: readonly AccountSpec[];
  readonly settings?: Partial<VonageSettings>;
}

/** Vonage as an application sees it, on a port of this machine. */
export interface VonageEmulator extends Emulator {
  /** The legs in a named conversation. */
  membersOf(application_id: string, conversation: string): readonly string[];
  /** How many calls were made whose answer stands at an address with this part. */
  placedFor(part: string): number;
  /** Whether a leg that is up is muted and earmuffed; null for any other. */
  soundOf(uuid: string): { readonly muted: boolean; readonly earmuffed: boolean } | null;
}

/** Starts the emulator. Rejects when its port is taken. */
export async function openVonage(means: VonageMeans): Promise<VonageEmulator> {
  const workshop = openWorkshop(means, 'vonage');
  const { activity, courier } = workshop;
  const accounts = new Map(means.accounts.map((spec) => [spec.api_key, accountOf(spec)]));
  const place = { url: '' };
  const world: World = {
    ...workshop,
    settings: { ...VONAGE_SETTINGS, ...means.settings },
    accounts,
    applications: new Map([...accounts.values()].flatMap((each) => [...each.applications])),
    url: () => place.url,
    perform: (call, source) => perform(world, call, source),
  };
  for (const spec of means.accounts) settle(world, spec);
  const respond = responder(world, controlDesk(workshop, means));
  const server = await listen({ port: means.port, activity, respond });
  place.url = server.url;
  return {
    ...running(workshop, server),
    membersOf: (application_id, name) => membersOf(world, application_id, name),
    placedFor: (part) => placedFor(world, part),
    soundOf: (uuid) => callOf(world, uuid),
    close: async () => {
      for (const app of world.applications.values())
        for (const call of app.calls.values()) call.interrupt();
      courier.close();
      await server.close();
    },
  };
}

function settle(world: World, { api_key, numbers = [], applications }: AccountSpec): void {
  const account = world.accounts.get(api_key);
  const app_id = applications[0]?.id ?? '';
  if (account === undefined) return;
  for (const msisdn of numbers) own(world, account, { msisdn, country: 'US', app_id });
}

/** Calls are asked for by applications with tokens of theirs, all else by accounts with secrets. */
function responder(world: World, control: WebDesk<object>): (asked: Asked) => Promise<Reply> {
  const voice = new WebDesk<Application>(deskMeans(world, callOperations(world), admitted));
  const account = new WebDesk<Account>(deskMeans(world, accountOperations(world), known));
  return (asked) => {
    if (asked.path.startsWith(CONTROL)) return control.respond(asked);
    return (asked.path.startsWith('/v1/') ? voice : account).respond(asked);
  };
}

function deskMeans<Context>(
  world: World,
  operations: readonly Operation<Context>[],
  admit: (world: World, visit: Visit) => Context | Answer,
): ConstructorParameters<typeof WebDesk<Context & object>>[0] {
  const { faults, clock, activity } = world;
  return {
    operations: operations,
    faults,
    clock,
    activity,
    admit: (visit) => admit(world, visit) as (Context & object) | Answer,
    about: ({ parts, body }) => [...Object.values(parts), ...numbersIn(body)],
    missing: notFound,
    refusal: refusalOf,
  };
}

function numbersIn(body: string): string[] {
  return [...body.matchAll(/"(?:number|msisdn|uri)":"([^"]+)"/g)].map(([, number]) => number ?? '');
}

function accountOf({ applications, ...spec }: AccountSpec): Account {
  const account: Account = { ...spec, applications: new Map(), numbers: new Map() };
  for (const app of applications) account.applications.set(app.id, applicationOf(account, app));
  return account;
}

function applicationOf(account: Account, spec: ApplicationSpec): Application {
  return {
    id: spec.id,
    account,
    key: publicKeyOf(spec.public_key),
    calls: new Map(),
    conversations: new Map(),
    recordings: new Map(),
    name: 'emulated',
    answer: spec.answer ?? null,
    fallback: spec.fallback ?? null,
    event: spec.event ?? null,
    recent: { create: [], other: [] },
  };
}

function admitted(world: World, { headers, method, path }: Visit): Application | Answer {
  const token = /^Bearer (\S+)$/i.exec(headers['authorization'] ?? '')?.[1] ?? '';
  const app = world.applications.get(String(claimsOf(token)?.['application_id'] ?? ''));
  if (app === undefined || !isOurs(token, app.key, world.clock.wall())) return UNAUTHORIZED;
  const is_create = method === 'POST' && path === '/v1/calls';
  const { calls_per_s, requests_per_s } = world.settings;
  const [recent, most] = is_create
    ? [app.recent.create, calls_per_s]
    : [app.recent.other, requests_per_s];
  return isTooMany(recent, most, world.clock.now()) ? TOO_MANY : app;
}

const SECOND_MS = 1_000;
const TOO_MANY: Answer = withHeader(refused(429, 'Rate Limit Hit'), 'retry-after', '1');

function withHeader(answer: Answer, name: string, value: string): Answer {
  return { ...answer, headers: { ...answer.headers, [name]: value } };
}

/** Counts a request among those of the last second; whether it is one too many. */
function isTooMany(recent: number[], most: number, now: number): boolean {
  while ((recent[0] ?? now) <= now - SECOND_MS) recent.shift();
  if (recent.length >= most) return true;
  recent.push(now);
  return false;
}

function known({ accounts }: World, { headers, query }: Visit): Account | Answer {
  const [scheme = '', coded = ''] = (headers['authorization'] ?? '').split(' ');
  const basic = Buffer.from(scheme.toLowerCase() === 'basic' ? coded : '', 'base64').toString();
  const [key = '', secret = ''] = basic === '' ? [] : basic.split(':');
  const account = accounts.get(key === '' ? (query.get('api_key') ?? '') : key);
  const given = secret === '' ? (query.get('api_secret') ?? '') : secret;
  if (account !== undefined && isSame(account.api_secret, given)) return account;
  return json(401, { 'error-code': '401', 'error-code-label': 'authentication failed' });
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  422: 'Unprocessable Entity',
  429: 'Rate Limit Hit',
  503: 'Service Unavailable',
};

function refusalOf({ status = 500 }: Fault): Answer {
  const answer = refused(status, TITLES[status] ?? 'Internal Server Error');
  return status === 429 ? withHeader(answer, 'retry-after', '1') : answer;
}

function membersOf({ applications }: World, application_id: string, name: string): string[] {
  const all = [...(applications.get(application_id)?.conversations.values() ?? [])];
  return [...(all.find((each) => each.name === name && !each.is_over)?.members.keys() ?? [])];
}

function callOf({ applications }: World, uuid: string): Call | null {
  const found = [...applications.values()].map(({ calls }) => calls.get(uuid));
  const call = found.find((each) => each !== undefined);
  return call === undefined || call.tm_ended !== null ? null : call;
}

function placedFor({ applications }: World, part: string): number {
  const calls = [...applications.values()].flatMap((app) => [...app.calls.values()]);
  return calls.filter(({ order: { source } }) => {
    return source !== null && 'hook' in source && source.hook.url.includes(part);
  }).length;
}
