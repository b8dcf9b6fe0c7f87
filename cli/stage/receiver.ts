import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A webhook as a customer's server gets it. */
export interface Received {
  readonly type: string;
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** Whether its signature proves that Tandem sent exactly this body (Standard Webhooks 1.0). */
  readonly verified: boolean;
}

export interface Receiver {
  readonly url: string;
  /** The secret is known only after the endpoint was made. */
  trust(secret: string): void;
  stop(): Promise<void>;
}

/** What a customer writes to receive webhooks, whole: a small server that checks signatures. */
export async function startReceiver(hear: (received: Received) => void): Promise<Receiver> {
  let key = Buffer.alloc(0);
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { type, sequence, data } = JSON.parse(body) as Omit<Received, 'verified'>;
      hear({ type, sequence, data, verified: isSigned(request, body, key) });
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    trust: (secret) => {
      key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function isSigned({ headers }: IncomingMessage, body: string, key: Buffer): boolean {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const wanted = createHmac('sha256', key).update(signed).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .map((each) => Buffer.from(each.replace('v1,', ''), 'base64'))
    .some((given) => given.length === wanted.length && timingSafeEqual(given, wanted));
}
