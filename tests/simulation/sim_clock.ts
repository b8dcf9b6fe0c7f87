import { setImmediate as turn } from 'node:timers/promises';
import type { Instant } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import { Heap } from '../../kernel/heap.ts';

/** One clock for a whole world: it goes on only while it is run, and never by itself. */
export interface SimClock extends Clock {
  /** Goes on to an instant, stopping at every moment something wants to be called back. */
  runTo(at: number): Promise<void>;
  /** How many callbacks are waiting. */
  readonly waiting: number;
}

interface Timer {
  at: number;
  place: number;
  gone: boolean;
  readonly wake: () => void;
}

/** Every world begins here. */
export const START = Date.UTC(2026, 10, 21);

/**
 * `turns` says how many turns of the event loop what was woken gets before time goes on: few make
 * a slow machine on which much is under way at once, many make one on which all settles.
 */
export function simClock(turns: () => number): SimClock {
  const timers = new Heap<Timer>();
  let now = START;
  let waiting = 0;

  const settle = async (): Promise<void> => {
    for (let left = turns(); left > 0; left -= 1) await turn();
  };
  return {
    now: () => now as Instant,
    wall: () => now as Instant,
    after: (ms, wake) => {
      const timer = { at: now + Math.max(0, ms), place: 0, gone: false, wake };
      timers.add(timer);
      waiting += 1;
      return () => {
        if (timer.gone) return;
        timer.gone = true;
        waiting -= 1;
        timers.remove(timer);
      };
    },
    runTo: async (at) => {
      await settle();
      for (let next = timers.first(); next !== undefined && next.at <= at; next = timers.first()) {
        timers.remove(next);
        next.gone = true;
        waiting -= 1;
        now = Math.max(now, next.at);
        next.wake();
        await settle();
      }
      now = Math.max(now, at);
    },
    get waiting() {
      return waiting;
    },
  };
}
