import type { CustomerId, Instant, ProviderId } from '../kernel/brand.ts';
import type { Page, PageQuery, Scope } from './page.ts';

/** Calls that live between one caller and one number of ours. */
export interface Traffic {
  /** Incoming calls of this caller to this number. */
  readonly parallel: number;
  /**
   * How often what our own calls from that number to this one carry has come in before, at most;
   * null where there is no such call.
   */
  readonly hops: number | null;
}

/** An incoming call that was not taken. Those alike within an hour are one row. */
export interface RefusedCall {
  readonly id: string;
  /** Whose number was called; the platform's where it is nobody's. */
  readonly customer_id: CustomerId;
  readonly provider_id: ProviderId;
  readonly source: string;
  readonly destination: string;
  readonly reason: string;
  readonly sip_code: number;
  readonly q850: number;
  /** The carrier's name for the latest one's leg. */
  readonly leg_ref: string;
  readonly count: number;
  readonly tm_create: Instant;
  /** When the latest came. */
  readonly tm_update: Instant;
}

export interface RefusedFilter {
  readonly reason?: string;
  readonly source?: string;
  readonly destination?: string;
}

/** What is known about calls that come in, beside the calls themselves. */
export interface Arrivals {
  traffic(source: string, destination: string): Promise<Traffic>;
  /** Writes one down, or counts it where one like it is known. False: it was known. */
  note(call: RefusedCall): Promise<boolean>;
  refused(scope: Scope, filter: RefusedFilter, page: PageQuery): Promise<Page<RefusedCall>>;
  refusedOne(scope: Scope, id: string): Promise<RefusedCall | null>;
  /** Forgets those older than `at`, and of every customer all but the latest `keep`. */
  forget(at: Instant, keep: number): Promise<void>;
}
