import { actions } from '../../flows/actions/index.ts';
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
];

const CARRIERS = new Map([['sandbox', CAPABILITIES]]);

function retold(leg: Leg, events: readonly EventRow[]): Finding[] {
  const turnstile = { language: actions, carriers: CARRIERS };
  const again = retrace(leg, events, { turnstile, look: () => undefined });
  const why = [...differences(leg.run, again.run), ...differences(leg.call, again.call)];
  return why.map((each) => ({ call_id: leg.call.id, why: each }));
}

function differences(stored: object, again: object): string[] {
  const names = new Set([...Object.keys(stored), ...Object.keys(again)]);
  const text = (value: object, name: string): string =>
    JSON.stringify((value as Readonly<Record<string, unknown>>)[name]) ?? 'nothing';
  return [...names]
    .filter((name) => text(stored, name) !== text(again, name))
    .map((name) => `its ${name} is ${text(stored, name)}, and retold ${text(again, name)}`);
}
