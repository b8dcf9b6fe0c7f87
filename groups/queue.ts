import type { GroupId } from '../kernel/brand.ts';
import type { QueueSettings } from '../calls/queue_facts.ts';
import type { GroupFacts } from './group.ts';
import type { Line } from './queue_line.ts';

/** What a queue has seen since it was made. Spans in milliseconds. */
export interface QueueTotals {
  readonly incoming_count: number;
  readonly serviced_count: number;
  readonly abandoned_count: number;
  /** Of those served, how many within the threshold. */
  readonly within_count: number;
  /** Over those served. */
  readonly wait_ms_sum: number;
  readonly wait_ms_max: number;
  /** Over those whose service has ended. */
  readonly service_ended_count: number;
  readonly service_ms_sum: number;
}

/** Calls that wait for an agent, in the order in which they came. */
export interface Queue extends GroupFacts, QueueSettings {
  readonly kind: 'queue';
  readonly status: 'idle' | 'waiting';
  readonly line: Line;
  /** The calls that talk with an agent. */
  readonly serving: readonly GroupId[];
  /** The agent sought last: where the next turn begins. */
  readonly last_agent_id: GroupId | null;
  readonly totals: QueueTotals;
}

/** All that a queue is made of, before anything has happened. */
export type QueueDraft = QueueSettings & Pick<Queue, 'id' | 'customer_id' | 'tm_create'>;

/** How a queue does. Spans in milliseconds; null where there is nothing to count yet. */
export interface QueueFigures {
  readonly waiting_count: number;
  readonly service_count: number;
  readonly totals: QueueTotals;
  readonly wait_ms_average: number | null;
  readonly service_ms_average: number | null;
  /** Of all that were served or gave up, how many of a hundred were served within the threshold. */
  readonly service_level_percent: number | null;
}

export function figuresOf({ line, serving, totals }: Queue): QueueFigures {
  const { serviced_count, abandoned_count, within_count, service_ended_count } = totals;
  const over = serviced_count + abandoned_count;
  return {
    waiting_count: line.length,
    service_count: serving.length,
    totals,
    wait_ms_average: average(totals.wait_ms_sum, serviced_count),
    service_ms_average: average(totals.service_ms_sum, service_ended_count),
    service_level_percent: over === 0 ? null : Math.round((within_count / over) * 10_000) / 100,
  };
}

function average(sum: number, count: number): number | null {
  return count === 0 ? null : Math.round(sum / count);
}
