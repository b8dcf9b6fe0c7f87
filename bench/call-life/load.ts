/** What the load generator is told: where to post what, and how to read what comes back. */
export interface Load {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The webhook secret, as Standard Webhooks writes it: "whsec_" and base64, or base64 alone. */
  readonly secret: string;
  /** A call is over when a webhook's body holds this text. */
  readonly final_mark: string;
  /** Webhooks a call causes, the final one included. */
  readonly webhooks_per_call: number;
  /** Whose CPU time and memory are read: the process under test. */
  readonly pid: number;
  readonly in_flight: number;
  readonly warm_ms: number;
  readonly measure_ms: number;
}

/** Opens so many calls and leaves them standing. */
export interface LiveLoad extends Omit<Load, 'final_mark' | 'warm_ms' | 'measure_ms'> {
  /** A call stands when a webhook's body holds this text. */
  readonly live_mark: string;
  readonly calls: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** What one run measured. Times in ms but for the CPU's, which is µs per call. */
export interface Figures {
  readonly calls: number;
  readonly calls_per_s: number;
  readonly webhooks_per_s: number;
  readonly post_ms: Percentiles;
  /** From the instant written in a notice to its arrival, both on this machine's clock. */
  readonly webhook_ms: Percentiles;
  /** From the POST to the final webhook. */
  readonly call_ms: Percentiles;
  readonly server_cpu_us: number;
  readonly client_cpu_us: number;
  readonly rss_mb: number;
  /** Over the whole run, warming up included: what the books must say. */
  readonly calls_in_all: number;
  readonly webhooks_in_all: number;
  /** Calls whose final webhook never came. */
  readonly calls_unfinished: number;
  readonly signatures_verified: number;
}

export type ToClient =
  | { readonly do: 'measure'; readonly load: Load }
  | { readonly do: 'open'; readonly load: LiveLoad };

export type FromClient =
  | { readonly told: 'listening'; readonly port: number }
  | { readonly told: 'measured'; readonly figures: Figures }
  | { readonly told: 'opened'; readonly ms: number };

export function percentiles(samples: readonly number[]): Percentiles {
  const sorted = Float64Array.from(samples).sort();
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
