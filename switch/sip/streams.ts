import { once } from 'node:events';
import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { Connections, writeTo } from './connections.ts';
import type { Peer } from './peer.ts';
import type { Hear, Transport } from './transport.ts';

/** How long a connection may take to stand: half of timer B, so that another way can be tried. */
const CONNECT_MS = 8_000;

/** Who we are on TLS, and whom we trust. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
  /** Whom to trust beside the well-known authorities; null: nobody else. */
  readonly ca: string | null;
}

interface StreamParts {
  readonly protocol: 'TCP' | 'TLS';
  readonly address: string;
  readonly port: number;
  readonly hear: Hear;
  /** Who we are; needed for TLS alone. */
  readonly identity?: TlsIdentity;
}

/** SIP over TCP or TLS at one address and port; connections are opened as they are needed. */
export async function openStreams(parts: StreamParts): Promise<Transport> {
  const { protocol, address, port, hear, identity } = parts;
  const connections = new Connections(protocol, hear);
  const opening = new Map<string, Promise<Socket>>();
  const server = serverFor(identity, (socket) => void connections.take(socket));
  server.listen(port, address);
  await once(server, 'listening');
  const open = (to: Peer): Promise<Socket> => {
    const place = `${to.address} ${to.port}`;
    const under_way = opening.get(place) ?? connected(to, identity, connections);
    opening.set(place, under_way);
    const done = (): void => void opening.delete(place);
    under_way.then(done, done);
    return under_way;
  };
  return {
    protocol,
    port: (server.address() as AddressInfo).port,
    send: async (bytes, to) => writeTo(connections.to(to) ?? (await open(to)), bytes),
    close: async () => {
      connections.closeAll();
      server.close();
      await once(server, 'close');
    },
  };
}

function serverFor(identity: TlsIdentity | undefined, accepted: (socket: Socket) => void): Server {
  if (identity === undefined) return createServer(accepted);
  const { cert, key } = identity;
  const server = createTlsServer({ cert, key, minVersion: 'TLSv1.2' }, accepted);
  // A handshake that fails is the peer's affair; its socket is gone.
  server.on('tlsClientError', () => undefined);
  return server;
}

async function connected(
  to: Peer,
  identity: TlsIdentity | undefined,
  connections: Connections,
): Promise<Socket> {
  const { address: host, port } = to;
  const socket =
    identity === undefined
      ? connectTcp({ host, port })
      : connectTls({ host, port, ...(identity.ca === null ? {} : { ca: identity.ca }) });
  const ready = identity === undefined ? 'connect' : 'secureConnect';
  try {
    await once(socket, ready, { signal: AbortSignal.timeout(CONNECT_MS) });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  if (!connections.take(socket)) throw new Error('too many connections');
  return socket;
}
