import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf, report, simulate } from './simulate.ts';

/** As many worlds as fit into half a minute on a small machine. */
const SEEDS = 70;
const SEED_MAX = 1_000_000;

describe('the whole exchange in one process, on one clock', () => {
  it(`keeps every promise in ${SEEDS} worlds`, async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) await holds(seed);
  });

  it('keeps every promise in a world nobody has seen before', async (test) => {
    const seed = SEEDS + 1 + Math.floor(Math.random() * SEED_MAX);
    test.diagnostic(`seed ${seed}`);
    await holds(seed);
  });

  it('lives through the same world the same way', async () => {
    assert.equal(digestOf(await simulate(7)), digestOf(await simulate(7)));
    assert.notEqual(digestOf(await simulate(7)), digestOf(await simulate(8)));
  });
});

async function holds(seed: number): Promise<void> {
  const outcome = await simulate(seed);
  assert.ok(outcome.breaches.length === 0, report(outcome));
}
