import type { Instant } from '../../kernel/brand.ts';
import { after } from '../../kernel/instant.ts';
import type { Breaker } from '../../routing/breaker.ts';
import { circuitAt, newBreaker, withEvent } from '../../routing/breaker.ts';
import type { Tally } from '../../routing/decayed.ts';
import {
  NO_TALLY,
  PAST_HALF_LIFE_MS,
  RECENT_HALF_LIFE_MS,
  tallied,
  tallyAt,
} from '../../routing/decayed.ts';
import type { Quality } from '../../routing/effective_price.ts';
import { effectivePrice, PREFERENCES } from '../../routing/effective_price.ts';
import type { Ranked } from '../../routing/ranking.ts';
import { rankingOf } from '../../routing/ranking.ts';
import { successOf } from '../../routing/success.ts';
import type { World } from './world.ts';

/** What became of one try. */
export interface Try {
  readonly carrier: number;
  readonly delivered: boolean;
  readonly pdd_ms: number;
}

/** A way to route. It sees what became of its own tries, and nothing else. */
export interface Policy {
  readonly name: string;
  order(second: number): readonly number[];
  hear(second: number, tried: Try): void;
}

type MakePolicy = (world: World) => Policy;

const instant = (second: number): Instant => (second * 1_000) as Instant;

/** Places of the carriers, the least number first. */
function sorted(world: World, numberOf: (carrier: number) => number): number[] {
  return [...world.carriers.keys()].sort((one, other) => numberOf(one) - numberOf(other));
}

/** Least cost, whatever becomes of the calls. */
const leastCost: MakePolicy = (world) => {
  const order = sorted(world, (place) => world.carriers[place]?.charge ?? 0);
  return { name: 'least cost', order: () => order, hear: () => undefined };
};

/** The best deliveries of the last while, whatever they cost. */
const bestQuality: MakePolicy = (world) => {
  const tallies = world.carriers.map(() => NO_TALLY);
  const share = (place: number, second: number): number => {
    const { good, count } = tallyAt(tallies[place] ?? NO_TALLY, instant(second), THIRTY_MIN_MS);
    return (good + 1) / (count + 1);
  };
  return {
    name: 'best quality',
    order: (second) => sorted(world, (place) => -share(place, second)),
    hear: (second, { carrier, delivered }) => {
      const told = { good: delivered, at: instant(second) };
      tallies[carrier] = tallied(tallies[carrier] ?? NO_TALLY, told, THIRTY_MIN_MS);
    },
  };
};
const THIRTY_MIN_MS = 1_800_000;

/** What the world is really like: the best that anybody could do. */
const oracle: MakePolicy = (world) => ({
  name: 'oracle',
  order: (second) =>
    sorted(world, (place) => {
      const { p, pdd_ms } = world.truthOf(place, second);
      return priceOf(world, place, { p, pdd_ms, mos: null, short: null });
    }),
  hear: () => undefined,
});

function priceOf(world: World, place: number, quality: Quality): number {
  return effectivePrice(costOf(world, place), quality, scaleOf(world)).total;
}

function costOf(world: World, place: number): { charge: number; attempt_fee: number } {
  return { charge: world.carriers[place]?.charge ?? 0, attempt_fee: 0 };
}

function scaleOf({ reference }: World): Parameters<typeof effectivePrice>[2] {
  return { reference, factor: PREFERENCES.balanced, short_pool: 0 };
}

/** What a node keeps of one carrier on one destination. */
interface Kept {
  recent: Tally;
  past: Tally;
  delay: Tally;
  breaker: Breaker;
  /** Tries that the batch has not taken over yet. */
  waiting: { readonly at: Instant; readonly good: boolean }[];
}

const BATCH_S = 900;
const BATCH_AGE_MS = 3_600_000;

/** The product: speed view upon batch view, effective price, breaker, starved-only probes. */
const tandem: MakePolicy = (world) => {
  const kept = world.carriers.map((): Kept => ({
    recent: NO_TALLY,
    past: NO_TALLY,
    delay: NO_TALLY,
    breaker: newBreaker(instant(0)),
    waiting: [],
  }));
  let incumbent: string | null = null;
  return {
    name: 'tandem',
    order: (second) => {
      if (second % BATCH_S === 0) kept.forEach((each) => takeOver(each, instant(second)));
      const candidates = kept.map((each, place) => rankedOf(world, place, { each, second }));
      const query = { candidates, seed: `call-${second}`, incumbent, may_explore: true };
      const { order, leader } = rankingOf(query);
      incumbent = leader;
      return order.map(({ carrier }) => world.carriers.findIndex(({ name }) => name === carrier));
    },
    hear: (second, tried) => note(kept[tried.carrier] as Kept, tried, instant(second)),
  };
};

function rankedOf(
  world: World,
  place: number,
  { each, second }: { each: Kept; second: number },
): Ranked {
  const at = instant(second);
  const recent = tallyAt(each.recent, at, RECENT_HALF_LIFE_MS);
  const past = tallyAt(each.past, at, PAST_HALF_LIFE_MS);
  const pdd_ms = each.delay.count === 0 ? null : each.delay.good / each.delay.count;
  const priced = (counts: Tally): ReturnType<typeof effectivePrice> => {
    const { p } = successOf(counts, [past]);
    const quality = { p, pdd_ms, mos: null, short: null };
    return effectivePrice(costOf(world, place), quality, scaleOf(world));
  };
  return {
    carrier: world.carriers[place]?.name ?? '',
    price: priced(recent),
    usual_price: priced(NO_TALLY).total,
    n_recent: recent.count,
    circuit: circuitAt(each.breaker, at),
  };
}

function note(each: Kept, { delivered, pdd_ms }: Try, at: Instant): void {
  each.recent = tallied(each.recent, { good: delivered, at }, RECENT_HALF_LIFE_MS);
  const delay = tallied(each.delay, { good: false, at }, RECENT_HALF_LIFE_MS);
  each.delay = { ...delay, good: delay.good + pdd_ms };
  each.waiting.push({ at, good: delivered });
  for (const type of ['tried', delivered ? 'delivered' : 'blamed'] as const)
    each.breaker = withEvent(each.breaker, { type, at });
}

/** The batch takes what is an hour old, so that nothing counts twice for long. */
function takeOver(each: Kept, at: Instant): void {
  const old = each.waiting.filter((tried) => after(tried.at, BATCH_AGE_MS) <= at);
  each.waiting = each.waiting.filter((tried) => after(tried.at, BATCH_AGE_MS) > at);
  for (const tried of old) each.past = tallied(each.past, tried, PAST_HALF_LIFE_MS);
}

export const POLICIES: readonly MakePolicy[] = [leastCost, bestQuality, tandem, oracle];
