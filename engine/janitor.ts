import type { Instant } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import type { IdempotencyStore } from '../store/nodes.ts';
import type { Log } from './log.ts';

/** How long an Idempotency-Key is remembered: a day, after which the key is new again. */
const IDEMPOTENCY_MS = 24 * 3_600_000;
const EVERY_MS = 600_000;

/** Something that is thrown away when it has been kept long enough. */
export interface Chore {
  /** As told in the log when it fails. */
  readonly what: string;
  readonly keep_ms: number;
  /** Throws away what is older than an instant. */
  clear(before: Instant): Promise<unknown>;
}

export interface JanitorParts {
  readonly chores: readonly Chore[];
  readonly clock: Clock;
  readonly log: Log;
}

/** Throws away what has been kept long enough. Goes by the calls' clock, test clocks included. */
export function startJanitor({ chores, clock, log }: JanitorParts): () => void {
  let cancel: () => void = () => undefined;
  const sweep = (): void => {
    cancel = clock.after(EVERY_MS, sweep);
    for (const { what, keep_ms, clear } of chores)
      clear((clock.now() - keep_ms) as Instant).catch((error: unknown) =>
        log.error({ error }, `${what} could not be removed`),
      );
  };
  cancel = clock.after(EVERY_MS, sweep);
  return () => cancel();
}

/** Idempotency keys that are a day old. */
export function forgetKeys({ expire }: Pick<IdempotencyStore, 'expire'>): Chore {
  return { what: 'old idempotency keys', keep_ms: IDEMPOTENCY_MS, clear: expire };
}
