import { randomBytes } from 'node:crypto';
import type { Instant } from '../kernel/brand.ts';
import type { Chance, Clock } from '../kernel/clock.ts';
import { uuidFrom } from '../kernel/uuid.ts';

/** A clock that can be moved ahead of the wall, for tests; left alone it is the wall's time. */
export interface MovableClock extends Clock {
  /** Moves ahead and wakes whatever became due, in order. Resolves when the last was woken. */
  advance(ms: number): Promise<void>;
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

interface Alarm {
  readonly due: number;
  readonly wake: () => void;
  timer: NodeJS.Timeout | null;
}

/**
 * The process's clock. It never goes back: if the wall does, it stands still until the wall has
 * caught up, so that durations are never negative.
 */
class SystemClock implements MovableClock {
  readonly #alarms = new Set<Alarm>();
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
    const alarm: Alarm = { due: this.#time() + Math.max(0, ms), wake, timer: null };
    this.#alarms.add(alarm);
    this.#arm(alarm);
    return () => this.#disarm(alarm);
  }

  async advance(ms: number): Promise<void> {
    const goal = this.#time() + ms;
    for (let next = this.#first(); next !== null && next.due <= goal; next = this.#first()) {
      this.#moveTo(next.due);
      this.#disarm(next);
      next.wake();
      await settled();
    }
    this.#moveTo(goal);
    for (const alarm of this.#alarms) this.#arm(alarm);
  }

  #time(): number {
    return Date.now() + this.#ahead_ms;
  }

  #moveTo(time: number): void {
    this.#ahead_ms = Math.max(this.#ahead_ms, time - Date.now());
  }

  #arm(alarm: Alarm): void {
    if (alarm.timer !== null) clearTimeout(alarm.timer);
    const wait = Math.min(Math.max(0, alarm.due - this.#time()), WAIT_MS_MAX);
    alarm.timer = setTimeout(() => this.#fire(alarm), wait);
    alarm.timer.unref();
  }

  #disarm(alarm: Alarm): void {
    if (alarm.timer !== null) clearTimeout(alarm.timer);
    this.#alarms.delete(alarm);
  }

  #fire(alarm: Alarm): void {
    if (alarm.due - this.#time() > WAIT_MS_MAX) return this.#arm(alarm);
    this.#alarms.delete(alarm);
    alarm.wake();
  }

  #first(): Alarm | null {
    let first: Alarm | null = null;
    for (const alarm of this.#alarms) if (first === null || alarm.due < first.due) first = alarm;
    return first;
  }
}

/** The clock of a process. */
export function systemClock(): MovableClock {
  return new SystemClock();
}

/** Lets what was woken run until it waits for the outside: some turns of the event loop. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await new Promise((next) => setImmediate(next));
}

/** Draws ids with the operating system's randomness. */
export function systemChance(clock: Clock): Chance {
  return {
    uuid: () => uuidFrom(clock.now(), randomBytes(10).toString('hex')),
    hex: (bytes) => randomBytes(bytes).toString('hex'),
    fraction: () => Math.random(),
  };
}
