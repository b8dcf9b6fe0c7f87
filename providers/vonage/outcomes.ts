import { ending } from '../../calls/cause.ts';
import type { DialOutcome } from '../carrier.ts';

/** What a request to Vonage came to when it brought nothing. */
export type Failure =
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly message: string;
      readonly retry_after_ms: number | null;
    }
  /** The request never left, or nobody knows how far it came. */
  | { readonly kind: 'network'; readonly word: string; readonly sent: boolean }
  /** The answer says that it was done, and cannot be read. */
  | { readonly kind: 'unreadable'; readonly message: string };

export type OutcomeClass = 'throttled' | 'failed' | 'config' | 'request' | 'ambiguous';

const CONFIG: readonly number[] = [401, 402, 403, 404];
const REQUEST: readonly number[] = [400, 422];

/** What a failed dial means. Whatever may have been done although it failed is ambiguous. */
export function classOf(failure: Failure): OutcomeClass {
  if (failure.kind === 'network') return failure.sent ? 'ambiguous' : 'failed';
  if (failure.kind === 'unreadable') return 'ambiguous';
  const { status } = failure;
  if (status >= 500 || status < 400) return 'ambiguous';
  if (status === 429) return 'throttled';
  if (CONFIG.includes(status)) return 'config';
  return REQUEST.includes(status) ? 'request' : 'failed';
}

/** What to tell of a failed dial. Our own mistakes are not the carrier's fault. */
export function outcomeOf(failure: Failure): DialOutcome {
  const name = classOf(failure);
  const detail = `${name}: ${textOf(failure)}`.slice(0, 300);
  if (name === 'ambiguous') return { outcome: 'unknown', detail };
  const how = { ...ending('failed', detail), blames_carrier: name !== 'request' };
  const retry_after_ms = failure.kind === 'refused' ? failure.retry_after_ms : null;
  return { outcome: 'rejected', ending: how, retry_after_ms };
}

function textOf(failure: Failure): string {
  if (failure.kind === 'refused') return `${failure.status} ${failure.message}`;
  return failure.kind === 'network' ? failure.word : failure.message;
}

/** There is no such call, or it is over: of those Vonage knows nothing any more. */
export function isGone(failure: Failure): boolean {
  return failure.kind === 'refused' && failure.status === 404;
}

/** Whether the same request may succeed a little later. */
export function isPassing(failure: Failure): boolean {
  const name = classOf(failure);
  return name === 'ambiguous' || name === 'throttled' || failure.kind === 'network';
}
