import type { Config } from '../config.ts';
import type { Metrics } from '../engine/metrics.ts';
import type { Clock } from '../kernel/clock.ts';
import type { CarrierKind } from '../providers/carrier.ts';
import type { SandboxNetwork } from '../providers/sandbox/network.ts';
import { sandboxKind } from '../providers/sandbox/sandbox.ts';
import { twilioKind } from '../providers/twilio/twilio.ts';
import { vonageKind } from '../providers/vonage/vonage.ts';

export interface CarrierParts {
  readonly network: SandboxNetwork;
  readonly clock: Clock;
  readonly config: Pick<Config, 'carrier_timeout_ms'>;
  readonly metrics: Pick<Metrics, 'asked'>;
}

/** Every kind of carrier there is, by its name. */
export function carrierKinds(parts: CarrierParts): ReadonlyMap<string, CarrierKind> {
  const { network, clock, config, metrics } = parts;
  const means = (carrier: string) => ({
    clock,
    timeout_ms: config.carrier_timeout_ms,
    asked: (...asked: [Parameters<Metrics['asked']>[1]]) => metrics.asked(carrier, ...asked),
  });
  const kinds = [
    sandboxKind(network, clock),
    twilioKind(means('twilio')),
    vonageKind(means('vonage')),
  ];
  return new Map(kinds.map((kind) => [kind.kind, kind]));
}
