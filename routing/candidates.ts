import { assert } from '../kernel/assert.ts';
import type { Candidate } from '../calls/call.ts';
import type { ProviderId, RouteId } from '../kernel/brand.ts';
import type { Dropped, Option, Query, Ranking, RouteIn, Sieve, Sifted } from './option.ts';
import type { ExclusionReason } from './reasons.ts';
import { byBestOfProvider } from './steps/by_best_of_provider.ts';
import { byCapability } from './steps/by_capability.ts';
import { byDestinationType } from './steps/by_destination_type.ts';
import { byEnabled } from './steps/by_enabled.ts';
import { byPrice } from './steps/by_price.ts';
import { byProvider } from './steps/by_provider.ts';
import { ANY_TARGET, byTarget } from './steps/by_target.ts';
import { compareOptions, inOrder } from './steps/in_order.ts';

/** A route that was left out, and why. */
export interface Exclusion {
  readonly route_id: RouteId;
  readonly provider_id: ProviderId;
  readonly provider_name: string;
  readonly reason: ExclusionReason;
  /** What exactly, where the reason alone does not say: the capability that is missing … */
  readonly detail: string | null;
}

export interface Choice {
  readonly candidates: readonly Candidate[];
  readonly excluded: readonly Exclusion[];
}

/**
 * Every criterion, in the order in which they are asked; a route is excluded for the first one it
 * fails. What makes a route eligible comes before what makes it the best of its provider: the
 * other way round, a disabled fine prefix would hide a working coarse one.
 */
const SIEVES: readonly Sieve[] = [
  byDestinationType,
  byTarget,
  byProvider,
  byEnabled,
  byCapability,
  byPrice,
  byBestOfProvider,
];

/**
 * Who may be tried for a call, best first, and which routes were left out and why. Other customers'
 * routes are neither used nor mentioned. The outcome does not depend on the order of the input.
 */
export function choose(query: Query, rank: Ranking = inOrder): Choice {
  const { kept, dropped } = sift(optionsOf(query), query);
  return {
    candidates: rank(kept, query).map(candidateOf),
    excluded: dropped
      .filter(({ verdict }) => query.list_unmatched || verdict.reason !== 'prefix')
      .toSorted((a, b) => compareOptions(a.option, b.option))
      .map(exclusionOf),
  };
}

function sift(options: readonly Option[], query: Query): Sifted {
  return SIEVES.reduce<Sifted>(
    ({ kept, dropped }, sieve) => {
      const sifted = sieve(kept, query);
      return { kept: sifted.kept, dropped: dropped.concat(sifted.dropped) };
    },
    { kept: options, dropped: [] },
  );
}

function optionsOf(query: Query): Option[] {
  const visible = ({ customer_id }: RouteIn) =>
    customer_id === query.customer_id || customer_id === query.platform_id;
  return query.routes.filter(visible).map((route) => ({
    route,
    provider: query.providers.get(route.provider_id) ?? null,
    own: route.customer_id === query.customer_id,
    prefix_length: route.target === ANY_TARGET ? 0 : route.target.length,
  }));
}

function candidateOf({ route, provider }: Option): Candidate {
  assert(provider !== null, 'routes without a provider were dropped');
  return {
    route_id: route.id,
    provider_id: provider.id,
    provider_name: provider.name,
    carrier: provider.type,
    target: route.target,
    price: route.price,
  };
}

function exclusionOf({ option, verdict }: Dropped): Exclusion {
  return {
    route_id: option.route.id,
    provider_id: option.route.provider_id,
    provider_name: option.provider?.name ?? '',
    ...verdict,
  };
}
