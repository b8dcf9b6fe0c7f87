import { assert } from '../kernel/assert.ts';
import type { Instant } from '../kernel/brand.ts';
import { micros } from '../kernel/money.ts';
import type { Micros } from '../kernel/money.ts';
import type { Price } from '../calls/call.ts';
import type { Blocks } from './rate.ts';
import { amountFor, blocksOf, talkSeconds } from './rate.ts';

/** Free seconds that apply to a leg: those of its destination that have not expired. */
export interface Bundle {
  readonly id: string;
  readonly seconds_left: number;
  /** How many digits its prefix fixes: the more, the sooner it is used. */
  readonly prefix_length: number;
  /** null: never. */
  readonly tm_expire: Instant | null;
  readonly covers_connect_fee: boolean;
}

/** What a leg takes from one bundle. */
export interface Draw {
  readonly bundle_id: string;
  readonly seconds: number;
}

/** What a leg costs once its free seconds are used. */
export interface Drawn {
  readonly billed_s: number;
  readonly free_s: number;
  /** The seconds left to be paid for. */
  readonly charged_s: number;
  readonly charge_micros: Micros;
  /** In the order in which they were taken; bundles that gave nothing are left out. */
  readonly draws: readonly Draw[];
}

/**
 * Rates a leg with free seconds (B9). They are used in billed seconds, from the start of the call,
 * the most specific bundle first, then the one that expires soonest. What is left is paid for by
 * the second, since its blocks have been counted already. The connect fee stays due unless a bundle
 * that gave seconds covers it; a least amount is asked for only where seconds are paid for.
 */
export function drawFrom(bundles: readonly Bundle[], talk_ms: number, price: Price): Drawn {
  const blocks = blocksOf(talkSeconds(talk_ms), price);
  const billed_s = blocks.initial_s + blocks.further_s;
  const draws: Draw[] = [];
  let charged_s = billed_s;
  for (const bundle of bundles.toSorted(inTurn)) {
    const seconds = Math.min(bundle.seconds_left, charged_s);
    assert(Number.isSafeInteger(seconds) && seconds >= 0, `a bundle of ${bundle.seconds_left} s`);
    if (seconds > 0) draws.push({ bundle_id: bundle.id, seconds });
    charged_s -= seconds;
  }
  const free_s = billed_s - charged_s;
  const used = new Set(draws.map(({ bundle_id }) => bundle_id));
  const no_fee = bundles.some(({ id, covers_connect_fee }) => covers_connect_fee && used.has(id));
  const due = { ...price, ...(no_fee ? { connect_fee_micros: micros(0) } : {}) };
  return { billed_s, free_s, charged_s, charge_micros: restOf(blocks, free_s, due), draws };
}

/** What is due of the blocks whose first seconds are free. */
function restOf(blocks: Blocks, free_s: number, price: Price): Micros {
  if (blocks.initial_s + blocks.further_s === 0) return micros(0);
  const initial_s = Math.max(0, blocks.initial_s - free_s);
  const further_s = blocks.further_s - Math.max(0, free_s - blocks.initial_s);
  if (initial_s + further_s > 0) return amountFor({ initial_s, further_s }, price);
  return amountFor({ initial_s, further_s }, { ...price, minimum_micros: micros(0) });
}

function inTurn(one: Bundle, other: Bundle): number {
  const byDigits = other.prefix_length - one.prefix_length;
  if (byDigits !== 0) return byDigits;
  const [soon, late] = [one.tm_expire ?? Infinity, other.tm_expire ?? Infinity];
  if (soon !== late) return soon < late ? -1 : 1;
  return one.id < other.id ? -1 : Number(one.id > other.id);
}
