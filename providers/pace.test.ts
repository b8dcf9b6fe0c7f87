import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { manualClock } from '../tests/conformance/manual_clock.ts';
import { Pace } from './pace.ts';

describe('a pace', () => {
  it('spaces turns out, and refuses who would wait too long', async () => {
    const clock = manualClock(0);
    const pace = new Pace(clock, { per_s: 2, wait_ms_max: 1_000 });
    const at: number[] = [];
    const turns = [0, 1, 2, 3].map(async () => {
      const turn = await pace.turn();
      if (turn.granted) at.push(clock.now());
      return turn;
    });
    await clock.advance(5_000);
    assert.deepEqual(at, [0, 500, 1_000]);
    assert.deepEqual(await turns[3], { granted: false, retry_after_ms: 1_500 });
  });

  it('goes at half its speed for a minute after a refusal', async () => {
    const clock = manualClock(0);
    const pace = new Pace(clock, { per_s: 10, wait_ms_max: 10_000 });
    pace.slowDown();
    const at: number[] = [];
    for (let n = 0; n < 3; n += 1) void pace.turn().then(() => at.push(clock.now()));
    await clock.advance(70_000);
    assert.deepEqual(at, [0, 200, 400]);
    for (let n = 0; n < 2; n += 1) void pace.turn().then(() => at.push(clock.now()));
    await clock.advance(1_000);
    assert.deepEqual(at.slice(3), [70_000, 70_100]);
  });
});
