import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { BODY_BYTES_MAX } from '../../api/body.ts';
import { type ApiBench, openBench, type Reply } from './api_bench.ts';

describe('bodies', () => {
  let bench: ApiBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());
  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
    bench.send('POST', '/v1/flows/validate', { body, headers });

  const cases: readonly (readonly [string, unknown, Record<string, string>, number, string])[] = [
    ['no JSON', '{"actions": [', {}, 400, 'invalid_json'],
    ['nothing', '', {}, 400, 'invalid_json'],
    ['null', 'null', {}, 400, 'invalid_request'],
    ['what is not UTF-8', Uint8Array.from([0x22, 0xff, 0x22]), {}, 400, 'invalid_json'],
    ['a prototype', '{"actions": [], "__proto__": {"admin": true}}', {}, 400, 'invalid_json'],
    ['a prototype deep inside', '{"actions": [{"a": {"__proto__": 1}}]}', {}, 400, 'invalid_json'],
    ['a prototype in disguise', '{"actions": [], "\\u005f_proto__": 1}', {}, 400, 'invalid_json'],
    ['a constructor', '{"actions": [], "constructor": {}}', {}, 400, 'invalid_json'],
    [
      'a form',
      'a=1',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'unsupported_media_type',
    ],
    [
      'another charset',
      '{}',
      { 'content-type': 'application/json; charset=latin1' },
      415,
      'unsupported_media_type',
    ],
    ['a compressed body', '{}', { 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
    [
      'one byte too many',
      `{"actions":["${'x'.repeat(BODY_BYTES_MAX - 15)}"]}`,
      {},
      413,
      'body_too_large',
    ],
    ['2 MB', `"${'x'.repeat(2 * BODY_BYTES_MAX)}"`, {}, 413, 'body_too_large'],
    ['20 MB', `"${'x'.repeat(20 * BODY_BYTES_MAX)}"`, {}, 413, 'body_too_large'],
  ];
  for (const [what, body, headers, status, code] of cases)
    it(`of ${what} are refused`, async () => {
      const reply = await post(body, headers);
      const error = reply.body['error'] as { code: string };
      assert.deepEqual([reply.status, error.code], [status, code]);
    });

  it('of exactly 1 MB are taken', async () => {
    const body = `{"actions":["${'x'.repeat(BODY_BYTES_MAX - 16)}"]}`;
    assert.equal(Buffer.byteLength(body), BODY_BYTES_MAX);
    assert.equal((await post(body)).status, 200);
  });

  it('may say that they are UTF-8, and may speak of constructors', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const actions = [{ type: 'talk', option: { text: 'our "constructor" and __proto__' } }];
    assert.equal((await post({ actions }, headers)).body['valid'], true);
  });

  it('leave the prototype of everything alone', () => {
    assert.equal(({} as Record<string, unknown>)['admin'], undefined);
  });

  it('are answered as JSON even when the request is no HTTP', async () => {
    const text = await raw(bench.url, 'NONSENSE\r\n\r\n');
    assert.match(text, /^HTTP\/1\.1 400 /);
    assert.equal(errorIn(text).type, 'invalid_request_error');
    const header = `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`;
    assert.match(await raw(bench.url, header), /^HTTP\/1\.1 431 /);
  });

  it('whose length is a lie are refused', async () => {
    const head = 'POST /v1/flows/validate HTTP/1.1\r\nHost: x\r\n';
    const both = `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`;
    assert.match(await raw(bench.url, both), /^HTTP\/1\.1 400 /);
    assert.match(await raw(bench.url, `${head}Content-Length: -1\r\n\r\n`), /^HTTP\/1\.1 400 /);
  });
});

/** Sends bytes and answers all that comes until the server closes. */
function raw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}

function errorIn(text: string): { type: string } {
  const body = JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) as { error: { type: string } };
  return body.error;
}
