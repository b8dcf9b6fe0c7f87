import { hash } from 'node:crypto';
import { rfc3339 } from '../../kernel/instant.ts';
import { tell } from './drive.ts';
import { type Evidence, type Finding, gather } from './evidence.ts';
import { CALL_INVARIANTS } from './invariants_calls.ts';
import { GROUP_INVARIANTS } from './invariants_groups.ts';
import { MONEY_INVARIANTS } from './invariants_money.ts';
import { QUEUE_INVARIANTS } from './invariants_queues.ts';
import { NOTICE_INVARIANTS } from './invariants_notices.ts';
import { TRACE_INVARIANTS } from './invariants_traces.ts';
import { planFor } from './plan.ts';

/** Everything that must hold in every world at rest. */
export const INVARIANTS = [
  ...CALL_INVARIANTS,
  ...GROUP_INVARIANTS,
  ...QUEUE_INVARIANTS,
  ...MONEY_INVARIANTS,
  ...NOTICE_INVARIANTS,
  ...TRACE_INVARIANTS,
];

export interface Breach extends Finding {
  readonly name: string;
  readonly says: string;
}

export interface Outcome {
  readonly seed: number;
  readonly evidence: Evidence;
  readonly breaches: readonly Breach[];
}

/** Lives through the world of a seed and looks whether everything holds. Always ends the same. */
export async function simulate(seed: number): Promise<Outcome> {
  const story = await tell(planFor(seed));
  const evidence = await gather(story);
  const breaches = INVARIANTS.flatMap(({ name, says, broken }) =>
    broken(evidence).map((finding) => ({ name, says, ...finding })),
  );
  await story.world.databases.close();
  return { seed, evidence, breaches };
}

/** A short name for all that happened in a world: the same for the same seed, always. */
export function digestOf({ evidence: { timelines, arrivals, dials } }: Outcome): string {
  return hash('sha256', JSON.stringify([[...timelines], arrivals, [...dials]]), 'hex').slice(0, 16);
}

const SHOWN_MAX = 6;

/** What broke, for people: the seed, the invariants, the timeline of the first call concerned. */
export function report({ seed, evidence, breaches }: Outcome): string {
  const { plan } = evidence.world;
  const shown = breaches.slice(0, SHOWN_MAX).map(({ name, says, call_id, why }) => {
    return `  ${name} ${says}\n     ${call_id === null ? '' : `call ${call_id} `}${why}`;
  });
  const more = breaches.length > SHOWN_MAX ? [`  … and ${breaches.length - SHOWN_MAX} more`] : [];
  const about = breaches.find(({ call_id }) => call_id !== null)?.call_id ?? null;
  return [
    `seed ${seed}: ${breaches.length} breaches`,
    `  ${plan.nodes} node(s), network ${plan.network}, turns ${plan.turns_max}, ` +
      `lag ${plan.lag_max}, faults: carrier ${plan.carrier_faults}, store ${plan.store_faults}`,
    ...shown,
    ...more,
    ...(about === null ? [] : chronicle(evidence, about)),
    `replay it: node tests/simulation/run.ts --seed ${seed}`,
  ].join('\n');
}

/** All that is known of one call: its timeline, its legs on the network, the kills around it. */
export function chronicle(evidence: Evidence, call_id: string): string[] {
  const leg = [...evidence.legs.values()].find(({ call }) => call.id === call_id);
  const dials = [...evidence.dials].find(([id]) => id === call_id)?.[1] ?? [];
  const events = (evidence.timelines.get(call_id) ?? []).map(({ n, at, type, fact, notices }) => {
    const told = notices.map((notice) => `${notice.type} ${notice.data['status']}`).join(', ');
    const line = `  ${rfc3339(at)} ${n} ${type} ${JSON.stringify(fact)}`;
    return told === '' ? line : `${line} → ${told}`;
  });
  return [
    `call ${call_id} ${leg === undefined ? 'is not there' : summary(leg.call)}`,
    ...events,
    ...dials.map(
      (row) =>
        `  network: ${row.provider_name} ${row.outcome} × ${row.dial_count}, dialled ` +
        `${rfc3339(row.tm_dial)}, rang ${rfc3339(row.tm_ringing)}, answered ` +
        `${rfc3339(row.tm_answer)}, ended ${rfc3339(row.tm_end)} with ${row.final_code}`,
    ),
    ...killsOf(evidence),
  ];
}

function summary(call: object): string {
  const shown = ['status', 'hangup_reason', 'tm_progressing', 'tm_hangup', 'talk_ms_max'];
  const known = Object.entries(call).filter(([name]) => shown.includes(name));
  return known.map(([name, value]) => `${name} ${String(value)}`).join(', ');
}

function killsOf({ world }: Evidence): string[] {
  return world.plan.acts.flatMap((act) =>
    'down_ms' in act ? [`  ${act.do} at ${act.at} ms, for ${act.down_ms} ms`] : [],
  );
}
