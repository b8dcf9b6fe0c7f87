/** How much is done at once and kept in memory. */
export interface Limits {
  /** Tries under way at once, in each of the two pools. */
  readonly in_flight: number;
  /** What an endpoint may have under way until it has proved itself. */
  readonly in_flight_per_endpoint: number;
  /** How far that grows, by one with every prompt answer; a slow one takes it all back. */
  readonly in_flight_per_prompt_endpoint: number;
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
  in_flight_per_prompt_endpoint: 64,
  in_flight_per_mute_endpoint: 2,
  kept: 100_000,
  kept_per_endpoint: 10_000,
  slow_ms: 1_000,
};

/**
 * How many tries an endpoint may have under way. It begins low, so that a dead one takes little
 * before it is found out, and grows while answers come promptly: what one endpoint can be told in a
 * second is this number divided by how long it takes to answer.
 */
export function mostUnderWay(
  lane: { readonly mute: boolean; readonly prompt_count: number },
  limits: Limits,
): number {
  if (lane.mute) return limits.in_flight_per_mute_endpoint;
  const { in_flight_per_endpoint: first, in_flight_per_prompt_endpoint: most } = limits;
  return Math.max(first, Math.min(first + lane.prompt_count, most));
}
