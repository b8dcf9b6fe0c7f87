import type { AttemptId, CallId } from '../kernel/brand.ts';
import type { LegStore, Unit } from '../store/store.ts';

/** Attempts whose call is remembered; of the others the store is asked. */
const ATTEMPTS_KEPT = 50_000;

/** Which call an attempt belongs to: what every notice of a carrier has to be asked. */
export interface AttemptBook {
  remember(unit: Unit): void;
  callOf(attempt_id: AttemptId): Promise<CallId | null>;
  size(): number;
}

export function makeAttemptBook(legs: Pick<LegStore, 'callOfAttempt'>): AttemptBook {
  const kept = new Map<AttemptId, CallId>();
  return {
    remember: ({ leg: { call }, attempts }) => {
      for (const { attempt } of attempts) kept.set(attempt.id, call.id);
      if (call.status === 'hangup') for (const attempt of call.attempts) kept.delete(attempt.id);
      if (kept.size > ATTEMPTS_KEPT) kept.delete(kept.keys().next().value as AttemptId);
    },
    callOf: async (attempt_id) => kept.get(attempt_id) ?? legs.callOfAttempt(attempt_id),
    size: () => kept.size,
  };
}
