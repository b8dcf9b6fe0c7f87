import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventIn, freshCall } from './stories.ts';
import { transition } from './transition.ts';

describe('credit', () => {
  it('is woken for more before what was granted ends, and hung up at that end', () => {
    let call = freshCall('');
    const timersAfter = (words: string, at: number): unknown => {
      call = transition(call, eventIn(words, call, at)).state;
      return [call.timers.credit, call.timers.talk, call.granted_ms, call.hold_micros];
    };
    assert.deepEqual(timersAfter('answered', 2_000), [47_000, 62_000, 60_000, 6_000]);
    assert.deepEqual(timersAfter('timer credit', 47_000), [null, 62_000, 60_000, 6_000]);
    assert.deepEqual(timersAfter('unpaid', 47_500), [50_500, 62_000, 60_000, 6_000]);
    assert.deepEqual(timersAfter('timer credit', 50_500), [null, 62_000, 60_000, 6_000]);
    assert.deepEqual(timersAfter('paid 66000', 50_600), [53_000, 68_000, 66_000, 6_600]);
    assert.deepEqual(timersAfter('paid 66000', 50_700), [53_000, 68_000, 66_000, 6_600]);
    assert.deepEqual(timersAfter('paid 60000', 50_800), [53_000, 68_000, 66_000, 6_600]);
    assert.deepEqual(timersAfter('unpaid', 65_000), [null, 68_000, 66_000, 6_600]);
    assert.deepEqual(timersAfter('paid 600000', 66_000), [null, 602_000, 600_000, 60_000]);
  });

  it('asks for more halfway through a grant too short for the usual lead', () => {
    const call = freshCall('granted=1001');
    const { timers } = transition(call, eventIn('answered', call, 2_000)).state;
    assert.deepEqual([timers.credit, timers.talk], [2_500, 3_001]);
  });
});
