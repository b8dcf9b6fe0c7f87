import type { Candidate } from '../calls/call.ts';
import type { ProviderId, RouteId } from '../kernel/brand.ts';

/** Why a route was left out. A closed list: docs and the explain record use these words. */
export type ExclusionReason =
  | 'prefix'
  | 'disabled'
  | 'capability'
  | 'no_price'
  | 'provider_missing'
  | 'provider_listed_already'
  | 'destination_type';

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
