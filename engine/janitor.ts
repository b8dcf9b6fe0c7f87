import type { Instant } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Store } from '../store/store.ts';
import type { Log } from './log.ts';
import type { NumberOffice } from './number_order.ts';

/** How long an Idempotency-Key is remembered: a day, after which the key is new again. */
export const IDEMPOTENCY_MS = 24 * 3_600_000;
/** How long it is known that a call was not taken, and how many such of a customer at most. */
const REFUSED_MS = 30 * 24 * 3_600_000;
const REFUSED_KEPT = 1_000;
const EVERY_MS = 600_000;

export interface JanitorParts {
  readonly store: Pick<Store, 'idempotency' | 'arrivals'>;
  readonly numbers: Pick<NumberOffice, 'renew' | 'settle'>;
  readonly also?: readonly Chore[];
  readonly clock: Clock;
  readonly log: Log;
}

export type Chore = readonly [says: string, work: (now: Instant) => Promise<unknown>];

/**
 * Throws away what has been kept long enough, and does what falls due by the month. Goes by the
 * calls' clock, test clocks included. Stopped, it has ended what it was at.
 */
export function startJanitor(parts: JanitorParts): () => Promise<void> {
  const { store, numbers, also = [], clock, log } = parts;
  const chores: readonly Chore[] = [
    [
      'old idempotency keys could not be removed',
      (now) => store.idempotency.expire((now - IDEMPOTENCY_MS) as Instant),
    ],
    [
      'old refused calls could not be removed',
      (now) => store.arrivals.forget((now - REFUSED_MS) as Instant, REFUSED_KEPT),
    ],
    ['numbers could not be settled', () => numbers.settle()],
    ['numbers could not be renewed', (now) => numbers.renew(now)],
    ...also,
  ];
  let cancel: () => void = () => undefined;
  let sweeping: Promise<unknown> = Promise.resolve();
  const done = ([says, work]: Chore): Promise<unknown> =>
    work(clock.now()).catch((error: unknown) => log.error({ error }, says));
  const sweep = (): void => {
    cancel = clock.after(EVERY_MS, sweep);
    // A sweep that takes long is not met by the next one.
    sweeping = sweeping.then(() => Promise.all(chores.map(done)));
  };
  cancel = clock.after(EVERY_MS, sweep);
  return async () => {
    cancel();
    await sweeping;
  };
}
