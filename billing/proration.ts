import { assert } from '../kernel/assert.ts';
import type { CivilDate } from '../kernel/calendar.ts';
import { dayNumber } from '../kernel/calendar.ts';
import { rounded } from '../kernel/rounding.ts';

/** Whole local days, from `start` up to and without `end`. */
export interface Days {
  readonly start: CivilDate;
  readonly end: CivilDate;
}

/** A part of a fee, in the fee's own unit. */
export interface Part {
  readonly days_used: number;
  readonly days_in_period: number;
  readonly amount: number;
}

/**
 * What of a fee falls to some days of its period, half up (B59). `period` is always the whole one,
 * also where a subscription began or ended inside it; days outside it count for nothing.
 */
export function prorated(fee: number, period: Days, used: Days): Part {
  const [first, last] = [dayNumber(period.start), dayNumber(period.end)];
  const days_in_period = last - first;
  assert(days_in_period > 0, 'a period has a day at least');
  assert(Number.isSafeInteger(fee), `a fee is a whole amount, not ${fee}`);
  const from = Math.max(first, dayNumber(used.start));
  const days_used = Math.max(0, Math.min(last, dayNumber(used.end)) - from);
  const parts = BigInt(fee) * BigInt(days_used);
  const amount = Number(rounded({ parts, of: BigInt(days_in_period) }));
  return { days_used, days_in_period, amount };
}

/** What a change of plan inside a paid period costs. All amounts in the unit of the fees. */
export interface PlanChange {
  readonly old_used: number;
  /** The rest of the old fee: both parts always add up to it. */
  readonly old_credit: number;
  readonly new_charge: number;
  /** What is to be paid; less than nothing is owed to the customer. */
  readonly net: number;
}

/** The day of the change belongs to the new plan. */
export function planChange(
  fees: { readonly old_fee: number; readonly new_fee: number },
  period: Days,
  on: CivilDate,
): PlanChange {
  const { old_fee, new_fee } = fees;
  const old_used = prorated(old_fee, period, { start: period.start, end: on }).amount;
  const new_charge = prorated(new_fee, period, { start: on, end: period.end }).amount;
  const old_credit = old_fee - old_used;
  return { old_used, old_credit, new_charge, net: new_charge - old_credit };
}
