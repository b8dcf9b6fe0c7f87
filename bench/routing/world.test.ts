import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { POLICIES } from './policies.ts';
import type { Policy } from './policies.ts';
import { simulated } from './simulate.ts';
import { worldOf } from './world.ts';

const HOURS_8 = 8 * 3_600;

describe('routing in an invented world', () => {
  it('comes within two per cent of what could be known at all, ahead of the others', () => {
    const [cost, quality, ours, oracle] = simulated([11, 12], HOURS_8).map(
      ({ effective }) => effective,
    ) as [number, number, number, number];
    assert.ok(ours <= oracle * 1.02, `${ours} above ${oracle}`);
    assert.ok(ours < cost && ours < quality, `${ours} against ${cost} and ${quality}`);
    assert.ok(oracle <= ours);
  });
});

/** Our policy in a quiet world, and who leads it by right. */
function settled(): { policy: Policy; leader: number; second: number } {
  const make = POLICIES.find((each) => each(worldOf(1, 1)).name === 'tandem') ?? assert.fail();
  const policy = make(worldOf(1, 1));
  let second = 1;
  let leader = 0;
  for (; second < 3_600; second += 1) {
    [leader = 0] = policy.order(second);
    policy.hear(second, { carrier: leader, delivered: true, pdd_ms: 2_500 });
  }
  return { policy, leader, second };
}

describe('an outage of who leads', () => {
  it('is left within five calls (R5)', () => {
    const { policy, leader, second } = settled();
    for (let call = 0; call < 5; call += 1)
      if (policy.order(second + call)[0] === leader)
        policy.hear(second + call, { carrier: leader, delivered: false, pdd_ms: 2_500 });
    assert.notEqual(policy.order(second + 5)[0], leader);
  });

  it('is over within ten minutes of its end, without a person (R6)', () => {
    const { policy, leader, second } = settled();
    const end = second + 3_600;
    let back: number | null = null;
    for (let now = second; now < end + 600 && back === null; now += 1)
      for (const carrier of policy.order(now)) {
        const delivered = carrier !== leader || now >= end;
        policy.hear(now, { carrier, delivered, pdd_ms: 2_500 });
        if (carrier === leader && delivered) back = now - end;
        if (delivered) break;
      }
    assert.ok(back !== null, 'it gets traffic again');
  });
});
