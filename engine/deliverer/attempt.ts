import type { Clock } from '../../kernel/clock.ts';
import type { Instant } from '../../kernel/brand.ts';
import type { Endpoint } from '../../store/rows.ts';
import type { DeliveryRow, DeliveryTry, NoticeRow } from '../../store/journal.ts';
import { bodyOf } from '../../webhooks/body.ts';
import type { Outgoing, SendResult } from '../../webhooks/delivery.ts';
import { signatureOf } from '../../webhooks/sign.ts';
import type { Verdict } from '../../webhooks/timetable.ts';
import { keysAt } from './desk.ts';
import type { Desk } from './desk.ts';

/** As much of an answer as the log keeps, in characters. */
export const RESPONSE_MAX = 1_024;
const ERROR_MAX = 300;
const USER_AGENT = 'Tandem-Webhooks/1';

/**
 * Writes notices as requests. All endpoints of a customer are sent the same body, one right after
 * the other, so the last one is remembered.
 */
export class Writer {
  readonly #clock: Clock;
  #notice: NoticeRow | null = null;
  #body = '';

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The request of one try, its signature stamped with the time of the try. A GET has the body as
   * well, as VoIPBIN's has: without it the receiver would learn nothing.
   */
  request(desk: Desk, endpoint: Endpoint, notice: NoticeRow): Outgoing {
    if (this.#notice !== notice) {
      this.#body = bodyOf(notice);
      this.#notice = notice;
    }
    const body = this.#body;
    const timestamp_s = Math.floor(this.#clock.wall() / 1_000);
    const keys = keysAt(desk, this.#clock.now());
    return {
      method: endpoint.method,
      url: endpoint.url,
      headers: {
        'content-type': 'application/json',
        'user-agent': USER_AGENT,
        'webhook-id': notice.id,
        'webhook-timestamp': String(timestamp_s),
        'webhook-signature': signatureOf(keys, { id: notice.id, timestamp_s, body }),
      },
      body,
    };
  }
}

/** What the log says about a try. */
export function tryOf(
  result: SendResult,
  { at, trigger }: { readonly at: Instant; readonly trigger: DeliveryTry['trigger'] },
): DeliveryTry {
  const answered = result.result === 'answered';
  return {
    at,
    trigger,
    status_code: answered ? result.status_code : null,
    duration_ms: result.result === 'blocked' ? 0 : result.duration_ms,
    error: answered ? null : result.error.slice(0, ERROR_MAX),
    response: answered && result.body !== '' ? result.body.slice(0, RESPONSE_MAX) : null,
  };
}

/** A delivery that is not tried because its endpoint is closed. It can be replayed later. */
export function refusedRow(row: DeliveryRow, closed: string, at: Instant): DeliveryRow {
  const trigger = row.tries.length === 0 ? 'first' : 'retry';
  const refused = { at, trigger, status_code: null, duration_ms: 0, error: closed, response: null };
  return {
    ...row,
    status: 'failed',
    tries: [...row.tries, { ...refused, trigger }],
    next_at: null,
  };
}

/** The row after a try. */
export function triedRow(row: DeliveryRow, made: DeliveryTry, verdict: Verdict): DeliveryRow {
  const tries = row.tries.length === 0 ? [made] : [...row.tries, made];
  if (verdict.next === 'delivered') return { ...row, status: 'delivered', tries, next_at: null };
  if (verdict.next === 'retry') return { ...row, tries, next_at: verdict.at };
  return { ...row, status: 'failed', tries, next_at: null };
}

/** Tries that count towards the timetable: a replay starts it anew. */
export function countedTries(tries: readonly DeliveryTry[], made: DeliveryTry['trigger']): number {
  if (made === 'manual') return 1;
  const replay = tries.findLastIndex((each) => each.trigger === 'manual');
  return replay === -1 ? tries.length + 1 : tries.length - replay + 1;
}
