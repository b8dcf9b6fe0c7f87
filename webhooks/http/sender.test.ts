import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import {
  ALLOWED_ADDRESSES,
  BLOCKED_ADDRESSES,
  describeSender,
} from '../../tests/conformance/sender.ts';
import { makeGuard } from './guard.ts';
import type { Resolve } from './lookup.ts';
import { openSender } from './sender.ts';
import { openThreadedSender } from './threaded.ts';

describeSender('http', openSender);
describeSender('threaded http', openThreadedSender);

describe('the guard', () => {
  it('closes 43 addresses and leaves 8 open', () => {
    const guard = makeGuard([]);
    assert.deepEqual([BLOCKED_ADDRESSES.length, ALLOWED_ADDRESSES.length], [43, 8]);
    for (const address of BLOCKED_ADDRESSES) assert.notEqual(guard.blocks(address), null, address);
    for (const address of ALLOWED_ADDRESSES) assert.equal(guard.blocks(address), null, address);
    for (const text of ['', 'example.com', '1.2.3', 'fe80::1%eth0', '::7f00:1', '8000::1'])
      assert.notEqual(guard.blocks(text), null, text);
  });

  it('opens exactly the ranges it is told to', () => {
    const guard = makeGuard(['10.1.0.0/16', 'fd00::/8']);
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fdee::1'])
      assert.equal(guard.blocks(address), null, address);
    for (const address of ['10.2.0.1', '127.0.0.1', 'fe80::1'])
      assert.notEqual(guard.blocks(address), null, address);
    assert.throws(() => makeGuard(['10.0.0.0']));
  });
});

describe('a name whose addresses change', () => {
  it('never leads to a closed address', async (t) => {
    let reached = 0;
    const victim = createServer((_request, response) => {
      reached += 1;
      response.end('secret');
    });
    await new Promise<void>((resolve) => victim.listen(0, '127.0.0.1', resolve));
    t.after(() => victim.close());
    const { port } = victim.address() as AddressInfo;
    let asked = 0;
    // Public when a checker would look, loopback when the connection is made.
    const resolve: Resolve = (_host, _options, answer) => {
      asked += 1;
      answer(null, [{ address: asked % 2 === 1 ? '127.0.0.1' : '203.0.114.1', family: 4 }]);
    };
    const sender = openSender({ timeout_ms: 300, allow: [], resolve });
    t.after(() => sender.close());
    const url = `http://rebind.example:${port}/`;
    assert.equal(sender.refusal(url), null, 'a name alone says nothing');
    const sends = Array.from({ length: 20 }, () =>
      sender.send({ method: 'POST', url, headers: {}, body: '{}' }),
    );
    const results = await Promise.all(sends);
    assert.equal(reached, 0);
    assert(asked >= 2);
    assert(results.some((each) => each.result === 'blocked'));
    assert(results.every((each) => each.result !== 'answered'));
  });

  it('uses the open addresses of a name that has both', async (t) => {
    const server = createServer((_request, response) => response.writeHead(204).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const resolve: Resolve = (_host, _options, answer) => {
      answer(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '127.0.0.2', family: 4 },
      ]);
    };
    const sender = openSender({ timeout_ms: 2_000, allow: ['127.0.0.2/32'], resolve });
    t.after(() => sender.close());
    const url = `http://both.example:${port}/`;
    const result = await sender.send({ method: 'POST', url, headers: {}, body: null });
    assert(result.result === 'answered', JSON.stringify(result));
  });
});
