import type { CallId, EventId, Instant } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import type { TimerName } from '../calls/call.ts';
import type { LegStore } from '../store/store.ts';
import type { Later } from './clock.ts';
import type { Log } from './log.ts';
import type { Loop } from './loop.ts';

/** How often calls are looked for whose alarm was lost, and how many at a time. */
const SWEEP_MS = 500;
const BATCH = 500;

export interface SweeperParts {
  readonly loop: Loop;
  readonly legs: LegStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly later: Later;
  /** What else is to be looked for at every sweep. */
  also(): Promise<void>;
}

/** Fires every timer of a call that is due. A timer that has been set anew since is left alone. */
async function wakeCall({ loop, clock }: SweeperParts, call_id: CallId): Promise<void> {
  const leg = await loop.leg(call_id);
  if (leg === null) return;
  const now = clock.now();
  for (const [timer, due] of Object.entries(leg.call.timers) as [TimerName, Instant | null][]) {
    if (due === null || due > now) continue;
    const id = `t:${timer}:${due}` as EventId;
    await loop.handle({ call_id, id, fact: { type: 'timer_fired', timer, due } });
  }
}

/** The same for an alarm, which nobody waits for. */
export function ringCall(parts: SweeperParts, call_id: CallId): void {
  const failed = (error: unknown): void =>
    parts.log.error({ call_id, error }, 'a timer could not be told; the sweep will');
  wakeCall(parts, call_id).catch(failed);
}

/**
 * Finds calls whose moment has passed unnoticed: after a crash, or when their node is gone.
 * Stopped, it resolves when nothing of it is under way any more.
 */
export function startSweeper(parts: SweeperParts): () => Promise<void> {
  let stopped = false;
  let under_way: Promise<void> = Promise.resolve();
  const sweep = async (): Promise<void> => {
    const late = await parts.legs.overdue(parts.clock.now(), BATCH);
    for (const call_id of late) {
      if (stopped) return;
      await wakeCall(parts, call_id);
    }
    if (!stopped) await parts.also();
  };
  const again = (): void => {
    if (stopped) return;
    parts.later(SWEEP_MS, () => {
      if (stopped) return;
      under_way = sweep()
        .catch((error: unknown) => parts.log.error({ error }, 'the sweep for due calls failed'))
        .finally(again);
    });
  };
  again();
  return () => {
    stopped = true;
    return under_way;
  };
}
