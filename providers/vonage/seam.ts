import type { Vonage } from '@vonage/server-sdk';
import type { Clock } from '../../kernel/clock.ts';
import { CarrierError, type ProviderAccount } from '../carrier.ts';
import type { VonageConfig } from './config.ts';
import { type Failure, isGone, isPassing } from './outcomes.ts';
import { Tokens } from './tokens.ts';

export const NAME = 'vonage';

/** A request to Vonage that brought nothing. The only error that comes out of `ask`. */
export class VonageFailure extends Error {
  override readonly name = 'VonageFailure';
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

type Voice = Vonage['voice'];
type Act<Result> = (voice: Voice) => Promise<Result>;

/**
 * The one place where the SDK meets the network: where the API is, how long to wait, with which
 * token, and what went wrong. The SDK is loaded on first use. It is never given the private key: it
 * would read a file of that name.
 */
export class Seam {
  readonly #means: SeamMeans;
  #voice: Promise<Voice> | null = null;

  constructor(means: SeamMeans) {
    this.#means = means;
  }

  /** Throws VonageFailure. */
  async ask<Result>(operation: string, act: Act<Result>): Promise<Result> {
    const { clock, asked } = this.#means;
    const since = clock.now();
    const note = (result: string): void => asked({ operation, result, ms: clock.now() - since });
    try {
      const result = await act(await this.#loaded());
      note('ok');
      return result;
    } catch (error) {
      const told = new VonageFailure(await failureOf(error));
      note(told.failure.kind === 'refused' ? String(told.failure.status) : told.message);
      throw told;
    }
  }

  /** Throws CarrierError. */
  async reach<Result>(operation: string, act: Act<Result>): Promise<Result> {
    try {
      return await this.ask(operation, act);
    } catch (error) {
      throw errorOf(error);
    }
  }

  /** Null where it is about a call that is gone. Throws CarrierError. */
  async orGone<Result>(operation: string, act: Act<Result>): Promise<Result | null> {
    try {
      return await this.ask(operation, act);
    } catch (error) {
      if (error instanceof VonageFailure && isGone(error.failure)) return null;
      throw errorOf(error);
    }
  }

  #loaded(): Promise<Voice> {
    this.#voice ??= voiceOf(this.#means).catch((error: unknown) => {
      this.#voice = null;
      throw error;
    });
    return this.#voice;
  }
}

/** A failed request as the engine takes it: to be tried again, or not. */
export function errorOf(error: unknown): CarrierError {
  if (!(error instanceof VonageFailure)) return new CarrierError(NAME, 'never', String(error));
  return new CarrierError(NAME, isPassing(error.failure) ? 'later' : 'never', error.message);
}

async function voiceOf({ account, clock, timeout_ms }: SeamMeans): Promise<Voice> {
  const { Vonage: Sdk } = await import('@vonage/server-sdk');
  const { application_id = '', private_key = '' } = account.credentials;
  const tokens = new Tokens({ application_id, private_key }, () => clock.wall());
  // The SDK takes what has this method for its own kind of credentials.
  const credentials = {
    getQueryParams: () => Promise.resolve({}),
    createBearerHeader: () => Promise.resolve(tokens.bearer()),
  };
  const { base_url } = account.config as VonageConfig;
  const hosts = base_url === undefined ? {} : { apiHost: base_url, restHost: base_url };
  const options = { ...hosts, timeout: timeout_ms };
  const { voice } = new Sdk(
    credentials as unknown as ConstructorParameters<typeof Sdk>[0],
    options,
  );
  return voice;
}

/** Errors of a request that certainly never reached anybody. */
const NEVER_LEFT: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'],
  ...['ERR_TLS_CERT_ALTNAME_INVALID', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
]);

async function failureOf(error: unknown): Promise<Failure> {
  const fields = (typeof error === 'object' ? error : null) as Thrown | null;
  const response = fields?.response;
  if (response !== undefined && !response.ok) return refusalOf(response);
  const message = error instanceof Error ? error.message : String(error);
  if (response !== undefined) return { kind: 'unreadable', message };
  const code = fields?.cause?.code;
  if (fields?.name === 'AbortError') return { kind: 'network', word: 'timeout', sent: true };
  if (message === 'fetch failed') {
    const word = code ?? message;
    return { kind: 'network', word, sent: !NEVER_LEFT.has(word) };
  }
  return { kind: 'unreadable', message };
}

/** What the SDK and fetch throw. */
interface Thrown {
  readonly name?: string;
  readonly response?: Response;
  readonly cause?: { readonly code?: string };
}

async function refusalOf(response: Response): Promise<Failure> {
  const { status, headers } = response;
  const message = await response.text().then(
    (text) => text.slice(0, 200),
    () => '',
  );
  const seconds = Number(headers.get('retry-after') ?? NaN);
  const retry_after_ms = Number.isFinite(seconds) ? seconds * 1_000 : null;
  return { kind: 'refused', status, message, retry_after_ms };
}
