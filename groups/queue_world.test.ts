import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rollerOf } from '../kernel/random.ts';
import { broken, QueueWorld, unsettled } from './queue_world.ts';

const WORLDS = 300;
const STEPS = 600;
const CALLS = 12;

describe('queues, their calls and their agents together', () => {
  it('give every agent one call at a time and leave nobody stuck, whatever the order', () => {
    let served = 0;
    for (let seed = 1; seed <= WORLDS; seed += 1) {
      const roll = rollerOf(seed);
      const world = new QueueWorld(roll, 1 + roll(4));
      let calls = 0;
      for (let n = 0; n < STEPS; n += 1) {
        if (calls < CALLS && roll(30) === 0) world.call((calls += 1));
        world.step();
        assert.equal(broken(world), null, `seed ${seed}, step ${n}`);
      }
      world.rest();
      assert.equal(unsettled(world), null, `seed ${seed}`);
      for (const thing of world.things.values())
        if (thing.kind === 'queue') served += thing.totals.serviced_count;
    }
    assert.ok(served > WORLDS, 'calls are served in these worlds');
  });
});
