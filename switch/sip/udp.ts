import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Hear, Transport } from './transport.ts';

/** A burst waits here while we collect garbage; the system's default loses it. */
const RECEIVE_BYTES = 4 * 1024 * 1024;
/** The least a message can be; what is shorter keeps a way through a NAT open (RFC 5626 §4.4). */
const MESSAGE_BYTES_MIN = 16;

/** SIP over UDP at one address and port; port 0 takes a free one. */
export async function openUdp(address: string, port: number, hear: Hear): Promise<Transport> {
  const type = isIPv6(address) ? 'udp6' : 'udp4';
  const socket = createSocket({ type, recvBufferSize: RECEIVE_BYTES });
  socket.on('message', (bytes, from) => {
    if (bytes.length < MESSAGE_BYTES_MIN) return;
    const peer = { address: from.address, port: from.port, connection: null };
    hear(bytes, { protocol: 'UDP', ...peer });
  });
  socket.bind(port, address);
  await once(socket, 'listening');
  // What comes of a message that could not be delivered is told by ICMP, and is no fault of ours.
  socket.on('error', () => undefined);
  return {
    protocol: 'UDP',
    port: socket.address().port,
    send: (bytes, to) =>
      new Promise((resolve, reject) => {
        socket.send(bytes, to.port, to.address, (error) => {
          if (error === null) resolve();
          else reject(error);
        });
      }),
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}
