import type { Instant } from './brand.ts';
import { DAY_MS, dateFrom, dayNumber } from './calendar.ts';

const RFC3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
const MINUTE_MS = 60_000;

/** RFC 3339 in UTC with milliseconds; null stays null. */
export function rfc3339(at: Instant): string;
export function rfc3339(at: Instant | null): string | null;
export function rfc3339(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/**
 * Reads RFC 3339, cut to the millisecond; null for any other text, and for days and times of day
 * that there are not. Leap seconds are refused: our clocks have none.
 */
export function instantFrom(text: string): Instant | null {
  const found = RFC3339.exec(text);
  if (found === null) return null;
  const [, day = '', hour, minute, second, fraction = '.0', sign = '+', ...zone] = found;
  const date = dateFrom(day);
  const [h = 0, m = 0, s = 0] = [hour, minute, second].map(Number);
  const [zone_h = 0, zone_m = 0] = zone.map((part: string | undefined) => Number(part ?? 0));
  if (date === null || h > 23 || m > 59 || s > 59 || zone_h > 23 || zone_m > 59) return null;
  const ms = Number(fraction.slice(1, 4).padEnd(3, '0'));
  const offset = (sign === '-' ? -1 : 1) * (zone_h * 60 + zone_m);
  const minutes = h * 60 + m - offset;
  return (dayNumber(date) * DAY_MS + minutes * MINUTE_MS + s * 1000 + ms) as Instant;
}

export function after(at: Instant, ms: number): Instant {
  return (at + ms) as Instant;
}
