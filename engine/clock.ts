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
  timer: NodeJS.Timeout;
}

/**
 * The process's clock. It never goes back: if the wall does, it stands still until the wall has
 * caught up, so that durations are never negative.
 */
export function systemClock(): MovableClock {
  const alarms = new Set<Alarm>();
  let ahead_ms = 0;
  let latest = 0;
  const now = (): Instant => {
    latest = Math.max(latest, Date.now() + ahead_ms);
    return latest as Instant;
  };
  const fire = (alarm: Alarm): void => {
    const left = alarm.due - (Date.now() + ahead_ms);
    if (left > WAIT_MS_MAX) return rearm(alarm);
    alarms.delete(alarm);
    alarm.wake();
  };
  const rearm = (alarm: Alarm): void => {
    clearTimeout(alarm.timer);
    const wait = Math.max(0, alarm.due - (Date.now() + ahead_ms));
    alarm.timer = setTimeout(fire, Math.min(wait, WAIT_MS_MAX), alarm);
    alarm.timer.unref();
  };
  return {
    now,
    wall: () => Date.now() as Instant,
    after: (ms, wake) => {
      const due = Date.now() + ahead_ms + Math.max(0, ms);
      const alarm: Alarm = { due, wake, timer: undefined as unknown as NodeJS.Timeout };
      alarm.timer = setTimeout(fire, Math.min(Math.max(0, ms), WAIT_MS_MAX), alarm);
      alarm.timer.unref();
      alarms.add(alarm);
      return () => {
        clearTimeout(alarm.timer);
        alarms.delete(alarm);
      };
    },
    advance: async (ms) => {
      const goal = Date.now() + ahead_ms + ms;
      for (;;) {
        const next = [...alarms].reduce<Alarm | null>(
          (least, each) => (least === null || each.due < least.due ? each : least),
          null,
        );
        const until = Math.min(next?.due ?? goal, goal);
        ahead_ms = Math.max(ahead_ms, until - Date.now());
        if (next === null || next.due > goal) break;
        clearTimeout(next.timer);
        alarms.delete(next);
        next.wake();
        await settled();
      }
      for (const alarm of alarms) rearm(alarm);
    },
  };
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
