import { assert } from '../kernel/assert.ts';
import { micros } from '../kernel/money.ts';
import type { Micros } from '../kernel/money.ts';
import { floorOf, rounded } from '../kernel/rounding.ts';

/** What an invoice adds up to. `_minor` is in the smallest coins of its currency. */
export interface InvoiceTotals {
  readonly subtotal_micros: Micros;
  readonly subtotal_minor: number;
  /** The lines as they are shown: whole coins that add up to the subtotal. */
  readonly line_minor_display: readonly number[];
  readonly tax_minor: readonly number[];
  readonly total_minor: number;
  /** What the lines come to beyond the subtotal that is asked for; booked, so nothing is lost. */
  readonly rounding_residual_micros: Micros;
}

export interface InvoiceSums {
  readonly line_micros: readonly Micros[];
  /** Each in millionths of the subtotal. */
  readonly tax_rates_ppm: readonly number[];
  /** Decimal places of the currency: 0 for JPY, 2 for USD, 3 for KWD (B71). */
  readonly minor_digits: number;
}

const PPM = 1_000_000n;
const MICRO_DIGITS = 6;

/** Micros in one of a currency's smallest coins. */
export function microsPerMinor(minor_digits: number): bigint {
  const known = Number.isInteger(minor_digits) && minor_digits >= 0 && minor_digits <= MICRO_DIGITS;
  assert(known, `no currency has ${minor_digits} decimal places`);
  return 10n ** BigInt(MICRO_DIGITS - minor_digits);
}

/** Adds first and rounds once, half up (B70); each tax is rounded by itself. */
export function totalsOf({ line_micros, tax_rates_ppm, minor_digits }: InvoiceSums): InvoiceTotals {
  const unit = microsPerMinor(minor_digits);
  const sum = line_micros.reduce((total, line) => total + BigInt(line), 0n);
  const subtotal = rounded({ parts: sum, of: unit });
  const taxes = tax_rates_ppm.map((ppm) => rounded({ parts: subtotal * BigInt(ppm), of: PPM }));
  return {
    subtotal_micros: micros(Number(sum)),
    subtotal_minor: Number(subtotal),
    line_minor_display: shownLines(line_micros, unit, subtotal),
    tax_minor: taxes.map(Number),
    total_minor: Number(taxes.reduce((total, tax) => total + tax, subtotal)),
    rounding_residual_micros: micros(Number(sum - subtotal * unit)),
  };
}

/** Largest remainder: every line is cut, and what is missing goes to those that lost most. */
function shownLines(lines: readonly Micros[], unit: bigint, subtotal: bigint): number[] {
  const cut = lines.map((line) => floorOf(BigInt(line), unit));
  const lost = lines.map((line, place) => BigInt(line) - (cut[place] ?? 0n) * unit);
  const missing = Number(subtotal - cut.reduce((total, coins) => total + coins, 0n));
  const losers = [...lost.keys()].toSorted((one, other) => compare(lost[other], lost[one]));
  const raised = new Set(losers.slice(0, missing));
  return cut.map((coins, place) => Number(coins) + Number(raised.has(place)));
}

/** Equal ones stay in their order: the first line is raised first. */
function compare(one: bigint = 0n, other: bigint = 0n): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
