import type { Socket } from 'node:net';
import { frame } from '../../sip/frame.ts';
import type { Peer, Protocol } from './peer.ts';
import type { Hear } from './transport.ts';

/** What strangers may hold open at most: in all, and from one address. */
const CONNECTIONS_MAX = 20_000;
const FROM_ONE_ADDRESS_MAX = 2_000;
/** A connection over which nothing has come for so long is closed, in ms. */
const IDLE_MS = 600_000;
/** How much may wait to be sent to a peer that does not read. */
const UNSENT_BYTES_MAX = 1_000_000;
const PONG = Buffer.from('\r\n');
const NOTHING = Buffer.alloc(0);

/** Open connections by their names, and by who is at the other end. */
export class Connections {
  readonly #protocol: Protocol;
  readonly #hear: Hear;
  readonly #named = new Map<string, Socket>();
  readonly #placed = new Map<string, Socket>();
  readonly #from = new Map<string, number>();
  #count = 0;

  constructor(protocol: Protocol, hear: Hear) {
    this.#protocol = protocol;
    this.#hear = hear;
  }

  /** The connection a peer is reached by: the very one, else one to the same place. */
  to({ connection, address, port }: Peer): Socket | null {
    const named = connection === null ? undefined : this.#named.get(connection);
    return named ?? this.#placed.get(placeOf(address, port)) ?? null;
  }

  /** Takes a connection in, whoever opened it. False: there are too many, and it is closed. */
  take(socket: Socket): boolean {
    const address = plain(socket.remoteAddress ?? '');
    const count = this.#from.get(address) ?? 0;
    if (this.#named.size >= CONNECTIONS_MAX || count >= FROM_ONE_ADDRESS_MAX) {
      socket.destroy();
      return false;
    }
    const port = socket.remotePort ?? 0;
    const connection = `${this.#protocol}-${(this.#count += 1)}`;
    const peer: Peer = { protocol: this.#protocol, address, port, connection };
    this.#from.set(address, count + 1);
    this.#named.set(connection, socket);
    this.#placed.set(placeOf(address, port), socket);
    this.#listen(socket, peer);
    return true;
  }

  #listen(socket: Socket, peer: Peer): void {
    let held: Buffer = NOTHING;
    socket.setNoDelay(true).setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      const rest = this.#drain(held.length === 0 ? bytes : Buffer.concat([held, bytes]), peer);
      // A stream in which no message can be found any more is of no use (RFC 3261 §18.3).
      if (rest === null) socket.destroy();
      else held = rest;
    });
    socket.on('close', () => this.#forget(socket, peer));
  }

  #drain(stream: Buffer, peer: Peer): Buffer | null {
    for (let held = stream; ;) {
      const framed = frame(held);
      if (framed.result === 'more') return held;
      if (framed.result === 'broken') return null;
      held = framed.rest;
      if (framed.result === 'message') this.#hear(framed.bytes, peer);
      else this.to(peer)?.write(PONG);
    }
  }

  #forget(socket: Socket, { connection, address, port }: Peer): void {
    if (connection !== null) this.#named.delete(connection);
    const place = placeOf(address, port);
    if (this.#placed.get(place) === socket) this.#placed.delete(place);
    const left = (this.#from.get(address) ?? 1) - 1;
    if (left > 0) this.#from.set(address, left);
    else this.#from.delete(address);
  }

  closeAll(): void {
    for (const socket of this.#named.values()) socket.destroy();
  }
}

function placeOf(address: string, port: number): string {
  return `${address} ${port}`;
}

/** An IPv4 address as such, where the system shows it as one of IPv6. */
function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}

/** Writes to a connection. Rejects when it is gone, or its other end does not read. */
export function writeTo(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.writableLength > UNSENT_BYTES_MAX) {
      socket.destroy();
      reject(new Error('the peer does not read'));
      return;
    }
    socket.write(bytes, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
}
