import { NULL_ID } from '../kernel/brand.ts';
import { rfc3339 } from '../kernel/instant.ts';
import { publicAddress } from '../calls/public.ts';
import { type Groupcall, live, wants } from './groupcall.ts';
import { GROUPCALL_TABLE } from './groupcall_table.ts';
import type { Machine } from './machine.ts';

/** Several destinations rung for one purpose, as the engine runs it. */
export const groupcallMachine: Machine<Groupcall> = {
  kind: 'groupcall',
  table: GROUPCALL_TABLE,
  ended_by: { type: 'hangup_asked' },
  isLive: ({ status }) => status !== 'hangup',
  wants,
  newsOf: (before, after) => [
    ...(isNews(before, after) ? ['groupcall_updated'] : []),
    ...(before.status !== after.status && after.status === 'hangup' ? ['groupcall_hangup'] : []),
    ...(before.tm_delete === null && after.tm_delete !== null ? ['groupcall_deleted'] : []),
  ],
  show: publicGroupcall,
};

function isNews(before: Groupcall, after: Groupcall): boolean {
  return (
    before.status !== after.status ||
    before.answer_id !== after.answer_id ||
    before.dial_index !== after.dial_index
  );
}

/** A groupcall as customers see it, in VoIPBIN's words. The counts are of those not ended. */
function publicGroupcall(group: Groupcall): Record<string, unknown> {
  const calls = group.rung.filter(({ is }) => is === 'call');
  const groups = group.rung.filter(({ is }) => is === 'group');
  const answered = group.rung.find(({ id }) => id === group.answer_id) ?? null;
  const left = live(group);
  return {
    id: group.id,
    customer_id: group.customer_id,
    owner_type: group.owner_type,
    owner_id: group.owner_id ?? NULL_ID,
    status: group.status,
    flow_id: group.flow_id ?? NULL_ID,
    source: publicAddress(group.source),
    destinations: group.destinations.map(publicAddress),
    ring_method: group.ring_method,
    answer_method: group.answer_method,
    master_call_id: group.master_call_id ?? NULL_ID,
    master_groupcall_id: group.master_group_id ?? NULL_ID,
    call_ids: calls.map(({ id }) => id),
    groupcall_ids: groups.map(({ id }) => id),
    call_count: left.filter(({ is }) => is === 'call').length,
    groupcall_count: left.filter(({ is }) => is === 'group').length,
    dial_index: group.dial_index,
    answer_call_id: answered?.call_id ?? NULL_ID,
    answer_groupcall_id: answered?.is === 'group' ? answered.id : NULL_ID,
    errors: group.rung.flatMap(({ code }, index) => (code === null ? [] : [{ index, code }])),
    tm_create: rfc3339(group.tm_create),
    tm_update: rfc3339(group.tm_update),
    tm_delete: rfc3339(group.tm_delete),
  };
}
