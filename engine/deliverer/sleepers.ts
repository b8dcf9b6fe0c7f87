import type { Instant } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Queue } from '../../queue/queue.ts';
import { fromWakeKey, wakeKey } from './desk.ts';
import type { Lanes, Line } from './lanes.ts';

export interface SleepersParts {
  readonly lanes: Lanes;
  readonly clock: Clock;
  readonly queue: Queue;
  /** A line that slept is due. */
  woken(line: Line): void;
}

const SECOND_MS = 1_000;
/** Lines asleep for less wake by a timer of this process; for longer by the queue. */
const TIMER_MS_MAX = 5_000;
/** The channel on which a node passes on a wake-up that was another's. */
const CHANNEL = 'delivery';

/**
 * Lines that wait for their next try. Timers and the queue wake them to the millisecond; both may
 * forget, so that every second those that are due are looked up besides.
 */
export class Sleepers {
  readonly #parts: SleepersParts;
  /** By the second in which they are due. What was woken otherwise is found here once more. */
  readonly #seconds = new Map<number, Line[]>();
  readonly #cancel: () => void;
  #stopped = false;

  constructor(parts: SleepersParts) {
    this.#parts = parts;
    parts.queue.work('delivery', async (key) => this.#called(key));
    this.#cancel = parts.queue.subscribe(CHANNEL, (key) => void this.#heard(key));
  }

  /** Puts a line to sleep. Nothing of it stays in memory: SQL knows it all. */
  add(line: Line, due: Instant): void {
    const { lanes, clock, queue } = this.#parts;
    lanes.put(line, []);
    line.state = 'asleep';
    line.due = due;
    line.more = true;
    const second = Math.ceil(due / SECOND_MS);
    const beside = this.#seconds.get(second);
    if (beside === undefined) this.#seconds.set(second, [line]);
    else beside.push(line);
    const ms = due - clock.now();
    if (ms <= TIMER_MS_MAX) clock.after(ms, () => this.#rouse(line));
    else queue.wake('delivery', wakeKey(line.lane.endpoint_id, line.order_key), due);
  }

  /** Wakes everything that is due. */
  look(): void {
    const now = this.#parts.clock.now();
    const seconds = [...this.#seconds.keys()].filter((second) => second * SECOND_MS <= now);
    for (const second of seconds.sort((one, other) => one - other)) {
      const lines = this.#seconds.get(second) ?? [];
      this.#seconds.delete(second);
      for (const line of lines) this.#rouse(line);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #rouse(line: Line): void {
    if (this.#stopped || line.state !== 'asleep' || line.due > this.#parts.clock.now()) return;
    this.#parts.woken(line);
  }

  /** The queue wakes any one node; a line that is not ours to wake is called out to the others. */
  #called(key: string): void {
    if (!this.#heard(key)) this.#parts.queue.publish(CHANNEL, key);
  }

  #heard(key: string): boolean {
    const { endpoint_id, order_key } = fromWakeKey(key);
    const line = this.#parts.lanes.all.get(endpoint_id)?.lines.get(order_key);
    if (line !== undefined) this.#rouse(line);
    return line !== undefined;
  }
}
