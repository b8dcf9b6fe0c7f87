import { actions } from '../../flows/actions/index.ts';
import { rehearse } from '../../engine/trace/rehearse.ts';
import { retrace } from '../../engine/trace/rewind.ts';
import { CAPABILITIES } from '../../providers/sandbox/config.ts';
import type { Leg } from '../../store/store.ts';
import type { EventRow } from '../../store/journal.ts';
import type { Finding, Invariant } from './evidence.ts';

/** What timelines can be trusted with: whatever a call came to can be told from its own alone. */
export const TRACE_INVARIANTS: readonly Invariant[] = [
  {
    name: 'T1 a timeline tells its call',
    says: 'a call taken through its own timeline once more comes to what is stored of it',
    broken: ({ legs, timelines }) =>
      [...legs.values()].flatMap((leg) => retold(leg, timelines.get(leg.call.id) ?? [])),
  },
  {
    name: 'T2 the same flow does the same',
    says: 'rehearsed with the flow it ran, a call does step by step what it did',
    broken: ({ legs, timelines }) =>
      [...legs.values()].flatMap((leg) => rehearsed(leg, timelines.get(leg.call.id) ?? [])),
  },
];

const CARRIERS = new Map([['sandbox', CAPABILITIES]]);

function retold(leg: Leg, events: readonly EventRow[]): Finding[] {
  const turnstile = { language: actions, carriers: CARRIERS };
  const again = retrace(leg, events, { turnstile, look: () => undefined });
  const why = [...differences(leg.run, again.run), ...differences(leg.call, again.call)];
  return why.map((each) => ({ call_id: leg.call.id, why: each }));
}

/** What of a call is its own alone can be rehearsed: not how long it would wait for an agent. */
function isOwn({ run }: Leg, events: readonly EventRow[]): boolean {
  if (run.program.some(({ type }) => type === 'queue_join')) return false;
  return !events.some(({ type }) => type === 'child_released' || type === 'master_released');
}

function rehearsed(leg: Leg, events: readonly EventRow[]): Finding[] {
  if (!isOwn(leg, events)) return [];
  const { flow_id, program: actions_then } = leg.run;
  const change = { flow_id, actions: actions_then };
  const rules = { language: actions, carriers: CARRIERS };
  const { before, after, stopped, assumed } = rehearse(leg, events, { change, rules });
  const text = ({ steps, run }: typeof before): string =>
    JSON.stringify([steps.map(settled), run.ended_because, run.variables]);
  const why = [
    ...(text(before) === text(after) ? [] : [`it does ${text(after)}, and did ${text(before)}`]),
    ...[stopped ?? [], assumed].flat().map(({ what }) => what),
  ];
  return why.map((each) => ({ call_id: leg.call.id, why: each }));
}

/** While a node is away facts come late: by which one a step ends, and when, may differ. */
function settled<S extends object>(step: S): S {
  return { ...step, ended_by: '', tm_begin: null, tm_end: null };
}

function differences(stored: object, again: object): string[] {
  const names = new Set([...Object.keys(stored), ...Object.keys(again)]);
  const text = (value: object, name: string): string =>
    JSON.stringify((value as Readonly<Record<string, unknown>>)[name]) ?? 'nothing';
  return [...names]
    .filter((name) => text(stored, name) !== text(again, name))
    .map((name) => `its ${name} is ${text(stored, name)}, and retold ${text(again, name)}`);
}
