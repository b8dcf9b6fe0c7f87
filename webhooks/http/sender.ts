import { Pool } from 'undici';
import type { Outgoing, SendResult, Sender } from '../delivery.ts';
import { Exchange } from './exchange.ts';
import { makeGuard } from './guard.ts';
import type { Guard } from './guard.ts';
import { guardedLookup } from './lookup.ts';
import type { Resolve } from './lookup.ts';

export interface SenderConfig {
  /** Longest a request may take, from asking for the address to the last byte of the answer. */
  readonly timeout_ms: number;
  /** Closed address ranges that are open here, as CIDR. */
  readonly allow: readonly string[];
  /** Most connections to one origin. */
  readonly connections?: number;
  /** Another resolver than the system's. */
  readonly resolve?: Resolve;
}

const CONNECTIONS = 256;
/** Origins and URLs kept ready; the oldest goes first. */
const ORIGINS_MAX = 1_024;
const TARGETS_MAX = 8_192;
/** How often requests are looked through for those that have had their time. */
const WATCH_MS = 100;
/** Headers the connection itself is made of: nobody else may set them (RFC 9110 §7.6.1). */
const OWN_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A URL, judged and taken apart once. */
type Target =
  | { readonly refusal: null; readonly origin: string; readonly path: string }
  | { readonly refusal: string };

/** The door over undici. Throws when `allow` cannot be read. */
export function openSender(config: SenderConfig): Sender {
  return new HttpSender(config);
}

class HttpSender implements Sender {
  readonly #config: SenderConfig;
  readonly #guard: Guard;
  readonly #pools = new Map<string, Pool>();
  readonly #targets = new Map<string, Target>();
  /** In the order they began, which with one timeout is the order in which their time is up. */
  readonly #under_way = new Set<Exchange>();
  readonly #watch: NodeJS.Timeout;
  #closed = false;

  constructor(config: SenderConfig) {
    this.#config = config;
    this.#guard = makeGuard(config.allow);
    this.#watch = setInterval(() => this.#cutOverdue(), WATCH_MS).unref();
  }

  send(request: Outgoing): Promise<SendResult> {
    return new Promise((settle) => this.#dispatch(request, settle));
  }

  refusal(url: string): string | null {
    return this.#targetOf(url).refusal;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watch);
    for (const exchange of this.#under_way) exchange.cut('the sender is closing');
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
    this.#pools.clear();
  }

  #dispatch(request: Outgoing, settle: (result: SendResult) => void): void {
    const target = this.#targetOf(request.url);
    if (target.refusal !== null) return settle({ result: 'blocked', error: target.refusal });
    const exchange: Exchange = new Exchange((result) => {
      this.#under_way.delete(exchange);
      settle(result);
    });
    this.#under_way.add(exchange);
    const headers = linesOf(request.headers);
    if (this.#closed) return exchange.cut('the sender is closed');
    if (headers === null) return exchange.cut('a header may not be set');
    const { method, body } = request;
    this.#poolOf(target.origin).dispatch({ path: target.path, method, headers, body }, exchange);
  }

  #targetOf(url: string): Target {
    const known = this.#targets.get(url);
    if (known !== undefined) return known;
    const target = targetOf(url, this.#guard);
    this.#targets.set(url, target);
    dropFirst(this.#targets, TARGETS_MAX);
    return target;
  }

  #poolOf(origin: string): Pool {
    const known = this.#pools.get(origin);
    if (known !== undefined) return known;
    const { timeout_ms, connections = CONNECTIONS, resolve } = this.#config;
    const pool = new Pool(origin, {
      connections,
      allowH2: false,
      // The watch below is the timeout; these only make sure that undici lets go as well.
      connect: { lookup: guardedLookup(this.#guard, resolve), timeout: timeout_ms },
      headersTimeout: 2 * timeout_ms,
      bodyTimeout: 2 * timeout_ms,
    });
    this.#pools.set(origin, pool);
    const dropped = dropFirst(this.#pools, ORIGINS_MAX);
    if (dropped !== null) void dropped.close();
    return pool;
  }

  #cutOverdue(): void {
    const { timeout_ms } = this.#config;
    const before_ms = performance.now() - timeout_ms;
    for (const exchange of this.#under_way) {
      if (exchange.started_ms > before_ms) return;
      exchange.cut(`no complete answer within ${timeout_ms} ms`);
    }
  }
}

function targetOf(text: string, guard: Guard): Target {
  if (!URL.canParse(text)) return { refusal: 'not a URL' };
  const url = new URL(text);
  const refusal = guard.refusal(url);
  return refusal === null
    ? { refusal, origin: url.origin, path: url.pathname + url.search }
    : { refusal };
}

/** Why a URL may never be sent to; null when only its address remains to be seen. */
export function refusalIn(url: string, guard: Guard): string | null {
  return targetOf(url, guard).refusal;
}

/** Names and values in turn; null when one of them is not for the caller to set. */
function linesOf(headers: Outgoing['headers']): string[] | null {
  const lines: string[] = [];
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (OWN_HEADERS.has(name.toLowerCase()) || /[\r\n\0]/.test(name + value)) return null;
    lines.push(name, value);
  }
  return lines;
}

/** Drops the entry that was put in first once there are too many. */
function dropFirst<Value>(map: Map<string, Value>, most: number): Value | null {
  if (map.size <= most) return null;
  for (const [key, value] of map) {
    map.delete(key);
    return value;
  }
  return null;
}
