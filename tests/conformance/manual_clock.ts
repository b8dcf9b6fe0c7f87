import { setImmediate as turn } from 'node:timers/promises';
import type { Instant } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /**
   * Goes on by `ms`, stopping at every moment something wants to be called back, in order, and
   * letting everything that follows from it settle before it goes on.
   */
  advance(ms: number): Promise<void>;
  /** Lets promises settle without going on. */
  settle(): Promise<void>;
  /** How many callbacks are waiting. */
  readonly waiting: number;
}

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

const TURNS = 2;
/** What is busy for longer, in ms of real time, is taken to wait for the clock. */
const BUSY_MS_MAX = 2_000;

/**
 * A clock that begins at `start`; its wall time is the same. Before it goes on it lets promises
 * settle, and whatever `isBusy` says is under way.
 */
export function manualClock(
  start = Date.UTC(2026, 0, 1),
  isBusy: () => boolean = () => false,
): ManualClock {
  let now = start;
  const timers = new Set<Timer>();

  async function settle(): Promise<void> {
    const until = performance.now() + BUSY_MS_MAX;
    for (let quiet = 0; quiet < TURNS;) {
      await turn();
      quiet = isBusy() && performance.now() < until ? 0 : quiet + 1;
    }
  }

  return {
    now: () => now as Instant,
    wall: () => now as Instant,
    after(ms, wake) {
      const timer = { at: now + Math.max(0, ms), wake };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const target = now + ms;
      await settle();
      for (let next = first(timers); next !== null && next.at <= target; next = first(timers)) {
        timers.delete(next);
        now = Math.max(now, next.at);
        next.wake();
        await settle();
      }
      now = target;
    },
    settle,
    get waiting() {
      return timers.size;
    },
  };
}

/** The earliest; among equals the one that was asked for first. */
function first(timers: ReadonlySet<Timer>): Timer | null {
  let earliest: Timer | null = null;
  for (const timer of timers) if (earliest === null || timer.at < earliest.at) earliest = timer;
  return earliest;
}
