import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Outgoing, SendResult, Sender } from '../../webhooks/delivery.ts';
import { Rogue, Sink } from './sender_peers.ts';

/** What every sender is opened with in these tests. */
export interface SenderTerms {
  readonly timeout_ms: number;
  readonly allow: readonly string[];
}

/** reliability.md 1.3: the union of what Svix, Convoy and Smokescreen refuse. */
export const BLOCKED_ADDRESSES = `
  10.254.0.0 192.168.10.65 172.16.10.65 0.1.2.3 0.0.0.0 127.0.0.1 127.254.254.254 169.254.45.1
  169.254.169.254 255.255.255.255 224.1.2.3 233.252.0.16 192.0.0.0 192.0.0.255 192.0.2.255
  198.51.100.65 203.0.113.6 100.100.0.0 192.88.99.3 198.18.0.0 240.240.240.240 ::0 ::1
  ::ffff:127.0.0.1 ::ffff:0.0.0.1 2001:db8::1 3fff::dead:beef fe80::dead:beef
  febf:ffff::dead:beef fdee:3A45:9057::1 fd7a:115c:a1e0::1 2002:c000:204::dead:beef
  2002:c0a8:1::dead:beef 64:ff9b::c0a8:0 64:ff9b::808:808 5f00::dead:beef 64:ff9b:1::dead:beef
  100::1:2:3:4 fd00:ec2::254 ff02::2 2001:0:4136:e378:8000:63bf:3fff:fdd2 fec0::1 ::127.0.0.1`
  .trim()
  .split(/\s+/);

export const ALLOWED_ADDRESSES = `
  1.1.1.1 8.8.8.8 93.184.216.34 2001:4860:4860::8888 2606:4700:4700::1111 ::ffff:8.8.8.8
  100.63.255.254 100.128.0.1`
  .trim()
  .split(/\s+/);

/** Ways of writing closed addresses that a URL parser understands. */
const DISGUISED = [
  '0x7f.1',
  '2130706433',
  '127.1',
  '017700000001',
  '[::ffff:7f00:1]',
  '127.0.0.1.',
];

export function urlOf(address: string): string {
  return `http://${address.includes(':') ? `[${address}]` : address}/hook`;
}

function post(url: string, more: Partial<Outgoing> = {}): Outgoing {
  return { method: 'POST', url, headers: { 'webhook-id': 'n1' }, body: '{"a":1}', ...more };
}

function statusOf(result: SendResult): number | string {
  return result.result === 'answered' ? result.status_code : result.result;
}

/** What the port promises, with real servers on loopback. */
export function describeSender(name: string, make: (terms: SenderTerms) => Sender): void {
  describe(`${name} sender`, () => {
    describeExchanges(make);
    describeRogues(make);
    describeRefusals(make);
  });
}

function describeExchanges(make: (terms: SenderTerms) => Sender): void {
  const sink = new Sink();
  let sender: Sender;
  let base = '';
  before(async () => {
    sender = make({ timeout_ms: 5_000, allow: ['127.0.0.0/8', '::1/128'] });
    await sink.open('127.0.0.1');
    base = `http://127.0.0.1:${sink.port}`;
  });
  after(async () => {
    sink.close();
    await sender.close();
  });

  it('sends method, headers and body as they are', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'GET'] as const) {
      const url = `${base}/${method}?q=${encodeURIComponent('ž')}`;
      const headers = { 'content-type': 'application/json', 'webhook-id': 'n7' };
      const result = await sender.send({ method, url, headers, body: '{"ž":"☎"}' });
      assert.equal(statusOf(result), 204);
      const got = sink.seen.at(-1);
      assert.deepEqual([got?.method, got?.body], [method, '{"ž":"☎"}']);
      assert.equal(got?.headers['webhook-id'], 'n7');
      assert.equal(got?.headers['content-type'], 'application/json');
    }
    await sender.send({ method: 'GET', url: `${base}/bare`, headers: {}, body: null });
    assert.equal(sink.seen.at(-1)?.body, '');
  });

  it('answers with status, body and how long the server asks to be left alone', async () => {
    sink.replies.set('/busy', (_request, response) => {
      response.writeHead(503, { 'retry-after': '3' }).end('later, plěase');
    });
    const result = await sender.send(post(`${base}/busy`));
    assert(result.result === 'answered');
    assert.deepEqual(
      [result.status_code, result.body, result.retry_after_ms],
      [503, 'later, plěase', 3_000],
    );
    assert(result.duration_ms >= 0);
  });

  it('follows no redirect', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      sink.replies.set(`/${status}`, (_request, response) => {
        response.writeHead(status, { location: `${base}/target` }).end();
      });
      assert.equal(statusOf(await sender.send(post(`${base}/${status}`))), status);
    }
    assert.equal(sink.seen.filter((each) => each.url === '/target').length, 0);
  });

  it('keeps at most 64 KB of an answer, and inflates nothing', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    sink.replies.set('/bomb', (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    const result = await sender.send(post(`${base}/bomb`));
    assert(result.result === 'answered');
    assert(result.body.length <= 65_536);
    assert.equal(sink.seen.at(-1)?.headers['accept-encoding'], undefined);
  });

  it('keeps many requests apart', async () => {
    sink.replies.set('/echo', (_request, response, body) => response.end(body));
    const bodies = Array.from({ length: 200 }, (_, index) => `{"n":${index}}`);
    const results = await Promise.all(
      bodies.map((body) => sender.send(post(`${base}/echo`, { body }))),
    );
    assert.deepEqual(
      results.map((each) => each.result === 'answered' && each.body),
      bodies,
    );
  });

  it('lets nobody break out of a header or set those of the connection', async () => {
    const before_count = sink.seen.length;
    const forged = [
      { 'x-a': 'b\r\nwebhook-signature: v1,forged' },
      { 'x-a\r\nwebhook-id': 'n2' },
      { host: 'other.example' },
      { 'Content-Length': '3' },
      { 'transfer-encoding': 'chunked' },
      { connection: 'close' },
    ];
    for (const headers of forged)
      assert.equal(statusOf(await sender.send(post(`${base}/`, { headers }))), 'failed');
    assert.equal(sink.seen.length, before_count);
  });

  it('reaches IPv6 addresses', async (t) => {
    const six = new Sink();
    try {
      await six.open('::1');
    } catch {
      t.skip('no IPv6 loopback here');
      return;
    }
    t.after(() => six.close());
    assert.equal(statusOf(await sender.send(post(`http://[::1]:${six.port}/`))), 204);
  });

  it('finds a name and connects to what it resolves to', async () => {
    assert.equal(statusOf(await sender.send(post(`http://localhost:${sink.port}/`))), 204);
  });
}

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n';

function describeRogues(make: (terms: SenderTerms) => Sender): void {
  const timeout_ms = 400;
  let sender: Sender;
  before(() => {
    sender = make({ timeout_ms, allow: ['127.0.0.0/8'] });
  });
  after(async () => {
    await sender.close();
  });

  async function against(behave: (socket: Socket) => void): Promise<SendResult> {
    const rogue = new Rogue(behave);
    try {
      return await sender.send(post(await rogue.open()));
    } finally {
      rogue.close();
    }
  }

  it('gives up on a server that never answers, or goes on answering slowly', async () => {
    const drip = (socket: Socket): void => {
      socket.write(`${HEAD}content-length: 1000\r\n\r\n`);
      const timer = setInterval(() => socket.write('x'), 50);
      socket.on('close', () => clearInterval(timer));
    };
    const dripHead = (socket: Socket): void => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x-a: b\r\n'), 50);
      socket.on('close', () => clearInterval(timer));
    };
    for (const behave of [() => undefined, drip, dripHead]) {
      const result = await against(behave);
      assert(result.result === 'failed', result.result);
      assert.match(result.error, /400 ms/);
      assert(result.duration_ms >= timeout_ms);
    }
  });

  it('stops reading an endless answer', async () => {
    const chunk = Buffer.alloc(64_000, 'x');
    let written = 0;
    const result = await against((socket) => {
      socket.write(`${HEAD}\r\n`);
      const pour = (): void => {
        while (!socket.destroyed && socket.write(chunk)) written += chunk.length;
      };
      socket.on('drain', pour);
      pour();
    });
    assert(result.result === 'answered');
    assert.equal(result.body.length, 65_536);
    assert(written < 50_000_000, `${written} bytes were taken`);
  });

  it('takes half an answer, nonsense and a closed socket for failures', async () => {
    const halves = [
      (socket: Socket) => socket.end(`${HEAD}content-length: 10\r\n\r\nhalf`),
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nconte'),
      (socket: Socket) => socket.end('220 mail.example ESMTP\r\n'),
      (socket: Socket) => socket.end(),
      (socket: Socket) => socket.resetAndDestroy(),
    ];
    for (const behave of halves) assert.equal((await against(behave)).result, 'failed');
  });

  it('says so when nobody listens', async () => {
    const rogue = new Rogue(() => undefined);
    const url = await rogue.open();
    rogue.close();
    const result = await sender.send(post(url));
    assert(result.result === 'failed');
    assert.match(result.error, /ECONNREFUSED/);
  });

  it('ends what is under way when it is closed', async (t) => {
    const closing = make({ timeout_ms: 60_000, allow: ['127.0.0.0/8'] });
    const rogue = new Rogue(() => undefined);
    t.after(() => rogue.close());
    const result = closing.send(post(await rogue.open()));
    await closing.close();
    assert.equal((await result).result, 'failed');
    assert.equal((await closing.send(post('http://127.0.0.1:1024/'))).result, 'failed');
  });
}

function describeRefusals(make: (terms: SenderTerms) => Sender): void {
  let sender: Sender;
  before(() => {
    sender = make({ timeout_ms: 300, allow: [] });
  });
  after(async () => {
    await sender.close();
  });

  it('refuses closed addresses when asked and when sending, whatever they look like', async (t) => {
    const rogue = new Rogue(() => undefined);
    t.after(() => rogue.close());
    const port = new URL(await rogue.open()).port;
    const hosts = BLOCKED_ADDRESSES.map((each) => new URL(urlOf(each)).host);
    for (const host of [...hosts, ...DISGUISED, 'localhost', 'a.localhost', 'LOCALHOST.']) {
      const url = `http://${host}:${port}/`;
      assert.notEqual(sender.refusal(url), null, url);
      assert.equal((await sender.send(post(url))).result, 'blocked', url);
    }
    assert.equal(rogue.connections, 0);
  });

  it('lets public addresses pass', () => {
    for (const address of ALLOWED_ADDRESSES) assert.equal(sender.refusal(urlOf(address)), null);
    assert.equal(sender.refusal('https://hooks.example.com/a?b=c'), null);
  });

  it('refuses other schemes, credentials, closed ports and what is no URL', async () => {
    const bad = `ftp://1.1.1.1/ file:///etc/passwd gopher://1.1.1.1/ javascript:1 http:// x
      http://user@1.1.1.1/ http://user:pass@1.1.1.1/ http://1.1.1.1:25/ http://1.1.1.1:6379/
      http://1.1.1.1:0/ http://1.1.1.1:70000/ https://1.1.1.1:5060/`;
    for (const url of [...bad.split(/\s+/), '', `http://a.example/${'x'.repeat(3_000)}`]) {
      assert.notEqual(sender.refusal(url), null, url);
      assert.equal((await sender.send(post(url))).result, 'blocked', url);
    }
  });
}
