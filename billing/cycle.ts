import { assert } from '../kernel/assert.ts';
import type { Instant } from '../kernel/brand.ts';
import type { CivilDate } from '../kernel/calendar.ts';
import { dayNumber, monthsAfter } from '../kernel/calendar.ts';
import type { Zone } from '../kernel/zones.ts';
import { firstInstantOf, localDateAt } from '../kernel/zones.ts';
import type { Days } from './proration.ts';

/**
 * How an account is billed, month by month. A new cycle takes over from an old one where zone or
 * anchor change; the numbers of the periods go on.
 */
export interface Cycle {
  /** Where the first of its periods starts. */
  readonly since: Instant;
  /** The local date that anniversaries are counted from, always from it itself (B52). */
  readonly anchor: CivilDate;
  readonly zone: Zone;
  /** The number of its first period; 0 for a new subscription. */
  readonly first_index: number;
  /** Months from the anchor to the end of its first period; 1 for a new subscription. */
  readonly first_months: number;
}

/** Half open: what happens at `end` belongs to the next one (B53). */
export interface Period {
  readonly index: number;
  readonly start: Instant;
  readonly end: Instant;
}

/** The cycle of a subscription, anchored at its local date (B50). */
export function cycleFrom(since: Instant, zone: Zone): Cycle {
  return { since, anchor: localDateAt(zone, since), zone, first_index: 0, first_months: 1 };
}

/** The local date on which a period ends and the next one starts (B51). */
export function endDateOf({ anchor, first_index, first_months }: Cycle, index: number): CivilDate {
  assert(
    Number.isSafeInteger(index) && index >= first_index - 1,
    `no period ${index} in the cycle`,
  );
  return monthsAfter(anchor, first_months + index - first_index);
}

export function periodOf(cycle: Cycle, index: number): Period {
  const { since, zone, first_index } = cycle;
  const first = index === first_index;
  return {
    index,
    start: first ? since : firstInstantOf(zone, endDateOf(cycle, index - 1)),
    end: firstInstantOf(zone, endDateOf(cycle, index)),
  };
}

/** The period an instant belongs to; null before the cycle begins. A call counts where it ended. */
export function periodAt(cycle: Cycle, at: Instant): Period | null {
  if (at < cycle.since) return null;
  const { first_index } = cycle;
  let index = Math.max(first_index, first_index + monthsUntil(cycle, at) - 1);
  let period = periodOf(cycle, index);
  while (at >= period.end) period = periodOf(cycle, ++index);
  return period;
}

/** Months from the end of the first period to an instant, give or take one. */
function monthsUntil(cycle: Cycle, at: Instant): number {
  const then = localDateAt(cycle.zone, at);
  const first = endDateOf(cycle, cycle.first_index);
  return (then.year - first.year) * 12 + then.month - first.month;
}

/**
 * Every period that is over and not yet invoiced, oldest first (B55): a run that was missed is made
 * up. `grace_ms` keeps a period open for usage that is told late (B58).
 */
export function periodsToInvoice(
  cycle: Cycle,
  last_invoiced_index: number,
  { now, grace_ms = 0 }: { readonly now: Instant; readonly grace_ms?: number },
): Period[] {
  const due: Period[] = [];
  const first = Math.max(cycle.first_index, last_invoiced_index + 1);
  for (let period = periodOf(cycle, first); period.end + grace_ms <= now;) {
    due.push(period);
    period = periodOf(cycle, period.index + 1);
  }
  return due;
}

/** The whole month that a period is, or was cut from: what fees are parts of (B59). */
export function wholeMonthOf(cycle: Cycle, index: number): Days {
  const months = cycle.first_months + index - cycle.first_index;
  return { start: monthsAfter(cycle.anchor, months - 1), end: monthsAfter(cycle.anchor, months) };
}

/**
 * The account moves to another zone (B56): the period under way ends as announced, and the next one
 * starts exactly there and ends with the anniversary in the new zone.
 */
export function withZone(cycle: Cycle, at: Instant, zone: Zone): Cycle {
  const { index, end } = underWay(cycle, at);
  const first_months = cycle.first_months + index - cycle.first_index + 1;
  return { since: end, anchor: cycle.anchor, zone, first_index: index + 1, first_months };
}

/**
 * Anniversaries are counted from another date, which lies ahead (B57). If it comes before the end
 * of the period under way, that one is cut there; else the next one is short. Either way no day is
 * billed twice. null: the date has passed already, or is more than a month past that end.
 */
export function withAnchor(cycle: Cycle, at: Instant, anchor: CivilDate): Cycle | null {
  const { zone } = cycle;
  const { index, start, end } = underWay(cycle, at);
  const boundary = firstInstantOf(zone, anchor);
  const last = firstInstantOf(zone, endDateOf(cycle, index + 1));
  const ahead = dayNumber(anchor) > dayNumber(localDateAt(zone, at));
  if (!ahead || boundary >= last) return null;
  if (boundary <= end) return { since: start, anchor, zone, first_index: index, first_months: 0 };
  return { since: end, anchor, zone, first_index: index + 1, first_months: 0 };
}

function underWay(cycle: Cycle, at: Instant): Period {
  const period = periodAt(cycle, at);
  assert(period !== null, 'a cycle that changes has begun');
  return period;
}
