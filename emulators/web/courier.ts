import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Clock } from '../../kernel/clock.ts';

/** A request an emulator makes of an application. The fragment of its URL stays at home. */
export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeout_ms: number;
}

export type Returned =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer;
    }
  /** connect: nobody listens there · read: the connection broke, or the time was up. */
  | { readonly ok: false; readonly failure: 'connect' | 'read'; readonly detail: string };

export interface CourierMeans {
  readonly clock: Clock;
  /** Where requests for a public origin really go: `https://tandem.example` → a local one. */
  readonly origins: Readonly<Record<string, string>>;
}

const BODY_BYTES_MAX = 20 * 1_048_576;

/** Makes requests of applications, each on a connection of its own, as carriers do. */
export class Courier {
  readonly #means: CourierMeans;
  readonly #open = new Set<ClientRequest>();

  constructor(means: CourierMeans) {
    this.#means = means;
  }

  /** Requests whose answer is awaited. */
  get busy(): number {
    return this.#open.size;
  }

  /** Where a URL is really reached: its origin may be mapped to a local one. */
  reach(url: string): URL {
    const wanted = new URL(url);
    wanted.hash = '';
    const { protocol } = wanted;
    const web = protocol.replace(/^ws/, 'http');
    const local = this.#means.origins[`${web}//${wanted.host}`];
    if (local === undefined) return wanted;
    const reached = new URL(wanted.pathname + wanted.search, local);
    return protocol === web ? reached : new URL(reached.href.replace(/^http/, 'ws'));
  }

  send(outgoing: Outgoing): Promise<Returned> {
    return new Promise((resolve) => {
      const url = this.reach(outgoing.url);
      const { method, body } = outgoing;
      const open = url.protocol === 'https:' ? requestHttps : requestHttp;
      const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const headers = { ...outgoing.headers, ...length };
      const request = open(url, { method, headers, agent: false });
      this.#open.add(request);
      const settle = (returned: Returned): void => {
        cancel();
        this.#open.delete(request);
        resolve(returned);
      };
      const cancel = this.#means.clock.after(outgoing.timeout_ms, () => {
        settle({ ok: false, failure: 'read', detail: `no answer in ${outgoing.timeout_ms} ms` });
        request.destroy();
      });
      let connected = false;
      request.on('socket', (socket) => socket.once('connect', () => (connected = true)));
      request.on('error', (error) =>
        settle({ ok: false, failure: connected ? 'read' : 'connect', detail: error.message }),
      );
      request.on('response', (response) => void returnedOf(response).then(settle));
      request.end(body);
    });
  }

  close(): void {
    for (const request of this.#open) request.destroy();
  }
}

async function returnedOf(response: IncomingMessage): Promise<Returned> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) return { ok: false, failure: 'read', detail: 'too large' };
      chunks.push(chunk);
    }
  } catch (error) {
    return { ok: false, failure: 'read', detail: error instanceof Error ? error.message : '' };
  }
  const pairs = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
  const headers = Object.fromEntries(pairs) as Record<string, string>;
  return { ok: true, status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks) };
}
