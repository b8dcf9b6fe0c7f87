import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { httpReader } from './http_reader.ts';
import type { Message } from './http_reader.ts';
import type { Load } from './load.ts';

export type Target = Pick<Load, 'port' | 'path' | 'headers' | 'body' | 'in_flight'>;

/** Posts the same request over and over on kept-alive sockets, one at a time on each. */
export interface Poster {
  /** Posts once. There must be a free socket: fewer than `in_flight` requests are unanswered. */
  post(): void;
  /** Closes the sockets. Every answer must have come. */
  close(): void;
}

/** Opens all sockets first. `answered` hears each answer and when its request was sent. */
export async function openPoster(
  target: Target,
  answered: (message: Message, began: number) => void,
): Promise<Poster> {
  const request = requestOf(target);
  const free: (() => void)[] = [];
  const sockets: Socket[] = [];
  const open = (_none: unknown) =>
    new Promise<void>((resolve) => {
      let began = 0;
      const post = () => {
        began = performance.now();
        socket.write(request);
      };
      const read = httpReader((message) => {
        free.push(post);
        answered(message, began);
      });
      const socket = connect(target.port, '127.0.0.1', () => {
        free.push(post);
        resolve();
      });
      socket.setNoDelay(true).on('data', read).on('close', lost);
      sockets.push(socket);
    });
  await Promise.all(Array.from({ length: target.in_flight }).map(open));
  return {
    post: () => {
      // the one idle longest: none may idle until the server closes it
      const post = free.shift();
      if (post === undefined) throw new Error('no free socket');
      post();
    },
    close: () => {
      for (const socket of sockets) socket.off('close', lost).destroy();
    },
  };
}

/** A request on that connection may be lost, and with it the count of calls. */
function lost(): never {
  throw new Error('the server closed a connection');
}

function requestOf({ path, headers, body }: Target): string {
  const lines = Object.entries({
    host: '127.0.0.1',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** The id of the call a 201 speaks of, in the limit's answer and in the product's. */
export function callIdOf({ head, body }: Message): string {
  if (!head.startsWith('HTTP/1.1 201')) throw new Error(`refused: ${head}\n${body}`);
  const answer = JSON.parse(body) as { id?: string; calls?: readonly { id: string }[] };
  const id = answer.id ?? answer.calls?.[0]?.id;
  if (id === undefined) throw new Error(`no call in ${body}`);
  return id;
}
