import { isOver } from '../../groups/queuecall.ts';
import type { GroupFilter } from '../../store/groups.ts';
import { groupJson } from '../../engine/groups/view.ts';
import type { Desk } from '../desk.ts';
import { given, listed, scopeOf } from '../lists.ts';
import { answer, NOT_FOUND, type Outcome, type Serve } from '../operation.ts';
import type { Scope } from '../../store/page.ts';

export const listQueuecalls: Serve<'listQueuecalls'> = (ask, { store }) => {
  const { queue_id: parent_id, reference_id, status } = ask.query;
  const filter = given<GroupFilter>({ parent_id, reference_id, status });
  const asked = { kind: 'queuecall', filter } as const;
  return listed(ask.query, (page) => store.groups.list(scopeOf(ask), asked, page), groupJson);
};

export const getQueuecall: Serve<'getQueuecall'> = async (ask, { store }) => {
  const queuecall = await store.groups.get(scopeOf(ask), 'queuecall', ask.id);
  return queuecall === null ? NOT_FOUND : answer(groupJson(queuecall));
};

export const deleteQueuecall: Serve<'deleteQueuecall'> = async (ask, { exchange }) => {
  const about = { kind: 'queuecall', id: ask.id } as const;
  const queuecall = await exchange.tellGroup(scopeOf(ask), about, { type: 'delete_asked' });
  return queuecall === null ? NOT_FOUND : answer(groupJson(queuecall));
};

export const kickQueuecall: Serve<'kickQueuecall'> = (ask, desk) =>
  kicked(scopeOf(ask), ask.id, desk);

/** The queue a call is in, if it is in one; the last one it was in stays as it is. */
export const kickQueuecallOfCall: Serve<'kickQueuecallOfCall'> = async (ask, desk) => {
  const scope = scopeOf(ask);
  const asked = { kind: 'queuecall', filter: { reference_id: ask.id } } as const;
  const { rows } = await desk.store.groups.list(scope, asked, { size: 100, before: null });
  const found = rows.find((each) => !isOver(each)) ?? rows[0];
  return found === undefined ? NOT_FOUND : kicked(scope, found.id, desk);
};

async function kicked(scope: Scope, id: string, { exchange }: Desk): Promise<Outcome> {
  const about = { kind: 'queuecall', id } as const;
  const queuecall = await exchange.tellGroup(scope, about, { type: 'kick_asked' });
  return queuecall === null ? NOT_FOUND : answer(groupJson(queuecall));
}
