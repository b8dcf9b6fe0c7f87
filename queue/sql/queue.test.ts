import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '../../kernel/brand.ts';
import { rollerOf } from '../../kernel/random.ts';
import { manualClock } from '../../tests/conformance/manual_clock.ts';
import { describeQueue } from '../../tests/conformance/queue.ts';
import { RUNNING_MAX } from '../limits.ts';
import { Heap, type Timed } from '../../kernel/heap.ts';
import { openLocalQueue } from './queue.ts';

describeQueue('in process', () => {
  const clock = manualClock();
  const complaints: unknown[] = [];
  const queue = openLocalQueue(clock, (error) => complaints.push(error));
  return Promise.resolve({
    clock,
    queue,
    complaints,
    pass: (ms: number) => clock.advance(ms),
    join: null,
    dispose: () => queue.close(),
  });
});

describe('the local queue', () => {
  it('runs no more of a topic at once than it may, and all of them in the end', async () => {
    const clock = manualClock();
    const queue = openLocalQueue(clock);
    const finish: (() => void)[] = [];
    queue.work('call', () => new Promise((resolve) => finish.push(resolve)));
    const count = RUNNING_MAX.call + 3;
    for (let key = 0; key < count; key += 1) queue.wake('call', String(key), clock.now());
    await clock.settle();
    assert.equal(finish.length, RUNNING_MAX.call);
    finish.shift()?.();
    await clock.settle();
    assert.equal(finish.length, RUNNING_MAX.call);
    for (let ended = 0; ended < count; ended += 1, await clock.settle()) finish.shift()?.();
    assert.equal(finish.length, 0);
    await queue.close();
  });

  it('sets one alarm however many wakes wait, and none when closed', async () => {
    const clock = manualClock();
    const queue = openLocalQueue(clock);
    queue.work('call', () => Promise.resolve());
    for (let ms = 1; ms <= 50; ms += 1)
      queue.wake('call', String(ms), (clock.now() + ms) as Instant);
    assert.equal(clock.waiting, 1);
    await queue.close();
    assert.equal(clock.waiting, 0);
  });
});

describe('the heap', () => {
  it('always has the earliest first, whatever is added and removed', () => {
    const roll = rollerOf(7);
    const heap = new Heap<Timed>();
    const held: Timed[] = [];
    for (let step = 0; step < 3000; step += 1) {
      if (held.length === 0 || roll(100) < 55) {
        const item = { at: roll(500), place: 0 };
        held.push(item);
        heap.add(item);
      } else {
        const [item] = held.splice(roll(held.length), 1);
        if (item !== undefined) heap.remove(item);
      }
      const earliest = held.length === 0 ? undefined : Math.min(...held.map(({ at }) => at));
      assert.equal(heap.first()?.at, earliest);
    }
  });
});
