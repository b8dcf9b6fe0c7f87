import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ApiConfig, Deps } from '../../api/desk.ts';
import { makeServer } from '../../api/server.ts';
import { hashOf, mintToken, tailOf } from '../../api/token.ts';
import { systemChance, systemClock } from '../../engine/clock.ts';
import { makeLinks } from '../../engine/links.ts';
import { NO_LOG } from '../../engine/log.ts';
import { makeVault } from '../../engine/vault.ts';
import type { CustomerId, Instant, KeyId } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import { openStore } from '../../store/knex/open.ts';
import { type AccessKey, PLATFORM } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';
import type { Files } from '../../files/files.ts';
import { contractProblem } from '../conformance/contract.ts';
import { memoryFiles } from '../conformance/memory_files.ts';
import { FakeExchange } from './fake_exchange.ts';

/** One answer, whose status and body the contract declares: the bench has looked. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export interface Sending {
  readonly key?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API over real HTTP, on a store in memory and an exchange that notes what it is asked. */
export interface ApiBench {
  readonly url: string;
  readonly store: Store;
  readonly exchange: FakeExchange;
  readonly files: Files;
  readonly logged: Record<string, unknown>[];
  readonly admin: string;
  send(method: string, path: string, sending?: Sending): Promise<Reply>;
  /** A customer with a key, and its ids. */
  customer(name: string): Promise<{ id: string; key: string; account_id: string }>;
  key(patch: Partial<AccessKey>): Promise<string>;
  close(): Promise<void>;
}

export async function openBench(
  settings: Partial<ApiConfig> = {},
  patch: Partial<Deps> = {},
): Promise<ApiBench> {
  const clock = systemClock();
  const store = await openStore({ database_url: 'sqlite::memory:', data_dir: '', clock });
  const exchange = new FakeExchange(store, clock);
  const logged: Record<string, unknown>[] = [];
  const files = memoryFiles();
  const deps = { ...depsOf({ store, exchange, clock, logged, files }, settings), ...patch };
  await store.nodes.beat(deps.node, clock.now());
  const server = makeServer(deps);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const key = (given: Partial<AccessKey>): Promise<string> => newKey(deps, given);
  const admin = await key({});
  const send = (method: string, path: string, sending: Sending = {}): Promise<Reply> =>
    sendTo(url, { method, path, sending: { key: admin, ...sending } });
  return {
    ...{ url, store, exchange, files, logged, admin, send, key },
    customer: async (name) => {
      const { body } = await send('POST', '/v1/customers', { body: { name } });
      const id = body['id'] as string;
      const token = await key({ customer_id: id as CustomerId, role: 'customer', live: false });
      return { id, key: token, account_id: body['billing_account_id'] as string };
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      await store.close();
    },
  };
}

interface Parts {
  readonly store: Store;
  readonly exchange: FakeExchange;
  readonly clock: Clock;
  readonly logged: Record<string, unknown>[];
  readonly files: Files;
}

function depsOf(
  { store, exchange, clock, logged, files }: Parts,
  settings: Partial<ApiConfig>,
): Deps {
  const chance = systemChance(clock);
  const note = (fields: Readonly<Record<string, unknown>>): void => void logged.push({ ...fields });
  return {
    ...{ exchange, store, clock, chance },
    vault: makeVault(Buffer.alloc(32, 1)),
    links: makeLinks(Buffer.alloc(32, 1)),
    languages: null,
    files,
    config: {
      public_url: 'http://tandem.test',
      rate_limit_per_s: 0,
      metrics_public: false,
      dial_timeout_ms: 60_000,
      ...settings,
    },
    log: { ...NO_LOG, info: note, warn: note, error: note },
    node: chance.uuid(),
    carriers: new Map([['sandbox', exchange.kind]]),
    sender: { refusal: (url) => (url.includes('//127.') ? 'is on this machine' : null) },
    ring: () => Promise.resolve({ taken: false, sip_code: 404, q850: 1 }),
    advance: null,
    metrics: () => Promise.resolve('tandem_up 1\n'),
    ready: () => Promise.resolve({ ok: true, checks: { store: 'ok' } }),
  };
}

async function newKey({ chance, clock, store }: Deps, given: Partial<AccessKey>): Promise<string> {
  const token = mintToken(chance, given.live ?? true);
  const now: Instant = clock.now();
  const row: AccessKey = {
    id: chance.uuid() as KeyId,
    customer_id: PLATFORM,
    name: 'bench',
    detail: '',
    role: 'admin',
    live: true,
    scopes: [],
    hash: hashOf(token),
    tail: tailOf(token),
    tm_expire: null,
    tm_create: now,
    tm_update: now,
    tm_delete: null,
    ...given,
  };
  assert(await store.shelves.keys.insert(row));
  return token;
}

/** Sends a request and holds the answer against the contract. */
export async function sendTo(
  url: string,
  { method, path, sending }: { method: string; path: string; sending: Sending },
): Promise<Reply> {
  const { key, body, headers } = sending;
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(key === undefined || key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  assert.equal(
    contractProblem(method, path.replace('/v1.0/', '/v1/'), {
      status: response.status,
      type,
      text,
    }),
    null,
  );
  const parsed = type.startsWith('application/json') ? (JSON.parse(text) as never) : ({} as never);
  return { status: response.status, headers: response.headers, body: parsed, text };
}
