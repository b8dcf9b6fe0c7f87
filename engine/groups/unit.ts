import type { CallId, EffectId, EventId, GroupId, Instant } from '../../kernel/brand.ts';
import { derive } from '../../kernel/uuid.ts';
import type { GroupEffect, GroupOrderEffect, GroupStep } from '../../groups/effects.ts';
import { type Group, machineOf } from '../../groups/kinds.ts';
import type { GroupRow, GroupUnit, MemberRow, NameClaim } from '../../store/groups.ts';
import type { EventRow, NoticeRow, OutboxRow } from '../../store/journal.ts';
import type { Endpoint } from '../../store/rows.ts';
import { deliveriesOf } from '../deliveries.ts';

/** What a group has been told: the entry of its timeline. */
export interface GroupEntry {
  readonly id: EventId;
  readonly at: Instant;
  readonly type: string;
  readonly fact: Readonly<Record<string, unknown>>;
}

/** Where a step is committed: by which node, for which endpoints, ending which effects. */
export interface GroupDesk {
  readonly node: string;
  readonly endpoints: readonly Endpoint[];
  readonly done: readonly EffectId[];
}

interface Named {
  readonly id: EffectId;
  readonly effect: GroupEffect;
}

/** Pure: all that one step of a group changes, as one transaction; `before`: null for a new one. */
export function groupUnitOf(
  before: GroupRow | null,
  taken: { readonly entry: GroupEntry; readonly step: GroupStep<Group> },
  desk: GroupDesk,
): GroupUnit {
  const { entry, step } = taken;
  const group = step.state;
  const version = (before?.version ?? 0) + 1;
  const named = step.effects.map((effect, place): Named => {
    return { id: `${group.id}.${version}.${place}` as EffectId, effect };
  });
  const notices = noticesOf(group, named, entry.at);
  const { id: subject_id, customer_id } = group;
  const event: EventRow = { subject_id, customer_id, n: version, notices, ...entry };
  return {
    group,
    version,
    expected_version: version - 1,
    live: machineOf(group).isLive(group),
    event,
    orders: named.flatMap((each) => outboxRow(group, each, { at: entry.at, node: desk.node })),
    done: desk.done,
    members: named.flatMap(({ effect }) => memberRow(group, effect)),
    names: named.flatMap(nameRow),
    deliveries: deliveriesOf(notices, { subject_id, event, ...desk }),
  };
}

/** Sequence numbers run on from what was told before: the state already counts these in. */
function noticesOf(group: Group, named: readonly Named[], at: Instant): NoticeRow[] {
  const told = named.flatMap(({ id, effect }) =>
    effect.do === 'notice_tell' ? [{ id, effect }] : [],
  );
  if (told.length === 0) return [];
  const shown = machineOf(group).show(group);
  const first = group.told_count - told.length + 1;
  return told.map(({ id, effect }, place) => ({
    id: derive(id, effect.notice, at),
    type: effect.notice,
    order_key: group.id,
    sequence: first + place,
    at,
    data: effect.data ?? shown,
  }));
}

function outboxRow(
  { id: group_id, customer_id }: Group,
  { id, effect }: Named,
  { at, node }: { readonly at: Instant; readonly node: string },
): OutboxRow[] {
  if (isRow(effect)) return [];
  const order: GroupOrderEffect = effect;
  return [{ id, call_id: orderedBy(group_id), customer_id, node, at, order }];
}

/** Whoever ordered something is named by the one column there is for it. */
function orderedBy(group_id: GroupId): CallId {
  return group_id as string as CallId;
}

type Kept = Exclude<GroupEffect, GroupOrderEffect>;

/** What becomes a row of the step's own transaction, and waits for nobody. */
function isRow(effect: GroupEffect): effect is Kept {
  return KEPT.has(effect.do);
}
const KEPT: ReadonlySet<string> = new Set<Kept['do']>([
  'notice_tell',
  'member_record',
  'name_claim',
  'name_release',
]);

function nameRow({ effect }: Named): NameClaim[] {
  const claims = effect.do === 'name_claim';
  return claims || effect.do === 'name_release' ? [{ name: effect.name, claims }] : [];
}

function memberRow(group: Group, effect: GroupEffect): MemberRow[] {
  if (effect.do !== 'member_record') return [];
  const { id: group_id, kind, customer_id } = group;
  return [{ ...effect.record, group_id, kind, customer_id }];
}
