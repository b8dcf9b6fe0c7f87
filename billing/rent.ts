import { assert } from '../kernel/assert.ts';
import type { AccountId, Instant } from '../kernel/brand.ts';
import type { Micros } from '../kernel/money.ts';
import { micros } from '../kernel/money.ts';
import { type Zone, zoneOf } from '../kernel/zones.ts';
import { cycleFrom, periodAt, periodOf } from './cycle.ts';
import { type LedgerEntry, transfer } from './ledger.ts';

/** Months of numbers begin and end at midnight UTC. */
function utc(): Zone {
  const zone = zoneOf('UTC');
  assert(zone !== null, 'every Node knows UTC');
  return zone;
}

/** Until when a number is paid for with its first so many months; 0 is the month it was bought. */
export function paidUntil(tm_purchase: Instant, month: number): Instant {
  return periodOf(cycleFrom(tm_purchase, utc()), month).end;
}

/** The month that begins where a number's last paid one ends. */
export function monthFrom(tm_purchase: Instant, tm_renew: Instant): number {
  const period = periodAt(cycleFrom(tm_purchase, utc()), tm_renew);
  assert(period !== null, 'a number is paid for from its purchase on');
  return period.index;
}

/** What one month of a number costs, and whom. */
export interface Rent {
  readonly number_id: string;
  readonly number: string;
  readonly month: number;
  readonly account_id: AccountId;
  readonly currency: string;
  readonly amount_micros: Micros;
  readonly at: Instant;
}

/** The rent of one month: posted once, however often it is asked for. */
export function rentEntry(rent: Rent): LedgerEntry {
  const { number_id, number, month, account_id, currency, amount_micros, at } = rent;
  return transfer({
    id: `rent:${number_id}:${month}`,
    ...{ account_id, currency, at },
    into_wallet: micros(-amount_micros),
    against: 'revenue:numbers',
    detail: `number ${number}, month ${month + 1}`,
  });
}

/** Gives a rent back, where its number could not be had after all. */
export function rentBackEntry(rent: Rent): LedgerEntry {
  const { number_id, number, month, account_id, currency, amount_micros, at } = rent;
  return transfer({
    id: `rent_back:${number_id}:${month}`,
    ...{ account_id, currency, at },
    into_wallet: amount_micros,
    against: 'revenue:numbers',
    detail: `number ${number} could not be had`,
  });
}
