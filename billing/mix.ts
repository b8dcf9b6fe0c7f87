import { assert } from '../kernel/assert.ts';
import { micros } from '../kernel/money.ts';
import type { Micros } from '../kernel/money.ts';
import type { Fraction } from '../kernel/rounding.ts';
import { rounded } from '../kernel/rounding.ts';
import type { Price } from '../calls/call.ts';
import { blocksOf, SIXTIETHS } from './rate.ts';

/** One kind of call of a destination, by how long it talks. */
export interface Bin {
  readonly talk_s: number;
  /** How many of the calls, as a whole number: a count, or a share in parts. */
  readonly weight: number;
}

/** How long calls to a destination talk. The weights are parts of `total`, mostly their sum. */
export interface Mix {
  readonly bins: readonly Bin[];
  readonly total: number;
}

/** A mix as blocks bill it: all that an expected charge needs of it, for any rate. */
export interface BilledMix {
  /** Σ weight × billed seconds, by rate. */
  readonly initial_s: number;
  readonly further_s: number;
  /** Σ weight of the calls that talk at all: they owe the connect fee. */
  readonly answered: number;
  readonly total: number;
}

export function mixOf(bins: readonly Bin[]): Mix {
  return { bins, total: bins.reduce((sum, { weight }) => sum + weight, 0) };
}

/** Depends on the blocks of a price only, so that it can be kept and used for many rates. */
export function billedMix({ bins, total }: Mix, price: Price): BilledMix {
  assert(Number.isSafeInteger(total) && total > 0, `a mix of ${total} calls`);
  const sums = { initial_s: 0, further_s: 0, answered: 0 };
  for (const { talk_s, weight } of bins) {
    const { initial_s, further_s } = blocksOf(talk_s, price);
    sums.initial_s += weight * initial_s;
    sums.further_s += weight * further_s;
    if (talk_s > 0) sums.answered += weight;
  }
  return { ...sums, total };
}

/**
 * What a call of a mix costs on average, exactly, as a fraction of a micro: the real price of a
 * deck row, where its blocks count as much as its rate. Least amounts and rounding rules of the
 * price are left out: they belong to single calls.
 */
export function meanCharge(mix: BilledMix, price: Price): Fraction {
  const { rate_micros_per_minute: rate, connect_fee_micros: fee } = price;
  const initial = BigInt(price.initial_rate_micros_per_minute ?? rate) * BigInt(mix.initial_s);
  const further = BigInt(rate) * BigInt(mix.further_s);
  const fees = BigInt(fee) * BigInt(mix.answered) * SIXTIETHS;
  return { parts: fees + initial + further, of: BigInt(mix.total) * SIXTIETHS };
}

/** The same in whole micros, half up. */
export function expectedCharge(mix: Mix, price: Price): Micros {
  return micros(Number(rounded(meanCharge(billedMix(mix, price), price))));
}
