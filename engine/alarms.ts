import type { Instant } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';

/**
 * Wakes calls at the moment they asked for. Lives in memory only: the same moment is a column of
 * the call's row, and the sweeper finds whatever a crash has made this forget.
 */
export interface Alarms<Id extends string> {
  /** Sets, moves or (null) clears the one alarm of a call or group. */
  set(id: Id, at: Instant | null): void;
  size(): number;
  /** Clears all, and sets none any more. */
  close(): void;
}

export function makeAlarms<Id extends string>(clock: Clock, wake: (id: Id) => void): Alarms<Id> {
  const set = new Map<Id, { readonly at: Instant; readonly cancel: () => void }>();
  let closed = false;
  return {
    size: () => set.size,
    close: () => {
      closed = true;
      for (const alarm of set.values()) alarm.cancel();
      set.clear();
    },
    set: (id, at) => {
      if (closed) return;
      const before = set.get(id);
      // Later than the alarm that is set: let that one ring and set this then. Calls put their
      // checks off with every event; moving a timer each time would cost more than a vain ring.
      if (before !== undefined && at !== null && before.at <= at) return;
      before?.cancel();
      if (at === null) {
        set.delete(id);
        return;
      }
      const ring = (): void => {
        set.delete(id);
        wake(id);
      };
      set.set(id, { at, cancel: clock.after(at - clock.now(), ring) });
    },
  };
}
