import type { Clock } from '../kernel/clock.ts';

/** What a bucket said: whether the request may go on, and what its headers tell. */
export interface Verdict {
  readonly ok: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the bucket is full again. */
  readonly reset_s: number;
  /** Seconds until one more request is let through. */
  readonly retry_after_s: number;
}

/** Token buckets in memory, one a name. Each node counts for itself. */
export interface Limits {
  take(name: string): Verdict;
  /** Whether take would let one through; takes nothing. */
  has(name: string): boolean;
}

interface Bucket {
  tokens: number;
  at: number;
}

const BUCKETS_MAX = 50_000;
const FREE: Verdict = { ok: true, limit: 0, remaining: 0, reset_s: 0, retry_after_s: 0 };

/** `per_s` requests a second, and twice as many at once after a rest. 0 = no limit. */
export function makeLimits(clock: Clock, per_s: number): Limits {
  if (per_s === 0) return { take: () => FREE, has: () => true };
  const burst = Math.ceil(per_s * 2);
  const buckets = new Map<string, Bucket>();
  const filled = (name: string): Bucket => {
    const now = clock.wall();
    const bucket = buckets.get(name) ?? { tokens: burst, at: now };
    const gained = (Math.max(0, now - bucket.at) * per_s) / 1_000;
    bucket.tokens = Math.min(burst, bucket.tokens + gained);
    bucket.at = now;
    if (buckets.size >= BUCKETS_MAX) buckets.clear();
    buckets.set(name, bucket);
    return bucket;
  };
  return {
    has: (name) => filled(name).tokens >= 1,
    take: (name) => {
      const bucket = filled(name);
      const ok = bucket.tokens >= 1;
      if (ok) bucket.tokens -= 1;
      return {
        ok,
        limit: burst,
        remaining: Math.floor(bucket.tokens),
        reset_s: Math.ceil((burst - bucket.tokens) / per_s),
        retry_after_s: Math.max(1, Math.ceil((1 - bucket.tokens) / per_s)),
      };
    },
  };
}
