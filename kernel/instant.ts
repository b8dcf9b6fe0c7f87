import type { Instant } from './brand.ts';

/** RFC 3339 in UTC with milliseconds; null stays null. */
export function rfc3339(at: Instant): string;
export function rfc3339(at: Instant | null): string | null;
export function rfc3339(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

export function after(at: Instant, ms: number): Instant {
  return (at + ms) as Instant;
}
