import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LIMITS, mostUnderWay } from './limits.ts';

describe('mostUnderWay', () => {
  const most = (mute: boolean, prompt_count: number): number =>
    mostUnderWay({ mute, prompt_count }, LIMITS);

  it('begins low, grows by one with every prompt answer, and stops growing', () => {
    assert.deepEqual(
      [0, 1, 10, 48, 1_000].map((count) => most(false, count)),
      [16, 17, 26, 64, 64],
    );
  });

  it('is least for an endpoint that gives no answer, whatever it did before', () => {
    assert.equal(most(true, 1_000), 2);
  });

  it('never falls below where it begins, however it is set', () => {
    const odd = { ...LIMITS, in_flight_per_endpoint: 100, in_flight_per_prompt_endpoint: 10 };
    assert.equal(mostUnderWay({ mute: false, prompt_count: 5 }, odd), 100);
  });
});
