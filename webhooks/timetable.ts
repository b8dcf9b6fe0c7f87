import type { Instant } from '../kernel/brand.ts';
import { after } from '../kernel/instant.ts';
import type { SendResult } from './delivery.ts';

/** Delays between tries in seconds: twelve tries over a little more than three days. */
export const SCHEDULE_S: readonly number[] = [
  5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
];
/** The longest a `Retry-After` is believed: a slip in a header must not cost a day's notices. */
export const RETRY_AFTER_MS_MAX = 24 * 3_600_000;
/** Every delay is moved by up to this part of itself, so that retries do not come as one wave. */
export const JITTER = 0.15;

/** What follows a try. gone: the receiver said that nothing will ever be accepted here again. */
export type Verdict =
  | { readonly next: 'delivered' }
  | { readonly next: 'retry'; readonly at: Instant }
  | { readonly next: 'give_up' }
  | { readonly next: 'gone' };

export interface Tried {
  /** Tries so far, the one just made included. */
  readonly tries: number;
  readonly schedule_s: readonly number[];
  readonly now: Instant;
  /** A random part of one, [0, 1), for the jitter. */
  readonly fraction: number;
}

/**
 * Standard Webhooks 1.0.0, "Operational considerations": only 2xx is success, redirects are not
 * followed, 410 ends the endpoint, Retry-After of 429 and 503 puts the next try off.
 */
export function verdictOn(result: SendResult, tried: Tried): Verdict {
  if (isSuccess(result)) return { next: 'delivered' };
  if (result.result === 'answered' && result.status_code === 410) return { next: 'gone' };
  const delay_s = tried.schedule_s[tried.tries - 1];
  if (delay_s === undefined) return { next: 'give_up' };
  const jittered_ms = delay_s * 1_000 * (1 - JITTER + 2 * JITTER * tried.fraction);
  const delay_ms = Math.round(Math.max(jittered_ms, askedDelay(result) ?? 0));
  return { next: 'retry', at: after(tried.now, delay_ms) };
}

/** Only 2xx means that the receiver has the notice. */
export function isSuccess(result: SendResult): boolean {
  return result.result === 'answered' && result.status_code >= 200 && result.status_code < 300;
}

/** How long the receiver asks to be left alone, in ms, at most RETRY_AFTER_MS_MAX; or null. */
export function askedDelay(result: SendResult): number | null {
  if (result.result !== 'answered' || result.retry_after_ms === null) return null;
  if (result.status_code !== 429 && result.status_code !== 503) return null;
  return Math.min(Math.max(result.retry_after_ms, 0), RETRY_AFTER_MS_MAX);
}

/** Reads a Retry-After header (RFC 9110 §10.2.3): seconds or a date; null when it is neither. */
export function retryAfterMs(header: string | undefined, now: Instant): number | null {
  if (header === undefined) return null;
  if (/^\d{1,15}$/.test(header)) return Number(header) * 1_000;
  const at = /^[A-Z][a-z]{2,8},? /.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
