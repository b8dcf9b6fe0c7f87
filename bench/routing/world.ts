import { micros } from '../../kernel/money.ts';
import { rollerOf } from '../../kernel/random.ts';
import type { Price } from '../../calls/call.ts';
import { billedMix, meanCharge, mixOf } from '../../billing/mix.ts';

/** A carrier of the invented world, as nobody inside it can see it. */
export interface WorldCarrier {
  readonly name: string;
  readonly price: Price;
  /** Expected charge of a delivered call, in micros. */
  readonly charge: number;
  /** Share of calls it delivers on a good day. */
  readonly usual: number;
  readonly pdd_ms: number;
}

/** What is true of a carrier at a moment. */
export interface Truth {
  readonly p: number;
  readonly pdd_ms: number;
}

/** A world in which carriers drift and break down, the same for everybody who routes through it. */
export interface World {
  readonly carriers: readonly WorldCarrier[];
  /** What a reference call sells for, in micros. */
  readonly reference: number;
  truthOf(carrier: number, second: number): Truth;
  /** Whether this try of this call is delivered: whoever asks gets the same luck. */
  delivers(carrier: number, second: number): boolean;
}

export const CALL_MIX = mixOf([
  { talk_s: 10, weight: 40 },
  { talk_s: 60, weight: 30 },
  { talk_s: 300, weight: 30 },
]);
const REFERENCE = 21_000;
const OUTAGE_EVERY_S = 6 * 3_600;
const OUTAGE_S = { least: 300, most: 2_400 };
const LUCK = 1 << 24;

interface Traits {
  readonly rate: number;
  readonly blocks: string;
  readonly usual: number;
  readonly pdd_ms: number;
}

function carrier(name: string, { rate, blocks, usual, pdd_ms }: Traits): WorldCarrier {
  const [initial_s = 0, increment_s = 1] = blocks.split('/').map(Number);
  const price: Price = {
    currency: 'USD',
    rate_micros_per_minute: micros(rate),
    connect_fee_micros: micros(0),
    initial_s,
    increment_s,
  };
  const { parts, of } = meanCharge(billedMix(CALL_MIX, price), price);
  return { name, price, charge: Number(parts) / Number(of), usual, pdd_ms };
}

/** Cheap and poor to dear and good; the second and third are close to each other. */
const CARRIERS: readonly WorldCarrier[] = [
  carrier('cheap', { rate: 8_200, blocks: '60/60', usual: 0.87, pdd_ms: 6_000 }),
  carrier('fair', { rate: 9_700, blocks: '60/60', usual: 0.955, pdd_ms: 3_600 }),
  carrier('second', { rate: 11_000, blocks: '1/1', usual: 0.965, pdd_ms: 3_200 }),
  carrier('good', { rate: 12_600, blocks: '1/1', usual: 0.985, pdd_ms: 2_300 }),
  carrier('dear', { rate: 15_500, blocks: '30/6', usual: 0.992, pdd_ms: 2_000 }),
];

interface Spell {
  readonly from: number;
  readonly until: number;
  readonly p: number;
}

/** One seed, one world of so many seconds, with a call in each. */
export function worldOf(seed: number, seconds: number): World {
  const roll = rollerOf(seed);
  const outages = CARRIERS.map(() => outagesIn(roll, seconds));
  const drifts = CARRIERS.map(() => driftIn(roll, seconds));
  const truthOf = (place: number, second: number): Truth => {
    const { usual, pdd_ms } = CARRIERS[place] as WorldCarrier;
    const outage = outages[place]?.find(({ from, until }) => from <= second && second < until);
    const drift = drifts[place]?.[Math.floor(second / 600)] ?? 0;
    const p = outage?.p ?? Math.min(0.999, Math.max(0.5, usual + drift));
    return { p, pdd_ms: pdd_ms * (1 - 4 * drift) };
  };
  const lucks = CARRIERS.map(() => Float32Array.from({ length: seconds }, () => roll(LUCK) / LUCK));
  return {
    carriers: CARRIERS,
    reference: REFERENCE,
    truthOf,
    delivers: (place, second) => (lucks[place]?.[second] ?? 1) < truthOf(place, second).p,
  };
}

function outagesIn(roll: (below: number) => number, seconds: number): Spell[] {
  const spells: Spell[] = [];
  for (let from = roll(2 * OUTAGE_EVERY_S); from < seconds; from += roll(2 * OUTAGE_EVERY_S)) {
    const until = from + OUTAGE_S.least + roll(OUTAGE_S.most - OUTAGE_S.least);
    spells.push({ from, until, p: roll(3) === 0 ? 0.4 : 0.02 });
    from = until;
  }
  return spells;
}

/** A slow walk, a step every ten minutes. */
function driftIn(roll: (below: number) => number, seconds: number): number[] {
  let at = 0;
  return Array.from({ length: Math.ceil(seconds / 600) }, () => {
    at = Math.max(-0.03, Math.min(0.01, at + (roll(2_001) - 1_000) / 250_000));
    return at;
  });
}
