import type { Ending } from '../../calls/cause.ts';
import { ending } from '../../calls/cause.ts';
import type { DialOutcome } from '../carrier.ts';

/** What a request to Twilio came to when it brought no resource. */
export type Failure =
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: number | null;
      readonly message: string;
      readonly retry_after_ms: number | null;
    }
  /** The request never left, or nobody knows how far it came. */
  | { readonly kind: 'network'; readonly word: string; readonly sent: boolean }
  /** The answer says that it was done, and cannot be read. */
  | { readonly kind: 'unreadable'; readonly message: string };

/** The six classes of a dial that Twilio answers; the seventh, success, brings a call. */
export type OutcomeClass = 'throttled' | 'failed' | 'number' | 'config' | 'request' | 'ambiguous';

const CODES: readonly (readonly [OutcomeClass, readonly number[]])[] = [
  ['throttled', [20429, 10004]],
  ['failed', [21203, 21214, 21215, 21216, 13225, 13227, 21202]],
  ['number', [21211, 21217, 13223, 13224]],
  ['config', [20003, 20005, 10001, 20404, 21210, 21212, 21219]],
  [
    'request',
    [
      ...[21201, 21205, 21206, 21208, 21209, 21213, 21218, 21221, 21222, 21223, 21224, 21225],
      ...[21226, 21227, 21228, 21229, 21234, 21262, 21263, 21626, 60200, 32018, 20001, 21609],
    ],
  ],
];
const CLASS_OF = new Map(CODES.flatMap(([name, codes]) => codes.map((code) => [code, name])));

/**
 * What a failed dial means. Whatever may have been done although it failed is ambiguous: a 5xx, a
 * lost answer, an answer that cannot be read.
 */
export function classOf(failure: Failure): OutcomeClass {
  if (failure.kind === 'network') return failure.sent ? 'ambiguous' : 'failed';
  if (failure.kind === 'unreadable') return 'ambiguous';
  const { status, code } = failure;
  if (status >= 500 || status < 400) return 'ambiguous';
  if (status === 429) return 'throttled';
  const known = code === null ? undefined : CLASS_OF.get(code);
  if (known !== undefined) return known;
  return status === 401 || status === 403 || status === 404 ? 'config' : 'request';
}

/** What to tell of a failed dial. */
export function outcomeOf(failure: Failure): DialOutcome {
  const name = classOf(failure);
  const detail = detailOf(name, failure);
  if (name === 'ambiguous') return { outcome: 'unknown', detail };
  const retry_after_ms = failure.kind === 'refused' ? failure.retry_after_ms : null;
  return { outcome: 'rejected', ending: endingOf(name, detail), retry_after_ms };
}

/** The number and our own mistakes are not the carrier's fault. */
function endingOf(name: OutcomeClass, detail: string): Ending {
  const failed = ending('failed', detail);
  return name === 'number' || name === 'request' ? { ...failed, blames_carrier: false } : failed;
}

function detailOf(name: OutcomeClass, failure: Failure): string {
  switch (failure.kind) {
    case 'refused':
      return `${name}: ${failure.code ?? failure.status} ${failure.message}`.slice(0, 300);
    case 'network':
      return `${name}: ${failure.word}`;
    case 'unreadable':
      return `${name}: ${failure.message}`.slice(0, 300);
  }
}

/** The call is not there, or not up: for whoever hangs up, that is what was wanted. */
export function isGone(failure: Failure): boolean {
  if (failure.kind !== 'refused') return false;
  return failure.status === 404 || failure.code === 21220 || failure.code === 20404;
}

/** Whether the same request may succeed a little later. */
export function isPassing(failure: Failure): boolean {
  const name = classOf(failure);
  return name === 'ambiguous' || name === 'throttled' || failure.kind === 'network';
}
