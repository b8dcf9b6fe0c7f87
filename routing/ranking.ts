import { fractionOf } from '../kernel/random.ts';
import type { Circuit } from './breaker.ts';
import type { EffectivePrice } from './effective_price.ts';
import { compareText } from './option.ts';

/** A carrier that may be tried, with all that its place in the order depends on. */
export interface Ranked {
  readonly carrier: string;
  readonly price: EffectivePrice;
  /** What it would be worth by what is usual for it, lately apart: what a probe may hope for. */
  readonly usual_price: number;
  /** Decayed tries of late; few: nobody knows how it does now. */
  readonly n_recent: number;
  readonly circuit: Circuit;
}

/** Plain data: kept with the call, it decides alike again, and says why. */
export interface RankingQuery {
  readonly candidates: readonly Ranked[];
  /** Names the call: what is left to chance depends on it alone, so that a replay decides alike. */
  readonly seed: string;
  /** Who was first on this destination before; null: nobody. */
  readonly incumbent: string | null;
  /** False for calls that matter too much to learn from: premium, emergency, critical. */
  readonly may_explore: boolean;
}

/**
 * incumbent: first as before · probed: out of turn, to learn · proving: after a break, in its turn
 * but never first by right · shed, open: put last · barred: not tried at all.
 */
export type Standing = 'normal' | 'incumbent' | 'probed' | 'proving' | 'shed' | 'open' | 'barred';

export interface Place {
  readonly carrier: string;
  readonly standing: Standing;
  readonly price: EffectivePrice;
}

export interface Ranking {
  /** Whom to try, best first. */
  readonly order: readonly Place[];
  readonly barred: readonly Place[];
  /** Who is first by right, probes apart: the next query's incumbent. */
  readonly leader: string | null;
  /** Every carrier is in a break: somebody should know. */
  readonly all_open: boolean;
}

/** One call in a hundred is risked on a carrier of which nothing is known. */
const EXPLORE_SHARE = 0.01;
const STARVED_TRIES = 5;
/** Only on one that would not be much dearer than the best. */
const EXPLORE_DEARER_MAX = 1.25;
/** Who leads is left for nothing less. */
const HYSTERESIS = 0.02;

/**
 * The order in which carriers are tried (reference 2.5), cheapest by effective price first. The
 * same query always gives the same order, whatever the order of its candidates (R1), and without
 * its last one the rest stay as they are (R2).
 */
export function rankingOf(query: RankingQuery): Ranking {
  const sorted = query.candidates.toSorted(byPrice);
  const standings = new Map(sorted.map((each) => [each, standingOf(each, query)]));
  const those = (...wanted: Standing[]): Ranked[] =>
    sorted.filter((each) => wanted.includes(standings.get(each) ?? 'normal'));
  const leader = leaderOf(those('normal'), query.incumbent);
  const probe = probeFor(query, leader);
  const first = [probe, leader].filter((each) => each !== null);
  const rest = [...those('normal', 'proving'), ...those('shed'), ...those('open')];
  const placeOf = (each: Ranked): Place => {
    const { carrier, price } = each;
    if (each === probe) return { carrier, price, standing: 'probed' };
    if (each === leader && carrier === query.incumbent)
      return { carrier, price, standing: 'incumbent' };
    return { carrier, price, standing: standings.get(each) ?? 'normal' };
  };
  return {
    order: [...first, ...rest.filter((each) => !first.includes(each))].map(placeOf),
    barred: those('barred').map(placeOf),
    leader: leader?.carrier ?? null,
    all_open: sorted.length > 0 && those('normal', 'shed').length === 0,
  };
}

function byPrice(one: Ranked, other: Ranked): number {
  return one.price.total - other.price.total || compareText(one.carrier, other.carrier);
}

/** Chance is drawn per call and carrier, so that nobody's draw depends on who else is there. */
function standingOf({ carrier, circuit }: Ranked, { seed }: RankingQuery): Standing {
  switch (circuit.state) {
    case 'open':
      return circuit.barred ? 'barred' : 'open';
    case 'probing':
      return circuit.ready ? 'proving' : 'open';
    case 'closed':
      return fractionOf(`shed/${seed}/${carrier}`) < circuit.shed ? 'shed' : 'normal';
  }
}

/** Who led before stays first, unless somebody is cheaper by more than a little. */
function leaderOf(sorted: readonly Ranked[], incumbent: string | null): Ranked | null {
  const [best] = sorted;
  if (best === undefined) return null;
  const before = sorted.find(({ carrier }) => carrier === incumbent) ?? best;
  return best.price.total <= before.price.total * (1 - HYSTERESIS) ? best : before;
}

/** A carrier to risk this call on: one that has to prove itself, or of which nothing is known. */
function probeFor(query: RankingQuery, leader: Ranked | null): Ranked | null {
  if (!query.may_explore || leader === null) return null;
  const hopeful = query.candidates.filter(
    (each) => each !== leader && each.usual_price <= leader.price.total * EXPLORE_DEARER_MAX,
  );
  const proving = hopeful.filter(({ circuit }) => circuit.state === 'probing' && circuit.ready);
  if (proving.length > 0) return luckiest(proving, query.seed);
  if (fractionOf(`explore/${query.seed}`) >= EXPLORE_SHARE) return null;
  const starved = hopeful.filter(
    ({ n_recent, circuit }) => n_recent < STARVED_TRIES && circuit.state === 'closed',
  );
  return luckiest(starved, query.seed);
}

function luckiest(candidates: readonly Ranked[], seed: string): Ranked | null {
  let [best, least]: [Ranked | null, number] = [null, Infinity];
  for (const each of candidates) {
    const drawn = fractionOf(`probe/${seed}/${each.carrier}`);
    if (drawn < least) [best, least] = [each, drawn];
  }
  return best;
}
