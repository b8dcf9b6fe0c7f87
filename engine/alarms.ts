import type { CallId, Instant } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';

/**
 * Wakes calls at the moment they asked for. Lives in memory only: the same moment is a column of
 * the call's row, and the sweeper finds whatever a crash has made this forget.
 */
export interface Alarms {
  /** Sets, moves or (null) clears the one alarm of a call. */
  set(call_id: CallId, at: Instant | null): void;
  size(): number;
  /** Clears all, and sets none any more. */
  close(): void;
}

export function makeAlarms(clock: Clock, wake: (call_id: CallId) => void): Alarms {
  const set = new Map<CallId, { readonly at: Instant; readonly cancel: () => void }>();
  let closed = false;
  return {
    size: () => set.size,
    close: () => {
      closed = true;
      for (const alarm of set.values()) alarm.cancel();
      set.clear();
    },
    set: (call_id, at) => {
      if (closed) return;
      const before = set.get(call_id);
      // Later than the alarm that is set: let that one ring and set this then. Calls put their
      // checks off with every event; moving a timer each time would cost more than a vain ring.
      if (before !== undefined && at !== null && before.at <= at) return;
      before?.cancel();
      if (at === null) {
        set.delete(call_id);
        return;
      }
      const ring = (): void => {
        set.delete(call_id);
        wake(call_id);
      };
      set.set(call_id, { at, cancel: clock.after(at - clock.now(), ring) });
    },
  };
}
