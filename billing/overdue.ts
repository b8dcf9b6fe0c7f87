import type { Instant } from '../kernel/brand.ts';
import type { CivilDate } from '../kernel/calendar.ts';
import { daysAfter } from '../kernel/calendar.ts';
import type { Zone } from '../kernel/zones.ts';
import { firstInstantOf, localDateAt } from '../kernel/zones.ts';

/** When an invoice has to be paid. */
export interface Terms {
  /** All of this day, in the account's zone. */
  readonly due_date: CivilDate;
  /** The first instant of the day after. */
  readonly tm_overdue: Instant;
}

/** A payment, credit note or write-off: it lowers what is owed. Taken back, it is less than 0. */
export interface Settlement {
  readonly at: Instant;
  readonly amount_minor: number;
}

/** An invoice as whoever wants to be paid sees it. */
export interface Debt {
  readonly total_minor: number;
  readonly tm_overdue: Instant;
  readonly settlements: readonly Settlement[];
}

export interface Standing {
  /** Never less than nothing: what was paid beyond the total is credit of the account (B85). */
  readonly balance_due_minor: number;
  readonly overdue: boolean;
}

/** The due date and when it has passed (B80). */
export function termsOf(issued_at: Instant, net_days: number, zone: Zone): Terms {
  const due_date = daysAfter(localDateAt(zone, issued_at), net_days);
  return { due_date, tm_overdue: firstInstantOf(zone, daysAfter(due_date, 1)) };
}

/** How an invoice stands at an instant: what was settled at that very instant counts. */
export function standingOf({ total_minor, tm_overdue, settlements }: Debt, at: Instant): Standing {
  const settled = settlements
    .filter((settlement) => settlement.at <= at)
    .reduce((sum, { amount_minor }) => sum + amount_minor, 0);
  const balance_due_minor = Math.max(0, total_minor - settled);
  return { balance_due_minor, overdue: at >= tm_overdue && balance_due_minor > 0 };
}

/** Whether a new outgoing call may be placed (B81, B83): debts never stop an emergency. */
export function mayPlaceCall({ overdue }: Standing, emergency: boolean): boolean {
  return emergency || !overdue;
}
