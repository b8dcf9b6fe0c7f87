/** How much is done at once and kept in memory. */
export interface Limits {
  /** Tries under way at once, in each of the two pools. */
  readonly in_flight: number;
  readonly in_flight_per_endpoint: number;
  /** The same for an endpoint that gives no answer. */
  readonly in_flight_per_mute_endpoint: number;
  /** Deliveries and lines kept in memory; the rest waits in SQL. */
  readonly kept: number;
  readonly kept_per_endpoint: number;
  /** An endpoint from which nothing has come for so long is slow. */
  readonly slow_ms: number;
}

/** What a machine of two cores bears well. */
export const LIMITS: Limits = {
  in_flight: 256,
  in_flight_per_endpoint: 16,
  in_flight_per_mute_endpoint: 2,
  kept: 100_000,
  kept_per_endpoint: 10_000,
  slow_ms: 1_000,
};
