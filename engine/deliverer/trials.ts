import { assert } from '../../kernel/assert.ts';
import type { Chance, Clock } from '../../kernel/clock.ts';
import type { DeliveryRow, DeliveryTry } from '../../store/journal.ts';
import type { SendResult, Sender } from '../../webhooks/delivery.ts';
import { askedDelay, isSuccess, verdictOn } from '../../webhooks/timetable.ts';
import type { Verdict } from '../../webhooks/timetable.ts';
import type { Metrics } from '../metrics.ts';
import { Writer, countedTries, refusedRow, triedRow, tryOf } from './attempt.ts';
import type { Book } from './book.ts';
import type { Health } from './health.ts';
import type { Job, Lane, Lanes, Line } from './lanes.ts';

export interface TrialsParts {
  readonly sender: Sender;
  readonly clock: Clock;
  readonly chance: Pick<Chance, 'fraction'>;
  readonly schedule_s: readonly number[];
  readonly metrics: Pick<Metrics, 'delivered'> | null;
  readonly lanes: Lanes;
  readonly book: Book;
  readonly health: Health;
  /** Answers that took longer count as slow. */
  readonly slow_ms: number;
  /** The first of a line was tried, and this follows. */
  tried(line: Line, verdict: Verdict): void;
}

/** A receiver that asks to be left alone is, in all its calls, up to this long. */
const HOLD_MS_MAX = 60_000;
/** Replays remembered as such; of more at once the log says 'retry'. */
const MANUAL_MAX = 100_000;

/** Makes one try after another, and sees to it that each is judged and written down. */
export class Trials {
  readonly #parts: TrialsParts;
  readonly #writer: Writer;
  /** Deliveries whose next try was asked for by hand. */
  readonly #manual = new Set<string>();

  constructor(parts: TrialsParts) {
    this.#parts = parts;
    this.#writer = new Writer(parts.clock);
  }

  /** The next try of this delivery will be one that was asked for by hand. */
  markManual(row: DeliveryRow): void {
    if (this.#manual.size < MANUAL_MAX) this.#manual.add(row.id);
  }

  /** Tries the first of a line, or ends it at once when its endpoint is closed. */
  begin(line: Line, now: number): void {
    const { desk } = line.lane;
    const job = line.jobs[0];
    assert(job !== undefined && desk !== null, 'what goes is a delivery to a known endpoint');
    const { endpoint, closed } = desk;
    if (endpoint === null || closed !== null) return this.#refuse(line, job, closed ?? '');
    this.#parts.lanes.began(line, now);
    const request = this.#writer.request(desk, endpoint, job.notice);
    void this.#parts.sender.send(request).then((result) => this.#end(line, job, result));
  }

  #refuse(line: Line, { row }: Job, closed: string): void {
    const { book, clock, tried } = this.#parts;
    book.add(refusedRow(row, closed, clock.now()), line);
    this.#manual.delete(row.id);
    tried(line, { next: 'give_up' });
  }

  #end(line: Line, { row }: Job, result: SendResult): void {
    const { clock, lanes, book, metrics, tried } = this.#parts;
    const wall = clock.wall();
    const { lane } = line;
    const made = tryOf(result, { at: clock.now(), trigger: this.#triggerOf(row) });
    const verdict = this.#judge(result, row, made.trigger);
    lanes.ended(lane, this.#paceOf(result), wall);
    const hold_ms = askedDelay(result);
    if (hold_ms !== null) lane.hold_until = wall + Math.min(hold_ms, HOLD_MS_MAX);
    book.add(triedRow(row, made, verdict), line);
    metrics?.delivered(outcomeOf(verdict), made.duration_ms);
    this.#account(lane, isSuccess(result), verdict);
    tried(line, verdict);
  }

  #judge(result: SendResult, row: DeliveryRow, trigger: DeliveryTry['trigger']): Verdict {
    const { clock, chance, schedule_s } = this.#parts;
    return verdictOn(result, {
      tries: countedTries(row.tries, trigger),
      schedule_s,
      now: clock.now(),
      fraction: chance.fraction(),
    });
  }

  #triggerOf(row: DeliveryRow): DeliveryTry['trigger'] {
    if (this.#manual.size > 0 && this.#manual.delete(row.id)) return 'manual';
    return row.tries.length === 0 ? 'first' : 'retry';
  }

  #paceOf(result: SendResult): 'promptly' | 'slowly' | 'never' {
    if (result.result !== 'answered') return 'never';
    return result.duration_ms <= this.#parts.slow_ms ? 'promptly' : 'slowly';
  }

  #account(lane: Lane, succeeded: boolean, verdict: Verdict): void {
    const endpoint = lane.desk?.endpoint ?? null;
    if (endpoint === null || lane.desk === null) return;
    if (verdict.next !== 'gone') return this.#parts.health.tried(endpoint, succeeded);
    // At once, not only when the row says so: what is next in line must not be sent any more.
    lane.desk = { ...lane.desk, closed: 'endpoint disabled' };
    this.#parts.health.disable(endpoint, 'gone');
  }
}

function outcomeOf(verdict: Verdict): 'delivered' | 'retried' | 'failed' {
  if (verdict.next === 'delivered') return 'delivered';
  return verdict.next === 'retry' ? 'retried' : 'failed';
}
