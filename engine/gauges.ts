/** What the engine holds in memory, as counts: at rest all of them are 0. */
export interface ExchangeGauges {
  readonly effects: number;
  readonly alarms: number;
  readonly legs: number;
  readonly busy: number;
  readonly attempts: number;
  readonly deliveries: { readonly in_flight: number; readonly kept: number };
  /** Whether this node may act: others know that it is alive. */
  readonly trusted: boolean;
}
