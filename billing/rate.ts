import { assert } from '../kernel/assert.ts';
import { micros } from '../kernel/money.ts';
import type { Micros } from '../kernel/money.ts';
import type { Price } from '../calls/call.ts';

const SECONDS_PER_MINUTE = 60n;
const MS_PER_SECOND = 1000;

/**
 * Seconds a leg is billed for: none when it never talked, else the first block, then whole
 * increments. Talk is rounded up to the second before blocks are counted.
 */
export function billedSeconds(talk_ms: number, price: Price): number {
  assertPrice(price);
  assert(Number.isSafeInteger(talk_ms) && talk_ms >= 0, `talk is whole ms, not ${talk_ms}`);
  const { initial_s, increment_s } = price;
  const talk_s = Math.ceil(talk_ms / MS_PER_SECOND);
  if (talk_s === 0) return 0;
  if (talk_s <= initial_s) return initial_s;
  return initial_s + Math.ceil((talk_s - initial_s) / increment_s) * increment_s;
}

/**
 * What a leg costs its customer. Computed exactly and rounded once, half up, at one micro: rounding
 * each increment would make long calls drift from their price. Never answered = 0, fee included.
 */
export function chargeOf(talk_ms: number, price: Price): Micros {
  const billed_s = billedSeconds(talk_ms, price);
  return billed_s === 0 ? micros(0) : micros(Number(halfUp(sixtiethsFor(billed_s, price))));
}

/** What must be affordable before a call is placed: the shortest talk that can be billed. */
export function firstIncrement(price: Price): Micros {
  return chargeOf(1, price);
}

/**
 * The longest talk `available` pays for, in whole increments, and never more than `cap_ms`. 0 when
 * the first block does not fit. Compares exact amounts: a fraction of a micro too dear is too dear.
 */
export function maxTalkMs(available: Micros, price: Price, cap_ms: number): number {
  assertPrice(price);
  const budget = BigInt(available) * SECONDS_PER_MINUTE;
  const first_s = billedSeconds(1, price);
  const left = budget - sixtiethsFor(first_s, price);
  if (left < 0n) return 0;
  if (price.rate_micros_per_minute === 0) return cap_ms;
  const block = BigInt(price.rate_micros_per_minute) * BigInt(price.increment_s);
  const paid_s = BigInt(first_s) + (left / block) * BigInt(price.increment_s);
  const paid_ms = paid_s * BigInt(MS_PER_SECOND);
  return paid_ms < BigInt(cap_ms) ? Number(paid_ms) : cap_ms;
}

/** The exact price of so many billed seconds, in sixtieths of a micro: rates are per minute. */
function sixtiethsFor(billed_s: number, price: Price): bigint {
  const fee = BigInt(price.connect_fee_micros) * SECONDS_PER_MINUTE;
  return fee + BigInt(price.rate_micros_per_minute) * BigInt(billed_s);
}

function halfUp(sixtieths: bigint): bigint {
  return (sixtieths + SECONDS_PER_MINUTE / 2n) / SECONDS_PER_MINUTE;
}

function assertPrice(price: Price): void {
  const { rate_micros_per_minute: rate, connect_fee_micros: fee, initial_s, increment_s } = price;
  assert(Number.isSafeInteger(rate) && rate >= 0, `a rate is whole micros, not ${rate}`);
  assert(Number.isSafeInteger(fee) && fee >= 0, `a fee is whole micros, not ${fee}`);
  assert(Number.isSafeInteger(initial_s) && initial_s >= 0, `no first block of ${initial_s} s`);
  assert(Number.isSafeInteger(increment_s) && increment_s >= 1, `no block of ${increment_s} s`);
}
