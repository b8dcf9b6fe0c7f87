import { timingSafeEqual } from 'node:crypto';
import { CONTROL, controlDesk } from '../control.ts';
import { type Operation, type Visit, WebDesk } from '../web/desk.ts';
import type { Fault } from '../web/faults.ts';
import { type Answer, type Asked, listen, type Reply } from '../web/server.ts';
import { type Emulator, type EmulatorMeans, openWorkshop, running } from '../workshop.ts';
import { formOf } from './forms.ts';
import { own } from './numbers.ts';
import { perform } from './perform.ts';
import { accountOperations } from './routes/account.ts';
import { callOperations } from './routes/calls.ts';
import { conferenceOperations } from './routes/conferences.ts';
import { numberOperations } from './routes/numbers.ts';
import { recordingOperations } from './routes/recordings.ts';
import {
  type Account,
  type ApiKey,
  TWILIO_SETTINGS,
  type TwilioSettings,
  type World,
} from './state.ts';
import { notFound, refused } from './wire.ts';

/** An account the emulator knows, and the numbers it owns from the start. */
export interface AccountSpec {
  readonly sid: string;
  readonly auth_token: string;
  readonly api_keys?: readonly ApiKey[];
  readonly numbers?: readonly string[];
}

export interface TwilioMeans extends EmulatorMeans {
  readonly accounts: readonly AccountSpec[];
  readonly settings?: Partial<TwilioSettings>;
}

/** Twilio as an application sees it, on a port of this machine. */
export interface TwilioEmulator extends Emulator {
  /** The calls in a conference that is not over, by its name. */
  membersOf(account_sid: string, conference: string): readonly string[];
  /** How many calls were made whose document stands at an address with this part. */
  placedFor(part: string): number;
}

/** Starts the emulator. Rejects when its port is taken. */
export async function openTwilio(means: TwilioMeans): Promise<TwilioEmulator> {
  const workshop = openWorkshop(means, 'twilio');
  const { activity, courier, faults, clock } = workshop;
  const world: World = {
    ...workshop,
    settings: { ...TWILIO_SETTINGS, ...means.settings },
    accounts: new Map(means.accounts.map((spec) => [spec.sid, accountOf(spec)])),
    perform: (call, document) => perform(world, call, document),
  };
  for (const { sid, numbers = [] } of means.accounts)
    for (const number of numbers) own(world, world.accounts.get(sid) as Account, [number, {}]);
  const api = new WebDesk<Account>({
    operations: operationsOf(world),
    faults,
    clock,
    activity,
    admit: (visit) => admitted(world, visit),
    about: (visit) => [...Object.values(visit.parts), ...partiesOf(formOf(visit))],
    missing: ({ path }) => notFound(path),
    refusal: refusalOf,
  });
  const control = controlDesk(workshop, means);
  const { port } = means;
  const respond = (asked: Asked): Promise<Reply> =>
    (asked.path.startsWith(CONTROL) ? control : api).respond(asked);
  const server = await listen({ port, activity, respond });
  return {
    ...running(workshop, server),
    membersOf: (account_sid, name) => membersOf(world, account_sid, name),
    placedFor: (part) => placedFor(world, part),
    close: async () => {
      for (const account of world.accounts.values())
        for (const call of account.calls.values()) call.interrupt();
      courier.close();
      await server.close();
    },
  };
}

function partiesOf(form: URLSearchParams): string[] {
  return ['To', 'From', 'PhoneNumber'].map((name) => form.get(name) ?? '');
}

function accountOf({ sid, auth_token, api_keys = [] }: AccountSpec): Account {
  return {
    sid,
    auth_token,
    api_keys,
    calls: new Map(),
    conferences: new Map(),
    recordings: new Map(),
    streams: new Map(),
    numbers: new Map(),
    next_start: 0,
  };
}

function operationsOf(world: World): Operation<Account>[] {
  return [
    ...callOperations(world),
    ...recordingOperations(world),
    ...conferenceOperations(world),
    ...numberOperations(world),
    ...accountOperations(world),
  ];
}

/** HTTP Basic, with the account's own token or one of its API keys. */
function admitted({ accounts }: World, visit: Visit): Account | Answer {
  const [scheme = '', coded = ''] = (visit.headers['authorization'] ?? '').split(' ');
  const [user = '', password = ''] = Buffer.from(coded, 'base64').toString('utf8').split(':');
  const account = accounts.get(visit.parts['account'] ?? '');
  const pairs = account === undefined ? [] : pairsOf(account);
  const known = pairs.some(([name, secret]) => name === user && isSame(secret, password));
  if (scheme.toLowerCase() === 'basic' && account !== undefined && known) return account;
  return refused(401, 20003, 'Authenticate');
}

function pairsOf({ sid, auth_token, api_keys }: Account): [string, string][] {
  return [[sid, auth_token], ...api_keys.map((key): [string, string] => [key.sid, key.secret])];
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const CODES: Readonly<Record<number, readonly [number, string]>> = {
  400: [20001, 'Bad request'],
  401: [20003, 'Authenticate'],
  403: [20005, 'Account not active'],
  404: [20404, 'The requested resource was not found'],
  429: [20429, 'Too Many Requests'],
  500: [20500, 'An internal server error has occurred'],
  503: [20503, 'Service unavailable'],
};

function refusalOf({ status = 500, code }: Fault): Answer {
  const [usual, message] = CODES[status] ?? [20500, 'An error has occurred'];
  const answer = refused(status, code ?? usual, message);
  if (status !== 429) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': '1' } };
}

function membersOf({ accounts }: World, account_sid: string, name: string): string[] {
  const rooms = [...(accounts.get(account_sid)?.conferences.values() ?? [])];
  const room = rooms.find((each) => each.friendly_name === name && each.status !== 'completed');
  return [...(room?.participants.keys() ?? [])];
}

function placedFor({ accounts }: World, part: string): number {
  const calls = [...accounts.values()].flatMap((account) => [...account.calls.values()]);
  return calls.filter(({ order }) => order.document?.url.includes(part) === true).length;
}
