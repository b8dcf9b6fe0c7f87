import type { Instant } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import type { IdempotencyStore } from '../store/nodes.ts';
import type { Log } from './log.ts';

/** How long an Idempotency-Key is remembered: a day, after which the key is new again. */
export const IDEMPOTENCY_MS = 24 * 3_600_000;
const EVERY_MS = 600_000;

export interface JanitorParts {
  readonly idempotency: IdempotencyStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Throws away what has been kept long enough. Goes by the calls' clock, test clocks included. */
export function startJanitor({ idempotency, clock, log }: JanitorParts): () => void {
  let cancel: () => void = () => undefined;
  const sweep = (): void => {
    cancel = clock.after(EVERY_MS, sweep);
    idempotency
      .expire((clock.now() - IDEMPOTENCY_MS) as Instant)
      .catch((error: unknown) => log.error({ error }, 'old idempotency keys could not be removed'));
  };
  cancel = clock.after(EVERY_MS, sweep);
  return () => cancel();
}
