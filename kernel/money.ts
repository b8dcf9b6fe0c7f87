import { assert } from './assert.ts';
import type { Brand } from './brand.ts';

/** Money: whole millionths of a currency unit. No floating point ever touches it. */
export type Micros = Brand<number, 'Micros'>;

export const MICROS_PER_UNIT = 1_000_000;
const DECIMAL = /^(-?)(\d{1,9})(?:\.(\d{1,6}))?$/;

export function micros(amount: number): Micros {
  assert(Number.isSafeInteger(amount), `money is whole micros, not ${amount}`);
  return amount as Micros;
}

/** Reads a decimal string such as "12.5"; null when it is not one, or has more than six places. */
export function microsFromDecimal(text: string): Micros | null {
  const parts = DECIMAL.exec(text);
  if (parts === null) return null;
  const [, sign = '', whole = '0', fraction = ''] = parts;
  const amount = Number(whole) * MICROS_PER_UNIT + Number(fraction.padEnd(6, '0'));
  return micros(sign === '-' && amount !== 0 ? -amount : amount);
}

/** Writes micros as a decimal string with at least two places: 1500000 → "1.50". */
export function decimalOf(amount: Micros): string {
  const size = Math.abs(amount);
  const fraction = String(size % MICROS_PER_UNIT)
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  return `${amount < 0 ? '-' : ''}${Math.floor(size / MICROS_PER_UNIT)}.${fraction}`;
}
