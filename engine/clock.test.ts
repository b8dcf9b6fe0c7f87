import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rollerOf } from '../kernel/random.ts';
import { systemClock } from './clock.ts';

describe('systemClock', () => {
  it('wakes what became due while it was moved, in order, at their times', async () => {
    const clock = systemClock();
    const start = clock.now();
    const roll = rollerOf(7);
    const rung: number[] = [];
    for (let each = 0; each < 200; each += 1) {
      const ms = 1_000 + roll(5_000_000);
      clock.after(ms, () => rung.push(clock.now() - start - ms));
    }
    await clock.advance(6_000_000);
    assert.equal(rung.length, 200);
    assert.ok(rung.every((late_ms) => late_ms >= 0 && late_ms < 1_000));
    assert.ok(clock.now() - start >= 6_000_000);
  });

  it('leaves alone what was cancelled or is not due yet', async () => {
    const clock = systemClock();
    const rung: string[] = [];
    const cancel = clock.after(10_000, () => rung.push('cancelled'));
    clock.after(20_000, () => rung.push('due'));
    clock.after(40_000, () => rung.push('later'));
    cancel();
    cancel();
    await clock.advance(30_000);
    assert.deepEqual(rung, ['due']);
    await clock.advance(10_000);
    assert.deepEqual(rung, ['due', 'later']);
  });

  it('wakes what is set while it is moved', async () => {
    const clock = systemClock();
    const rung: string[] = [];
    clock.after(1_000, () => clock.after(1_000, () => rung.push('second')));
    await clock.advance(2_000);
    assert.deepEqual(rung, ['second']);
  });

  it('waits for what it woke, as long as that is at work', async () => {
    const clock = systemClock();
    const rung: string[] = [];
    let busy = false;
    clock.after(1_000, () => {
      busy = true;
      setTimeout(() => {
        clock.after(1_000, () => rung.push('what follows'));
        busy = false;
      }, 20);
    });
    clock.after(5_000, () => rung.push('later'));
    await clock.advance(10_000, () => busy);
    assert.deepEqual(rung, ['what follows', 'later']);
  });

  it('runs by itself too, the earliest first', async () => {
    const clock = systemClock();
    const rung: string[] = [];
    const done = new Promise<void>((resolve) => {
      clock.after(30, () => (rung.push('second'), resolve()));
    });
    clock.after(5, () => rung.push('first'));
    // The clock keeps no process alive; the test does.
    const alive = setInterval(() => undefined, 1_000);
    await done;
    clearInterval(alive);
    assert.deepEqual(rung, ['first', 'second']);
  });
});
