import { assert } from '../kernel/assert.ts';
import { micros } from '../kernel/money.ts';
import type { Micros } from '../kernel/money.ts';
import type { Rounding } from '../kernel/rounding.ts';
import { floorOf, mostThatRoundsTo, rounded, ROUNDINGS } from '../kernel/rounding.ts';
import type { Price } from '../calls/call.ts';

/** Rates are per minute, so that exact amounts are whole sixtieths of a micro. */
export const SIXTIETHS = 60n;
const MS_PER_SECOND = 1000n;

/** Billed seconds by the rate they are billed at. */
export interface Blocks {
  readonly initial_s: number;
  readonly further_s: number;
}

/** Talk counts in whole seconds, each begun one full (B3). */
export function talkSeconds(talk_ms: number): number {
  assert(Number.isSafeInteger(talk_ms) && talk_ms >= 0, `talk is whole ms, not ${talk_ms}`);
  return Math.ceil(talk_ms / 1000);
}

/**
 * Seconds a leg is billed for (B4): none when it never talked, else the first block, then whole
 * increments. Talk is rounded up to the second before blocks are counted.
 */
export function billedSeconds(talk_ms: number, price: Price): number {
  const { initial_s, further_s } = blocksOf(talkSeconds(talk_ms), price);
  return initial_s + further_s;
}

/** The same, told apart by rate. */
export function blocksOf(talk_s: number, price: Price): Blocks {
  assertPrice(price);
  const { initial_s, increment_s } = price;
  if (talk_s === 0) return { initial_s: 0, further_s: 0 };
  const increments = Math.ceil(Math.max(0, talk_s - initial_s) / increment_s);
  return { initial_s, further_s: increments * increment_s };
}

/**
 * What a leg costs (B5, B6, B11). Computed exactly and rounded once: rounding each increment would
 * make long calls drift from their price. Never answered = 0, fee and least amount included.
 */
export function chargeOf(talk_ms: number, price: Price): Micros {
  const talk_s = talkSeconds(talk_ms);
  return talk_s === 0 ? micros(0) : amountFor(blocksOf(talk_s, price), price);
}

/** What an answered leg of so many billed seconds costs. */
export function amountFor(blocks: Blocks, price: Price): Micros {
  const { rounding, round_to } = termsOf(price);
  const parts = sixtiethsFor(blocks, price);
  const amount = rounded({ parts, of: SIXTIETHS * round_to }, rounding) * round_to;
  return micros(Math.max(Number(amount), price.minimum_micros ?? 0));
}

/** What must be affordable before a call is placed: the shortest talk that can be billed. */
export function firstIncrement(price: Price): Micros {
  return chargeOf(1, price);
}

/**
 * The longest talk `available` pays for, in whole increments, and never more than `cap_ms` (B8). 0
 * when the first block does not fit. Compares exact amounts: a fraction of a micro too dear is too
 * dear. Nor is what the talk costs once rounded ever more than `available`.
 */
export function maxTalkMs(available: Micros, price: Price, cap_ms: number): number {
  const first = blocksOf(1, price);
  const left = budgetOf(available, price) - sixtiethsFor(first, price);
  if (left < 0n || available < (price.minimum_micros ?? 0)) return 0;
  if (price.rate_micros_per_minute === 0) return cap_ms;
  const step_s = BigInt(price.increment_s);
  const steps = left / (BigInt(price.rate_micros_per_minute) * step_s);
  const paid_ms = (BigInt(first.initial_s + first.further_s) + steps * step_s) * MS_PER_SECOND;
  return paid_ms < BigInt(cap_ms) ? Number(paid_ms) : cap_ms;
}

/** The greatest exact amount that is no more than `available`, before and after rounding. */
function budgetOf(available: Micros, price: Price): bigint {
  const { rounding, round_to } = termsOf(price);
  const whole = floorOf(BigInt(available), round_to);
  const most = mostThatRoundsTo(whole, SIXTIETHS * round_to, rounding);
  const exact = BigInt(available) * SIXTIETHS;
  return most < exact ? most : exact;
}

/** The exact price of so many billed seconds, in sixtieths of a micro, before any least amount. */
export function sixtiethsFor({ initial_s, further_s }: Blocks, price: Price): bigint {
  const { rate_micros_per_minute: rate, connect_fee_micros: fee } = price;
  const initial_rate = price.initial_rate_micros_per_minute ?? rate;
  const talk = BigInt(initial_rate) * BigInt(initial_s) + BigInt(rate) * BigInt(further_s);
  return BigInt(fee) * SIXTIETHS + talk;
}

function termsOf({ rounding, round_to_micros }: Price): { rounding: Rounding; round_to: bigint } {
  return { rounding: rounding ?? 'half_up', round_to: BigInt(round_to_micros ?? 1) };
}

/** What is wrong with a price, in words; null when legs can be charged by it. */
export function faultOf(price: Price): string | null {
  const { initial_s, increment_s, round_to_micros = 1, rounding = 'half_up' } = price;
  const rates = [price.rate_micros_per_minute, price.initial_rate_micros_per_minute ?? 0];
  const fees = [price.connect_fee_micros, price.minimum_micros ?? 0];
  const rate = rates.find((each) => !isWhole(each, 0));
  if (rate !== undefined) return `a rate is whole micros, not ${rate}`;
  const fee = fees.find((each) => !isWhole(each, 0));
  if (fee !== undefined) return `a fee is whole micros, not ${fee}`;
  if (!isWhole(initial_s, 0)) return `no first block of ${initial_s} s`;
  if (!isWhole(increment_s, 1)) return `no block of ${increment_s} s`;
  if (!isWhole(round_to_micros, 1)) return `nothing is rounded to ${round_to_micros} micros`;
  return ROUNDINGS.includes(rounding) ? null : `no rounding is called ${rounding}`;
}

function isWhole(amount: number, least: number): boolean {
  return Number.isSafeInteger(amount) && amount >= least;
}

function assertPrice(price: Price): void {
  const fault = faultOf(price);
  assert(fault === null, fault ?? '');
}
