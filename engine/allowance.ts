import type { Clock } from '../kernel/clock.ts';

/** Keys whose state is kept; the oldest is forgotten first, and starts afresh. */
const KEPT_MAX = 10_000;

/** So many at once for each key, and then one more every so many ms. */
export interface Allowance {
  take(key: string): boolean;
}

export function makeAllowance(clock: Clock, at_once: number, every_ms: number): Allowance {
  const kept = new Map<string, { readonly left: number; readonly at: number }>();
  return {
    take: (key) => {
      const now = clock.now();
      const was = kept.get(key) ?? { left: at_once, at: now };
      const left = Math.min(at_once, was.left + (now - was.at) / every_ms);
      const taken = left >= 1;
      kept.delete(key);
      kept.set(key, { left: taken ? left - 1 : left, at: now });
      if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value as string);
      return taken;
    },
  };
}
