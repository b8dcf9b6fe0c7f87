import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { openStore } from '../../store/knex/open.ts';
import type { Store } from '../../store/store.ts';
import { T0 } from '../../tests/conformance/store_rows.ts';
import type { Difference } from './compare.ts';
import { differences } from './compare.ts';
import { failover_map } from './failover_map.ts';
import { failover_sequences } from './failover_sequences.ts';
import { isFields, shown } from './fields.ts';
import type { Claim, Group } from './group.ts';
import { invoice_totals, overdue } from './invoices.ts';
import { anniversaries, billing_run_catch_up, period_of_instant, proration } from './months.ts';
import { free_seconds, margin, max_talk_time, rating } from './rating.ts';
import { reservationsOn } from './reservations.ts';
import { cost_order, e164, lpm, weighted_order } from './routing.ts';

/** Something a vector file claims that the product does not do, or that nobody can read. */
export interface Failure {
  readonly group: string;
  readonly id: string;
  readonly differences: readonly Difference[];
}

export interface Outcome {
  readonly passed: number;
  readonly failures: readonly Failure[];
}

const PURE_GROUPS: Readonly<Record<string, Group>> = {
  rating,
  max_talk_time,
  free_seconds,
  anniversaries,
  period_of_instant,
  billing_run_catch_up,
  proration,
  invoice_totals,
  overdue,
  margin,
  cost_order,
  weighted_order,
  e164,
  lpm,
  failover_map,
  failover_sequences,
};

/** Prose beside the groups. */
const PROSE = new Set(['about', 'rules']);

/** Holds every claim of a vector file against the product's own functions. */
export async function runVectors(file: unknown): Promise<Outcome> {
  if (!isFields(file)) return failed(unreadable('file', '-', 'a vector file is one object'));
  const names = Object.keys(file).filter((name) => !PROSE.has(name) && !isRemark(file[name]));
  const outcomes: Outcome[] = [];
  for (const name of names) outcomes.push(await runGroup(name, file[name]));
  return {
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    failures: outcomes.flatMap(({ failures }) => failures),
  };
}

function isRemark(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

async function runGroup(name: string, value: unknown): Promise<Outcome> {
  if (name === 'reservations')
    return onStore((store) => runClaims(name, () => reservationsOn(store)(value)));
  const group = Object.hasOwn(PURE_GROUPS, name) ? PURE_GROUPS[name] : undefined;
  if (group === undefined) return failed(unreadable(name, '-', 'no group is called this'));
  return runClaims(name, () => group(value));
}

async function runClaims(group: string, read: () => readonly Claim[]): Promise<Outcome> {
  let claims: readonly Claim[];
  try {
    claims = read();
  } catch (error) {
    return failed(unreadable(group, '-', String(error)));
  }
  const failures: Failure[] = [];
  for (const claim of claims) {
    const differ = await check(claim);
    if (differ.length > 0) failures.push({ group, id: claim.id, differences: differ });
  }
  return { passed: claims.length - failures.length, failures };
}

/** Whatever goes wrong with one claim is said of that claim, and the next one has its turn. */
async function check({ expected, ask }: Claim): Promise<readonly Difference[]> {
  try {
    return differences(expected, await ask());
  } catch (error) {
    return [{ path: '', expected: shown(expected), got: String(error) }];
  }
}

function unreadable(group: string, id: string, got: string): Failure {
  return { group, id, differences: [{ path: '', expected: 'a known shape', got }] };
}

function failed(failure: Failure): Outcome {
  return { passed: 0, failures: [failure] };
}

/** A store as the product opens it, on a file that is gone afterwards. */
async function onStore(run: (store: Store) => Promise<Outcome>): Promise<Outcome> {
  const data_dir = await mkdtemp(join(tmpdir(), 'tandem-vectors-'));
  const clock: Clock = { now: () => T0, wall: () => T0, after: () => () => undefined };
  try {
    const store = await openStore({ database_url: null, data_dir, clock });
    const outcome = await run(store);
    await store.close();
    return outcome;
  } finally {
    await rm(data_dir, { recursive: true });
  }
}
