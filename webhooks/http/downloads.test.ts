import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { openDownloads } from './downloads.ts';
import type { Resolve } from './lookup.ts';

let server: Server;
let base = '';
let hang: (() => void)[] = [];
before(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/file.wav') return void response.end(Buffer.from([0, 1, 255]));
    if (path === '/large') return void response.end(Buffer.alloc(5_000));
    if (path === '/slow') return void hang.push(() => response.end());
    if (path === '/endless') {
      const write = () => response.write(Buffer.alloc(1_000), () => !response.destroyed && write());
      return void write();
    }
    if (path.startsWith('/to/')) {
      const location = decodeURIComponent(path.slice('/to/'.length));
      return void response.writeHead(302, { location }).end();
    }
    return void response.writeHead(404).end('<html>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  hang.forEach((end) => end());
  hang = [];
  server.close();
  server.closeAllConnections();
});

const open = { timeout_ms: 20_000, bytes_max: 2_000, allow: ['127.0.0.0/8'] };

async function whyNot(url: string, config = open): Promise<string> {
  const downloads = openDownloads(config);
  const result = await downloads.fetch(url);
  await downloads.close();
  return result.ok ? '' : result.why;
}

describe('a download', () => {
  it('brings the bytes as they are, also by way of redirects', async () => {
    const downloads = openDownloads(open);
    for (const path of [
      '/file.wav',
      '/to/%2Ffile.wav',
      `/to/${encodeURIComponent(`${base}/file.wav`)}`,
    ]) {
      const result = await downloads.fetch(`${base}${path}`);
      assert.deepEqual(result.ok && [...result.bytes], [0, 1, 255]);
    }
    await downloads.close();
  });

  it('says what went wrong', async () => {
    assert.equal(await whyNot(`${base}/none`), 'the server said 404');
    assert.equal(await whyNot(`${base}/slow`, { ...open, timeout_ms: 200 }), 'it took too long');
    assert.equal(await whyNot('nothing'), 'it is not a URL');
    assert.match(await whyNot('http://127.0.0.1:1/'), /closed|refused|ECONN/i);
    const round = `/to/${encodeURIComponent('/to/%2Fto%2Fx')}`;
    assert.match(await whyNot(`${base}${round}`), /404|place to the next/);
  });

  it('is cut off when it is too large', async () => {
    assert.match(await whyNot(`${base}/large`), /larger than 2000 bytes/);
    assert.match(await whyNot(`${base}/endless`), /larger than 2000 bytes/);
  });

  it('never goes where webhooks may not go, not even by way of a redirect', async () => {
    const closed = { ...open, allow: [] };
    assert.match(await whyNot(`${base}/file.wav`, closed), /loopback address/);
    assert.match(await whyNot('file:///etc/passwd'), /scheme is not http/);
    const half = { ...open, allow: ['127.0.0.1/32'] };
    for (const place of ['http://127.0.0.2/x', 'http://169.254.169.254/', 'http://[::1]/x'])
      assert.match(await whyNot(`${base}/to/${encodeURIComponent(place)}`, half), /address/);
    const resolve: Resolve = (_host, _options, answer) =>
      answer(null, [{ address: '10.0.0.1', family: 4 }]);
    const downloads = openDownloads({ ...open, allow: [], resolve });
    const result = await downloads.fetch('http://files.example.com/x.wav');
    await downloads.close();
    assert.match(result.ok ? '' : result.why, /resolves to private address/);
  });
});
