import type { Clock } from '../../kernel/clock.ts';
import type { TimerName } from '../../sip/transactions/transaction.ts';

type Name = TimerName | 'trying';

/** The timers of one transaction: a timer started again replaces the one before. */
export interface Alarms {
  start(timer: Name, after_ms: number): void;
  stop(timer: Name): void;
  clear(): void;
}

export function makeAlarms(clock: Clock, fired: (timer: Name) => void): Alarms {
  const running = new Map<Name, () => void>();
  const stop = (timer: Name): void => {
    running.get(timer)?.();
    running.delete(timer);
  };
  return {
    start: (timer, after_ms) => {
      stop(timer);
      const cancel = clock.after(after_ms, () => {
        running.delete(timer);
        fired(timer);
      });
      running.set(timer, cancel);
    },
    stop,
    clear: () => {
      for (const cancel of running.values()) cancel();
      running.clear();
    },
  };
}
