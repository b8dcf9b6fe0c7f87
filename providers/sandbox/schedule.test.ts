import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { manualClock } from '../../tests/conformance/manual_clock.ts';
import type { Instant } from '../../kernel/brand.ts';
import { rollerOf } from '../../kernel/random.ts';
import { Schedule, type Sleeper } from './schedule.ts';

interface Named extends Sleeper {
  readonly name: number;
}

function named(name: number): Named {
  return { name, due: 0 as Instant, place: -1 };
}

describe('a schedule', () => {
  it('wakes everyone once, when due and in order, whatever was moved or removed', async () => {
    const roll = rollerOf(7);
    const clock = manualClock(0);
    const woken: { name: number; at: number }[] = [];
    const schedule = new Schedule<Named>(clock, ({ name }) => {
      woken.push({ name, at: clock.now() });
    });
    const sleepers = Array.from({ length: 200 }, (_, name) => named(name));
    const wanted = new Map<number, number>();
    for (let turn = 0; turn < 2_000; turn += 1) {
      const sleeper = sleepers[roll(sleepers.length)] as Named;
      if (roll(4) === 0) {
        schedule.remove(sleeper);
        wanted.delete(sleeper.name);
      } else {
        const due = 1 + roll(500);
        schedule.set(sleeper, due as Instant);
        wanted.set(sleeper.name, due);
      }
    }
    await clock.advance(1_000);
    assert.deepEqual(new Map(woken.map(({ name, at }) => [name, at])), sorted(wanted, woken));
    assert.equal(woken.length, wanted.size);
    assert.deepEqual(
      woken.map(({ at }) => at),
      woken.map(({ at }) => at).toSorted((one, other) => one - other),
    );
    assert.ok(sleepers.every(({ place }) => place === -1));
  });

  it('takes one timer, however many sleep', () => {
    const clock = manualClock(0);
    const schedule = new Schedule<Named>(clock, () => undefined);
    for (let name = 0; name < 100; name += 1) schedule.set(named(name), (100 - name) as Instant);
    assert.equal(clock.waiting, 1);
    schedule.close();
    assert.equal(clock.waiting, 0);
  });

  it('wakes at once what is overdue, and what a sleeper sets while it wakes', async () => {
    const clock = manualClock(1_000);
    const woken: number[] = [];
    const again = named(2);
    const schedule = new Schedule<Named>(clock, ({ name }) => {
      woken.push(name);
      if (name === 1) schedule.set(again, 5 as Instant);
    });
    schedule.set(named(1), 10 as Instant);
    await clock.advance(0);
    assert.deepEqual(woken, [1, 2]);
  });
});

/** What was wanted, in the order of waking, so that the maps can be compared. */
function sorted(wanted: ReadonlyMap<number, number>, woken: readonly { name: number }[]) {
  return new Map(woken.map(({ name }) => [name, wanted.get(name)]));
}
