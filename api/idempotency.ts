import { hash } from 'node:crypto';
import type { CustomerId, Instant } from '../kernel/brand.ts';
import { refusal } from '../kernel/refusal.ts';
import type { Operation } from './contract.ts';
import type { Desk } from './desk.ts';
import { asText, JSON_TYPE, type Outcome, refuse, type Seed } from './operation.ts';

/** One POST with an Idempotency-Key. */
export interface Repeatable {
  readonly operation: Operation;
  readonly customer_id: CustomerId;
  readonly key: string;
  readonly path: string;
  readonly query: unknown;
  readonly body: unknown;
}

/** The answer to a request that may have been answered before. */
export interface Once {
  readonly outcome: Outcome;
  readonly replayed: boolean;
}

type Run = (seed: Seed) => Promise<Outcome>;

/** Runs a request once per key, and answers its repetitions as it was answered. */
export type Idempotency = (request: Repeatable, run: Run) => Promise<Once>;

const KEY = /^[\x20-\x7e]{1,255}$/;
const HEADER = 'Idempotency-Key';
const UNSETTLED_MAX = 10_000;
const IN_PROGRESS: Outcome = {
  refused: refusal('idempotency_in_progress', HEADER),
  retry_after_s: 1,
};

export function isIdempotencyKey(text: string): boolean {
  return KEY.test(text);
}

/**
 * A run that threw may have done its work or not. Its claim stays, and is remembered here with its
 * instant: the same request sent again runs again from the same seed, which makes the same ids. On
 * other nodes it is still running until this one is known to be dead.
 */
export function makeIdempotency(desk: Desk): Idempotency {
  const unsettled = new Map<string, Instant>();
  const { idempotency } = desk.store;
  const runFrom = async (request: Repeatable, seed: Seed, run: Run): Promise<Outcome> => {
    const outcome = asText(await run(seed));
    // Refusals do nothing, so they leave the key free for the corrected request.
    if (!('text' in outcome)) await idempotency.release(seed.name);
    else await idempotency.complete(seed.name, outcome.status, kept(request, seed, outcome.text));
    return outcome;
  };
  const kept = ({ operation }: Repeatable, { name }: Seed, text: string): string =>
    operation.secret ? desk.vault.seal(text, name) : text;
  const stored = ({ operation }: Repeatable, name: string, text: string): string =>
    operation.secret ? desk.vault.open(text, name) : text;

  return async (request, run) => {
    const name = nameOf(request);
    const claim = await idempotency.claim(name, fingerprintOf(request), desk.node);
    if (claim.state === 'mismatch') return first(refuse('idempotency_mismatch', HEADER));
    if (claim.state === 'done') {
      const text = stored(request, name, claim.body);
      return { outcome: { status: claim.status, text, type: JSON_TYPE }, replayed: true };
    }
    const at = claim.state === 'mine' ? claim.tm_create : unsettled.get(name);
    if (at === undefined) return first(IN_PROGRESS);
    // Whoever sends it once more meanwhile is told that it runs.
    unsettled.delete(name);
    try {
      return first(await runFrom(request, { name, at }, run));
    } catch (error) {
      if (unsettled.size < UNSETTLED_MAX) unsettled.set(name, at);
      throw error;
    }
  };
}

function first(outcome: Outcome): Once {
  return { outcome, replayed: false };
}

/** The key as it is stored: apart by customer, method and path, whatever key asks. */
function nameOf({ customer_id, operation, path, key }: Repeatable): string {
  return hash('sha256', [customer_id, operation.method, path, key].join('\n'), 'hex');
}

function fingerprintOf({ query, body }: Repeatable): string {
  return hash('sha256', canonical([query, body ?? null]), 'hex');
}

/** JSON with the names of every object in order: the same content is the same text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`);
  return `{${members.join(',')}}`;
}
