import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Activity } from './activity.ts';

/** A request as it came in. Header names are in lower case. */
export interface Asked {
  readonly method: string;
  /** Path and query, as they were written. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** How an answer leaves: as it is, without its body, cut in the middle, never, or as a reset. */
export type Sending = 'whole' | 'empty' | 'cut' | 'never' | 'reset';

export interface Reply {
  readonly answer: Answer;
  readonly sending: Sending;
}

/** An HTTP server of an emulator. */
export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 1_048_576;
const TOO_LARGE: Reply = { answer: { status: 413 }, sending: 'whole' };

export interface ServerMeans {
  /** 0 takes any free one. */
  readonly port: number;
  readonly activity: Activity;
  respond(asked: Asked): Promise<Reply>;
}

/** Listens on the loopback interface. Rejects when the port is taken. */
export async function listen(means: ServerMeans): Promise<Listening> {
  const server = createServer((request, response) => {
    const done = means.activity.work();
    void serve(request, response, means).finally(done);
  });
  server.listen(means.port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${address.port}`, close: () => closed(server) };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { respond, activity }: ServerMeans,
): Promise<void> {
  try {
    const body = await textOf(request);
    const reply = body === null ? TOO_LARGE : await respond(askedOf(request, body));
    if (reply.sending === 'never') response.once('close', activity.stall());
    send(response, reply);
  } catch (error) {
    // A client that went away in mid-request, or a defect of the emulator: say so and hang up.
    response.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function askedOf(request: IncomingMessage, body: string): Asked {
  const { method = 'GET', url: target = '/' } = request;
  const { pathname, searchParams } = new URL(target, 'http://emulator');
  return { method, target, path: pathname, query: searchParams, headers: headersOf(request), body };
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const pairs = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

async function textOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { answer, sending }: Reply): void {
  if (sending === 'never') return;
  if (sending === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const body = sending === 'empty' ? Buffer.alloc(0) : Buffer.from(answer.body ?? '');
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(answer.status === 204 ? {} : { 'content-length': body.length }),
  });
  if (sending === 'whole' || sending === 'empty') {
    response.end(answer.status === 204 ? undefined : body);
    return;
  }
  response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroy());
}

async function closed(server: Server): Promise<void> {
  const gone = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await gone;
}
