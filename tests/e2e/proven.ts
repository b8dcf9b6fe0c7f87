/** The end of every fault run: rest, evidence, promises kept, invariants, books. */
import assert from 'node:assert/strict';
import { gather, settled, type Evidence } from './evidence.ts';
import type { Tenant } from './harness.ts';
import { broken, rootsOf } from './invariants.ts';
import { tandem, type Settings } from './tandem_process.ts';
import type { Promised, Traffic } from './traffic.ts';
import type { WebhookSink } from './webhook_sink.ts';

const SHOWN = 5;
/** A call that failed for want of routes has been lost on the last of three twice. */
const LOST_MIN = 3;
const REST_WITHIN_MS = 60_000;

export interface Run {
  readonly tenant: Tenant;
  readonly sink: WebhookSink;
  readonly traffic: Traffic;
}

/** Lets a run come to rest and proves that it kept every promise and every rule. */
export async function assertProven({ tenant, sink, traffic }: Run): Promise<Evidence> {
  await settled(tenant.client, REST_WITHIN_MS);
  const evidence = await gather(tenant, sink);
  assert.deepEqual(traffic.odd.slice(0, SHOWN), [], 'every request was answered as it should be');
  const promised = traffic.promised.map(({ call_id }) => call_id);
  const kept = rootsOf(evidence).map(({ id }) => id);
  assert.deepEqual(kept.toSorted(), promised.toSorted(), 'the promised calls, and no others');
  assert.deepEqual(broken(evidence), []);
  assert.deepEqual(traffic.promised.flatMap(unexpected(evidence)).slice(0, SHOWN), []);
  return evidence;
}

/**
 * Faults of ours must not change what the far end does: callers hear what they were to hear. Only
 * where every route was lost on its way, each by a death of its own, may a call fail.
 */
function unexpected({ calls }: Evidence): (promised: Promised) => string[] {
  const known = new Map(calls.map((call) => [call.id, call]));
  return ({ call_id, kind }) => {
    const call = known.get(call_id);
    const answered = typeof call?.tm_progressing === 'string';
    const lost = call?.attempts.at(-1)?.status === 'abandoned' && call.attempts.length > LOST_MIN;
    if (kind === 'ended_by_caller' || lost) return [];
    const right = kind === 'busy' ? call?.hangup_reason === 'busy' : answered;
    return right ? [] : [`a call to be ${kind} ended otherwise: ${JSON.stringify(call)}`];
  };
}

/** The program that operators ask finds nothing to mend. */
export async function assertHealthy(settings: Settings): Promise<void> {
  const { code, stdout, stderr } = await tandem(['doctor'], settings);
  assert.equal(code, 0, `${stdout}${stderr}`);
}

/** What a run was like, for the report. */
export function summaryOf(run: Run, { calls, dials, hooks }: Evidence): string {
  const repeated = run.traffic.promised.filter(({ sent }) => sent > 1).length;
  const failures = calls.reduce((sum, { attempts }) => sum + attempts.length - 1, 0);
  const ids = new Set(hooks.map(({ id }) => id));
  return [
    `${run.traffic.promised.length} calls promised (${repeated} asked for more than once)`,
    `${calls.length} calls in all, ${dials.length} dials, ${failures} failovers`,
    `${ids.size} webhooks in ${hooks.length} requests`,
  ].join(', ');
}
