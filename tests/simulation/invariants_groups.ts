import type { Call } from '../../calls/call.ts';
import type { CallId, GroupId } from '../../kernel/brand.ts';
import type { Groupcall } from '../../groups/groupcall.ts';
import type { GroupRow } from '../../store/groups.ts';
import { downMs, type Evidence, type Finding, type Invariant } from './evidence.ts';
import { isCount } from './invariants_calls.ts';

/** How long after the one who stays another may still be up, while somebody serves. */
const SECOND_MS = 40_000;

/** What holds for calls that are held together. */
export const GROUP_INVARIANTS: readonly Invariant[] = [
  {
    name: 'G1',
    says: 'every groupcall asked for is answered, and every group there is has ended',
    broken: ({ rings, groups }) => [
      ...rings
        .filter(({ group }) => group === null)
        .map(({ ring }) => about(null, `${ring.name} was never answered`)),
      ...rings.flatMap(({ group }) =>
        group === null || 'code' in group || groups.some((row) => row.group.id === group.id)
          ? []
          : [about(group.id, 'was answered as placed and is not there')],
      ),
      ...groups
        .filter(({ group }) => group.kind === 'groupcall' && group.status !== 'hangup')
        .map(({ group }) => about(group.id, `is ${group.status} for ever`)),
    ],
  },
  {
    name: 'G2',
    says: 'of those who answer only one is let in, and nobody else stays',
    broken: (evidence) =>
      evidence.groups.flatMap(({ group }) =>
        group.kind === 'groupcall' ? letIn(group, evidence) : [],
      ),
  },
  {
    name: 'G3',
    says: 'every member is one that its group knows, and none outlives it',
    broken: (evidence) => members(evidence),
  },
  {
    name: 'G4',
    says: 'a group tells without gaps, and ends with its last word',
    broken: ({ groups, timelines }) =>
      groups.flatMap((row) => telling(row, timelines.get(row.group.id) ?? [])),
  },
];

function about(id: string | null, why: string): Finding {
  // What is told of a group stands under its id, as what is told of a call does.
  return { call_id: id as CallId | null, why };
}

function callsOf({ id }: Groupcall, { legs }: Evidence): Call[] {
  return [...legs.values()].map(({ call }) => call).filter(({ ties }) => ties?.member_of === id);
}

function letIn(group: Groupcall, evidence: Evidence): Finding[] {
  if (group.answer_method === '') return [];
  const answered = callsOf(group, evidence).filter(
    (call) => call.status === 'hangup' && call.tm_progressing !== null,
  );
  const admitted = answered.filter(({ ties }) => ties?.admitted === true);
  const latest =
    Math.min(...answered.map((call) => upAt(call))) + SECOND_MS + downMs(evidence.world);
  const stayed = answered
    .filter(({ id }) => id !== group.answer_id)
    .filter((call) => downAt(call) > latest);
  return [
    // Who is heard ringing is let in before anybody answers.
    ...(admitted.length > 1 && !group.early_execution
      ? [about(group.id, `let in ${admitted.length}`)]
      : []),
    ...admitted
      .filter(({ id }) => id !== group.answer_id && !group.early_execution)
      .map(({ id }) => about(group.id, `let in ${id}, who was not the first`)),
    ...stayed.map(({ id }) => about(id, 'answered second and stayed')),
  ];
}

function upAt(call: Call): number {
  return call.status === 'hangup' ? (call.tm_progressing ?? Infinity) : Infinity;
}

function downAt(call: Call): number {
  return call.status === 'hangup' ? call.tm_hangup : Infinity;
}

function members(evidence: Evidence): Finding[] {
  const byId = new Map(evidence.groups.map(({ group }) => [group.id, group]));
  return [...evidence.legs.values()].flatMap(({ call }) => {
    const group_id: GroupId | null = call.ties?.member_of ?? null;
    if (group_id === null) return [];
    const group = byId.get(group_id);
    if (group === undefined) return [about(call.id, 'is a member of a group that is not there')];
    if (group.kind !== 'groupcall') return [];
    const one = group.rung.find(({ id }) => id === call.id);
    if (one === undefined) return [about(call.id, 'is a member its group knows nothing of')];
    const early = downAt(call) > group.tm_update && group.status === 'hangup' && one.code === null;
    return early ? [about(call.id, 'outlived its group')] : [];
  });
}

function telling(
  { group, version }: GroupRow,
  events: readonly { n: number; notices: readonly { type: string; sequence: number }[] }[],
): Finding[] {
  const notices = events.flatMap((event) => event.notices);
  const found: string[] = [];
  if (
    !isCount(
      events.map(({ n }) => n),
      version,
    )
  )
    found.push('has gaps in its timeline');
  if (
    !isCount(
      notices.map(({ sequence }) => sequence),
      group.told_count,
    )
  )
    found.push('tells with gaps');
  const last = notices.findLast(({ type }) => type !== 'groupcall_deleted')?.type;
  if (group.kind === 'groupcall' && last !== 'groupcall_hangup')
    found.push(`its last word is ${last}`);
  return found.map((why) => about(group.id, why));
}
