import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Twilio } from 'twilio';
import type { Clock } from '../../kernel/clock.ts';
import type { ProviderAccount } from '../carrier.ts';
import type { TwilioConfig } from './config.ts';
import type { Failure } from './outcomes.ts';

/** A request to Twilio that brought no resource. The only error that comes out of the seam. */
export class TwilioFailure extends Error {
  override readonly name = 'TwilioFailure';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.kind === 'network' ? failure.word : failure.message);
    this.failure = failure;
  }
}

/** One request, for whoever counts them. `result` is `ok`, an HTTP status or a network's word. */
export interface Asked {
  readonly operation: string;
  readonly result: string;
  readonly ms: number;
}

export interface SeamMeans {
  readonly account: ProviderAccount;
  readonly clock: Clock;
  readonly timeout_ms: number;
  readonly asked: (asked: Asked) => void;
}

const SOCKETS_MAX = 20;
const AGENT = { keepAlive: true, maxSockets: SOCKETS_MAX, maxFreeSockets: 5 };

/**
 * The one place where the SDK meets the network: it says where the API is, how long to wait,
 * through which sockets, and what went wrong. The SDK's own retries are off: only the engine knows
 * whether a phone may be ringing. The SDK is loaded on first use.
 */
export class Seam {
  readonly #means: SeamMeans;
  #client: Promise<Twilio> | null = null;

  constructor(means: SeamMeans) {
    this.#means = means;
  }

  /** Makes one request. Throws TwilioFailure. */
  async ask<Result>(operation: string, act: (client: Twilio) => Promise<Result>): Promise<Result> {
    const { clock, asked } = this.#means;
    const since = clock.now();
    const note = (result: string): void => asked({ operation, result, ms: clock.now() - since });
    try {
      const result = await act(await this.#loaded());
      note('ok');
      return result;
    } catch (error) {
      const told = error instanceof TwilioFailure ? error : unread(error);
      note(told.failure.kind === 'refused' ? String(told.failure.status) : told.message);
      throw told;
    }
  }

  #loaded(): Promise<Twilio> {
    this.#client ??= clientOf(this.#means).catch((error: unknown) => {
      this.#client = null;
      throw error;
    });
    return this.#client;
  }
}

/** What the SDK throws by itself: it could not make sense of an answer that says "done". */
function unread(error: unknown): TwilioFailure {
  const message = error instanceof Error ? error.message : String(error);
  return new TwilioFailure({ kind: 'unreadable', message });
}

type Ask = (options: {
  readonly uri: string;
}) => Promise<{ readonly statusCode: number; readonly body: unknown; readonly headers?: unknown }>;

async function clientOf({ account, timeout_ms }: SeamMeans): Promise<Twilio> {
  const [{ default: twilio }, { default: RequestClient }] = await Promise.all([
    import('twilio'),
    import('twilio/lib/base/RequestClient.js'),
  ]);
  const inner = new RequestClient({ timeout: timeout_ms, autoRetry: false });
  // A proxy named in the environment would silently replace the agent, with its time limits.
  inner.axios.defaults.httpsAgent = new HttpsAgent(AGENT);
  inner.axios.defaults.httpAgent = new HttpAgent(AGENT);
  const base_url = (account.config as TwilioConfig).base_url ?? null;
  const request = watched((options) => inner.request(options as never), base_url);
  const { account_sid = '', auth_token = '', api_key_sid, api_key_secret } = account.credentials;
  return twilio(api_key_sid ?? account_sid, api_key_secret ?? auth_token, {
    accountSid: account_sid,
    httpClient: { request } as unknown as InstanceType<typeof RequestClient>,
  });
}

/** Sends a request to where the API is, and turns whatever is no success into a TwilioFailure. */
function watched(send: Ask, base_url: string | null): Ask {
  return async (options) => {
    const response = await sent(send, { ...options, uri: moved(options.uri, base_url) });
    const { statusCode: status, body, headers } = response;
    if (status >= 400) throw new TwilioFailure(refusal(status, body, headers));
    if (status !== 204 && isBroken(body))
      throw new TwilioFailure({ kind: 'unreadable', message: `${status} with an unreadable body` });
    return response;
  };
}

async function sent(send: Ask, options: { readonly uri: string }): ReturnType<Ask> {
  try {
    return await send(options);
  } catch (error) {
    const word = wordOf(error);
    throw new TwilioFailure({ kind: 'network', word, sent: !NEVER_LEFT.has(word) });
  }
}

/** Errors of a request that certainly never reached anybody. */
const NEVER_LEFT: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'],
  ...['ERR_TLS_CERT_ALTNAME_INVALID', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
]);

function wordOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.message : String(error);
}

function moved(uri: string, base_url: string | null): string {
  if (base_url === null) return uri;
  const { pathname, search } = new URL(uri);
  return base_url + pathname + search;
}

function isBroken(body: unknown): boolean {
  if (typeof body !== 'string') return body === null || body === undefined;
  try {
    return typeof JSON.parse(body) !== 'object';
  } catch {
    return true;
  }
}

function refusal(status: number, body: unknown, headers: unknown): Failure {
  const fields = fieldsIn(body);
  const { code, message } = fields;
  const seconds = Number((headers as Record<string, unknown> | undefined)?.['retry-after']);
  return {
    kind: 'refused',
    status,
    code: typeof code === 'number' ? code : null,
    message: typeof message === 'string' ? message.slice(0, 300) : `HTTP ${status}`,
    retry_after_ms: Number.isFinite(seconds) ? seconds * 1_000 : null,
  };
}

/** The error's own fields; a gateway in between may answer anything else. */
function fieldsIn(body: unknown): { readonly code?: unknown; readonly message?: unknown } {
  if (typeof body === 'object' && body !== null) return body;
  if (typeof body !== 'string' || isBroken(body)) return {};
  return JSON.parse(body) as object;
}
