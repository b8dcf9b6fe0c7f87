import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, describe, it } from 'node:test';
import type { Peer } from './peer.ts';
import { openStreams } from './streams.ts';
import type { Transport } from './transport.ts';
import { openUdp } from './udp.ts';

const LOCAL = '127.0.0.1';
const MESSAGE = [
  'OPTIONS sip:a@h SIP/2.0',
  'Via: SIP/2.0/UDP h;branch=z9hG4bK1',
  'From: <sip:b@h>;tag=1',
  'To: <sip:a@h>',
  'Call-ID: 1',
  'CSeq: 1 OPTIONS',
  'Content-Length: 0',
  '\r\n',
].join('\r\n');

const open: Transport[] = [];
after(() => Promise.all(open.map((each) => each.close())));

interface Heard {
  readonly text: string;
  readonly from: Peer;
}

/** A transport that keeps what it hears, and lets somebody wait for the next message. */
function ear(): { readonly hear: (bytes: Buffer, from: Peer) => void; next(): Promise<Heard> } {
  const heard: Heard[] = [];
  const waiting: ((each: Heard) => void)[] = [];
  return {
    hear: (bytes, from) => {
      const each = { text: bytes.toString(), from };
      const first = waiting.shift();
      if (first === undefined) heard.push(each);
      else first(each);
    },
    next: () => {
      const first = heard.shift();
      if (first !== undefined) return Promise.resolve(first);
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}

async function kept(opening: Promise<Transport>): Promise<Transport> {
  const transport = await opening;
  open.push(transport);
  return transport;
}

function at(port: number, protocol: Peer['protocol']): Peer {
  return { protocol, address: LOCAL, port, connection: null };
}

describe('SIP over UDP', () => {
  it('carries messages both ways, over IPv6 too, and hears no keep-alive', async () => {
    for (const address of [LOCAL, '::1']) {
      const [one, other] = [ear(), ear()];
      const [a, b] = [
        await kept(openUdp(address, 0, one.hear)),
        await kept(openUdp(address, 0, other.hear)),
      ];
      await a.send(Buffer.from('\r\n\r\n'), { ...at(b.port, 'UDP'), address });
      await a.send(Buffer.from(MESSAGE), { ...at(b.port, 'UDP'), address });
      const { text, from } = await other.next();
      assert.deepEqual([text, from.address, from.port], [MESSAGE, address, a.port]);
      await b.send(Buffer.from(MESSAGE), from);
      assert.equal((await one.next()).from.port, b.port);
    }
  });
});

describe('SIP over TCP', () => {
  it('answers over the connection a request came by', async () => {
    const [one, other] = [ear(), ear()];
    const parts = { protocol: 'TCP', address: LOCAL, port: 0 } as const;
    const a = await kept(openStreams({ ...parts, hear: one.hear }));
    const b = await kept(openStreams({ ...parts, hear: other.hear }));
    await Promise.all([
      a.send(Buffer.from(MESSAGE), at(b.port, 'TCP')),
      a.send(Buffer.from(MESSAGE), at(b.port, 'TCP')),
    ]);
    const [first, second] = [await other.next(), await other.next()];
    assert.equal(first.text, MESSAGE);
    assert.equal(first.from.connection, second.from.connection, 'one connection for both');
    await b.send(Buffer.from(MESSAGE), first.from);
    assert.equal((await one.next()).from.port, b.port);
  });

  it('rejects where nobody listens', async () => {
    const { hear } = ear();
    const a = await kept(openStreams({ protocol: 'TCP', address: LOCAL, port: 0, hear }));
    const gone = await openUdp(LOCAL, 0, hear);
    await gone.close();
    await assert.rejects(a.send(Buffer.from(MESSAGE), at(gone.port, 'TCP')), /ECONNREFUSED/);
  });

  it('answers a ping, puts pieces together, and hangs up on nonsense', async () => {
    const { hear, next } = ear();
    const a = await kept(openStreams({ protocol: 'TCP', address: LOCAL, port: 0, hear }));
    const socket = connect(a.port, LOCAL);
    await once(socket, 'connect');
    socket.write('\r\n\r\n');
    const [pong] = (await once(socket, 'data')) as [Buffer];
    assert.equal(pong.toString(), '\r\n');
    socket.write(MESSAGE.slice(0, 50));
    socket.write(`${MESSAGE.slice(50)}${MESSAGE}`);
    assert.deepEqual([(await next()).text, (await next()).text], [MESSAGE, MESSAGE]);
    const closed = once(socket, 'close');
    socket.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await closed;
  });
});
