import { randomBytes } from 'node:crypto';
import type { Instant } from '../kernel/brand.ts';
import type { Chance, Clock } from '../kernel/clock.ts';
import { Heap } from '../kernel/heap.ts';
import type { Timed } from '../kernel/heap.ts';
import { uuidFrom } from '../kernel/uuid.ts';

/** A clock that can be moved ahead of the wall, for tests; left alone it is the wall's time. */
export interface MovableClock extends Clock {
  /**
   * Moves ahead and wakes whatever became due, in order. Resolves when the last was woken. While
   * `isBusy` says so, what was woken gets the time it needs, before the clock goes on.
   */
  advance(ms: number, isBusy?: () => boolean): Promise<void>;
}

/** Calls back once, `ms` later. The answer cancels it. Never keeps a process alive. */
export type Later = (ms: number, wake: () => void) => () => void;

/** In the wall's time, however a test clock leaps: for what watches over the process itself. */
export const laterByTheWall: Later = (ms, wake) => {
  const timer = setTimeout(wake, ms).unref();
  return () => clearTimeout(timer);
};

/** setTimeout holds 31 bits of milliseconds; longer waits are taken in several. */
const WAIT_MS_MAX = 2 ** 31 - 1;

interface Alarm extends Timed {
  readonly wake: () => void;
  /** Whether it stands in the heap. */
  set: boolean;
}

/**
 * The process's clock. It never goes back: if the wall does, it stands still until the wall has
 * caught up, so that durations are never negative. All alarms share one timer of the runtime: most
 * are cancelled or put off, and a timer for each costs more than the event it guards.
 */
class SystemClock implements MovableClock {
  readonly #alarms = new Heap<Alarm>();
  #timer: NodeJS.Timeout | undefined;
  #armed_at = Infinity;
  #ahead_ms = 0;
  #latest = 0;

  now(): Instant {
    this.#latest = Math.max(this.#latest, this.#time());
    return this.#latest as Instant;
  }

  wall(): Instant {
    return Date.now() as Instant;
  }

  after(ms: number, wake: () => void): () => void {
    const alarm: Alarm = { at: this.#time() + Math.max(0, ms), place: -1, wake, set: true };
    this.#alarms.add(alarm);
    this.#arm();
    return () => this.#take(alarm);
  }

  async advance(ms: number, isBusy = (): boolean => false): Promise<void> {
    const goal = this.#time() + ms;
    for (let next = this.#alarms.first(); next !== undefined; next = this.#alarms.first()) {
      if (next.at > goal) break;
      this.#moveTo(next.at);
      this.#take(next);
      next.wake();
      await settled(isBusy);
    }
    this.#moveTo(goal);
    this.#armed_at = Infinity;
    this.#arm();
  }

  #time(): number {
    return Date.now() + this.#ahead_ms;
  }

  #moveTo(time: number): void {
    this.#ahead_ms = Math.max(this.#ahead_ms, time - Date.now());
  }

  #take(alarm: Alarm): void {
    if (!alarm.set) return;
    alarm.set = false;
    this.#alarms.remove(alarm);
  }

  #arm(): void {
    const first = this.#alarms.first();
    if (first === undefined || this.#armed_at <= first.at) return;
    clearTimeout(this.#timer);
    this.#armed_at = first.at;
    const wait = Math.min(Math.max(1, first.at - this.#time()), WAIT_MS_MAX);
    this.#timer = setTimeout(() => this.#ring(), wait);
    this.#timer.unref();
  }

  #ring(): void {
    this.#armed_at = Infinity;
    try {
      for (let first = this.#alarms.first(); first !== undefined; first = this.#alarms.first()) {
        if (first.at > this.#time()) break;
        this.#take(first);
        first.wake();
      }
    } finally {
      this.#arm();
    }
  }
}

/** The clock of a process. */
export function systemClock(): MovableClock {
  return new SystemClock();
}

/** So long may what was woken keep a moved clock waiting, in ms of real time. */
const BUSY_MS_MAX = 500;

/** Lets what was woken run until it waits for the outside: some turns of the event loop. */
async function settled(isBusy: () => boolean): Promise<void> {
  const until = performance.now() + BUSY_MS_MAX;
  do for (let turn = 0; turn < 6; turn += 1) await new Promise((next) => setImmediate(next));
  while (isBusy() && performance.now() < until);
}

/** Draws ids with the operating system's randomness. */
export function systemChance(clock: Clock): Chance {
  return {
    uuid: () => uuidFrom(clock.now(), randomBytes(10).toString('hex')),
    hex: (bytes) => randomBytes(bytes).toString('hex'),
    fraction: () => Math.random(),
  };
}
