import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { hasLeg } from '../calls/call.ts';
import type { Unit } from '../store/store.ts';

const SECONDS = [0.001, 0.005, 0.025, 0.1, 0.25, 1, 2.5, 10];

/** A request made of a carrier, and what came of it: `ok`, an HTTP status, a network's word. */
export interface CarrierRequest {
  readonly operation: string;
  readonly result: string;
  readonly ms: number;
}

/** What Prometheus reads at /metrics. Names follow its conventions: base units, `_total`. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #placed = this.#counter('tandem_calls_placed_total', 'Legs placed.');
  readonly #ended = this.#counter('tandem_calls_ended_total', 'Legs ended, by hangup reason.', [
    'reason',
  ]);
  readonly #attempts = this.#counter(
    'tandem_attempts_ended_total',
    'Tries of a route that ended, by provider and cause.',
    ['provider', 'cause'],
  );
  readonly #deliveries = this.#histogram(
    'tandem_webhook_duration_seconds',
    'Webhook requests, by what became of the delivery.',
    ['outcome'],
  );
  readonly #carriers = this.#histogram(
    'tandem_carrier_request_duration_seconds',
    'Requests made of carriers, by carrier, operation and result.',
    ['carrier', 'operation', 'result'],
  );
  readonly #refused = this.#counter(
    'tandem_calls_refused_total',
    'Incoming calls that were not taken, by reason.',
    ['reason'],
  );
  readonly #requests = this.#histogram(
    'tandem_http_request_duration_seconds',
    'API requests, by operation and status.',
    ['operation', 'status'],
  );

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  committed(unit: Unit): void {
    const { call } = unit.leg;
    if (unit.expected_version === 0 && hasLeg(call)) this.#placed.inc();
    if (call.status === 'hangup' && unit.charge !== null)
      this.#ended.inc({ reason: call.hangup_reason });
    for (const { attempt } of unit.attempts) {
      if (attempt.ending === null) continue;
      const provider = call.candidates[attempt.candidate_index]?.provider_name ?? '';
      this.#attempts.inc({ provider, cause: attempt.ending.cause });
    }
  }

  turnedAway(reason: string): void {
    this.#refused.inc({ reason });
  }

  delivered(outcome: 'delivered' | 'retried' | 'failed', duration_ms: number): void {
    this.#deliveries.observe({ outcome }, duration_ms / 1000);
  }

  asked(carrier: string, { operation, result, ms }: CarrierRequest): void {
    this.#carriers.observe({ carrier, operation, result }, ms / 1000);
  }

  answered(operation: string, status: number, duration_ms: number): void {
    this.#requests.observe({ operation, status }, duration_ms / 1000);
  }

  /** Shows a number that is read when Prometheus asks. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const collect = async function (this: Gauge): Promise<void> {
      this.set(await read());
    };
    this.#registry.registerMetric(new Gauge({ name, help, registers: [], collect }));
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #histogram(name: string, help: string, labelNames: readonly string[]): Histogram {
    const registers = [this.#registry];
    return new Histogram({ name, help, labelNames: [...labelNames], buckets: SECONDS, registers });
  }
}
