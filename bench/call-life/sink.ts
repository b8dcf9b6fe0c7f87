import { createHmac, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { headerOf, httpReader } from './http_reader.ts';
import type { Message } from './http_reader.ts';

const NO_CONTENT = 'HTTP/1.1 204 No Content\r\n\r\n';

/** Receives webhooks, acknowledges each at once, and hands it on. Resolves with its port. */
export function openSink(hooked: (message: Message) => void): Promise<number> {
  return new Promise((resolve) => {
    const server: Server = createServer((socket) => {
      socket.setNoDelay(true);
      // A sender may drop kept-alive connections when it stops; nothing is lost by it.
      socket.on('error', () => socket.destroy());
      const read = httpReader((message) => {
        socket.write(NO_CONTENT);
        hooked(message);
      });
      socket.on('data', read);
    });
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** The key of a webhook secret: "whsec_" and base64, or base64 alone. */
export function keyOf(secret: string): KeyObject {
  return createSecretKey(Buffer.from(secret.replace(/^whsec_/, ''), 'base64'));
}

/** Standard Webhooks: one of the space-separated signatures must be ours. Throws when none is. */
export function verify({ head, body }: Message, key: KeyObject): void {
  const mac = createHmac('sha256', key)
    .update(`${headerOf(head, 'webhook-id')}.${headerOf(head, 'webhook-timestamp')}.`)
    .update(body, 'latin1')
    .digest('base64');
  const given = headerOf(head, 'webhook-signature').split(' ');
  if (!given.includes(`v1,${mac}`)) throw new Error(`a bad signature: ${given.join(' ')}`);
}
