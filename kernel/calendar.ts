/** A day of the Gregorian calendar, in no particular time zone. Months count from 1. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export const DAY_MS = 86_400_000;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const MONTHS = 12;
/** Days from 0001-01-01 to 1970-01-01. */
const EPOCH_DAYS = 719_162;
const YEAR_DAYS = 365.2425;

/** Reads `2025-01-31`; null for any other text, and for days that no calendar has. */
export function dateFrom(text: string): CivilDate | null {
  const found = DATE.exec(text);
  if (found === null) return null;
  const [year = 0, month = 0, day = 0] = found.slice(1).map(Number);
  const known = month >= 1 && month <= MONTHS && day >= 1 && day <= daysInMonth(year, month);
  return known ? { year, month, day } : null;
}

export function textOfDate({ year, month, day }: CivilDate): string {
  const padded = (part: number, width: number): string => String(part).padStart(width, '0');
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days since 1970-01-01, fewer than none before it. */
export function dayNumber({ year, month, day }: CivilDate): number {
  let days = daysBefore(year) + day - 1;
  for (let earlier = 1; earlier < month; earlier += 1) days += daysInMonth(year, earlier);
  return days;
}

/** The number of the first day of a year: each before it has 365 days, leap years one more. */
function daysBefore(year: number): number {
  const past = year - 1;
  const leaps = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  return past * 365 + leaps - EPOCH_DAYS;
}

/** The day so many days after 1970-01-01. */
export function dateOfDay(number: number): CivilDate {
  const year = yearOfDay(number);
  let day = number - daysBefore(year) + 1;
  let month = 1;
  for (; day > daysInMonth(year, month); month += 1) day -= daysInMonth(year, month);
  return { year, month, day };
}

/** The mean length of a year hits the right one or its neighbour. */
function yearOfDay(number: number): number {
  const guess = Math.floor((number + EPOCH_DAYS) / YEAR_DAYS) + 1;
  if (number < daysBefore(guess)) return guess - 1;
  return number < daysBefore(guess + 1) ? guess : guess + 1;
}

export function daysAfter(date: CivilDate, days: number): CivilDate {
  return dateOfDay(dayNumber(date) + days);
}

/** The same day so many months on, or the last of that month where the month is shorter. */
export function monthsAfter({ year, month, day }: CivilDate, months: number): CivilDate {
  const whole = year * MONTHS + month - 1 + months;
  const there = { year: Math.floor(whole / MONTHS), month: (whole % MONTHS) + 1 };
  return { ...there, day: Math.min(day, daysInMonth(there.year, there.month)) };
}
