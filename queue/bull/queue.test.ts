import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Instant } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import { startRedis } from '../../scripts/services/redis.ts';
import { freePort } from '../../scripts/services/server.ts';
import { findTool } from '../../scripts/services/tools.ts';
import { describeQueue, type QueueBench } from '../../tests/conformance/queue.ts';
import type { Queue } from '../queue.ts';
import { openBullQueue } from './queue.ts';

const REDIS = process.env['TEST_REDIS'];

const clock: Clock = {
  now: () => Date.now() as Instant,
  wall: () => Date.now() as Instant,
  after: (ms, wake) => {
    const timer = setTimeout(wake, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** An emptied database of its own, which no other test file uses. */
async function makeBench(): Promise<QueueBench> {
  const url = new URL('/5', REDIS).href;
  const redis = new Redis(url);
  await redis.flushdb();
  redis.disconnect();
  const complaints: unknown[] = [];
  const open = (): Queue => openBullQueue(url, clock, (error) => complaints.push(error));
  const nodes = [open()];
  return {
    clock,
    queue: nodes[0] as Queue,
    complaints,
    pass: () => Promise.resolve(),
    join: () => {
      const node = open();
      nodes.push(node);
      return Promise.resolve(node);
    },
    dispose: async () => {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}

if (REDIS === undefined) it('bull', { skip: 'NO REDIS: TEST_REDIS is not set' }, () => undefined);
else describeQueue('bull', makeBench);

describe('bull without Redis', () => {
  it('keeps wakes for a Redis that is away, and goes on when it is back, empty', async (t) => {
    const program = findTool('redis');
    if (program === null || REDIS === undefined) return t.skip('NO REDIS');
    const port = await freePort();
    const queue = openBullQueue(`redis://127.0.0.1:${String(port)}`, clock, () => undefined);
    const worked: string[] = [];
    const hear = new Map<string, () => void>();
    const seen = (key: string): Promise<void> => new Promise((resolve) => hear.set(key, resolve));
    queue.work('call', (key) => {
      worked.push(key);
      hear.get(key)?.();
      return Promise.resolve();
    });
    const before = seen('before');
    queue.wake('call', 'before', clock.now());
    assert.equal(queue.isReady(), false);
    const first = await startRedis(program, port);
    await before;
    assert.equal(queue.isReady(), true);
    await first.stop('SIGKILL');
    while (queue.isReady()) await pause(5);
    const during = seen('during');
    queue.wake('call', 'during', clock.now());
    const second = await startRedis(program, port);
    await during;
    const after = seen('after');
    queue.wake('call', 'after', (clock.now() + 50) as Instant);
    await after;
    await queue.close();
    await second.stop();
    assert.deepEqual([...new Set(worked)], ['before', 'during', 'after']);
  });

  it('closes while Redis is away', async () => {
    const queue = openBullQueue(`redis://127.0.0.1:${String(await freePort())}`, clock, () => {
      // Refused connections are what this test is about.
    });
    queue.work('call', () => Promise.resolve());
    queue.wake('call', 'k', clock.now());
    queue.publish('news', 'unheard');
    await queue.close();
    assert.equal(queue.isReady(), false);
  });
});
