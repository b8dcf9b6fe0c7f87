import { type Refusal, refusal } from '../kernel/refusal.ts';
import type { PlaceOrder } from '../engine/engine.ts';
import type { Finding } from '../flows/check/finding.ts';
import type { Desk } from './desk.ts';
import { programOf } from './flow_input.ts';
import type { Ask, BodyOf } from './operation.ts';
import { addressOf } from './party.ts';
import { readVariables } from './variables_input.ts';

/** What both kinds of orders have. */
interface Asked extends Pick<Ask<'createCalls'>, 'key' | 'seed' | 'customer_id'> {
  readonly body: BodyOf<'createCalls'>;
}

/** An order as it was asked for, and what its author should know all the same. */
export interface ReadOrder {
  readonly order: PlaceOrder;
  readonly warnings: readonly Finding[];
}

/** Reads what calls and groupcalls are placed by. */
export async function readOrder(ask: Asked, desk: Desk): Promise<ReadOrder | Refusal> {
  const { body, key, seed } = ask;
  if (body.sandbox !== undefined && key.live) return refusal('test_key_required', '/sandbox');
  const variables = readVariables(body.variables ?? {});
  if (!variables.ok) return variables.refused;
  const customer = await desk.customer(ask.customer_id);
  if (customer === null) return refusal('not_found', 'customer_id');
  const at = {
    direction: 'outgoing',
    early: body.early_execution,
    given: new Set(Object.keys(variables.value)),
  } as const;
  const program = await programOf(body, ask.customer_id, { desk, seed, at });
  if ('code' in program) return program;
  const { warnings, ...flow } = program;
  const order: PlaceOrder = {
    ...flow,
    customer,
    source: addressOf(body.source),
    destinations: body.destinations.map(addressOf),
    variables: variables.value,
    dial_timeout_ms: ringMs(body, desk),
    max_duration_ms: body.max_duration * 1_000,
    early_execution: body.early_execution,
    sandbox: (body.sandbox as PlaceOrder['sandbox'] | undefined) ?? null,
    test: !key.live,
    seed,
  };
  return { order, warnings };
}

function ringMs({ dial_timeout }: Asked['body'], { config }: Desk): number {
  return dial_timeout === undefined ? config.dial_timeout_ms : dial_timeout * 1_000;
}
