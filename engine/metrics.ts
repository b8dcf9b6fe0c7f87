import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Unit } from '../store/store.ts';

/** What Prometheus reads at /metrics. Names follow its conventions: base units, `_total`. */
export interface Metrics {
  committed(unit: Unit): void;
  delivered(outcome: 'delivered' | 'retried' | 'failed', duration_ms: number): void;
  answered(operation: string, status: number, duration_ms: number): void;
  /** Shows a number that is read when Prometheus asks. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  text(): Promise<string>;
}

const SECONDS = [0.001, 0.005, 0.025, 0.1, 0.25, 1, 2.5, 10];

export function makeMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const placed = new Counter({
    name: 'tandem_calls_placed_total',
    help: 'Legs placed.',
    registers,
  });
  const ended = new Counter({
    name: 'tandem_calls_ended_total',
    help: 'Legs that ended, by hangup reason.',
    labelNames: ['reason'],
    registers,
  });
  const attempts = new Counter({
    name: 'tandem_attempts_ended_total',
    help: 'Tries of a route that ended, by provider and cause.',
    labelNames: ['provider', 'cause'],
    registers,
  });
  const deliveries = new Histogram({
    name: 'tandem_webhook_duration_seconds',
    help: 'Webhook requests, by what became of the delivery.',
    labelNames: ['outcome'],
    buckets: SECONDS,
    registers,
  });
  const requests = new Histogram({
    name: 'tandem_http_request_duration_seconds',
    help: 'API requests, by operation and status.',
    labelNames: ['operation', 'status'],
    buckets: SECONDS,
    registers,
  });
  return {
    committed: (unit) => {
      const { call } = unit.leg;
      if (unit.expected_version === 0) placed.inc();
      if (call.status === 'hangup' && unit.charge !== null)
        ended.inc({ reason: call.hangup_reason });
      for (const { attempt } of unit.attempts) {
        if (attempt.ending === null) continue;
        const provider = call.candidates[attempt.candidate_index]?.provider_name ?? '';
        attempts.inc({ provider, cause: attempt.ending.cause });
      }
    },
    delivered: (outcome, duration_ms) => deliveries.observe({ outcome }, duration_ms / 1000),
    answered: (operation, status, duration_ms) =>
      requests.observe({ operation, status }, duration_ms / 1000),
    gauge: (name, help, read) =>
      void new Gauge({
        name,
        help,
        registers,
        async collect() {
          this.set(await read());
        },
      }),
    text: () => registry.metrics(),
  };
}
