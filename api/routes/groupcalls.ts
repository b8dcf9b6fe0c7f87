import type { GroupFilter } from '../../store/groups.ts';
import { groupJson } from '../../engine/groups/view.ts';
import { given, listed, scopeOf } from '../lists.ts';
import { answer, NOT_FOUND, type Serve } from '../operation.ts';
import { readOrder } from '../order_input.ts';

export const createGroupcall: Serve<'createGroupcall'> = async (ask, desk) => {
  const { ring_method, answer_method, ...body } = ask.body;
  const read = await readOrder({ ...ask, body }, desk);
  if ('code' in read) return { refused: read };
  const { order, warnings } = read;
  const group = await desk.exchange.placeGroupcall({
    ...order,
    ring_method: ring_method === 'linear' ? 'linear' : 'ring_all',
    answer_method: answer_method === '' ? '' : 'hangup_others',
  });
  if ('code' in group) return { refused: group };
  return answer({ ...groupJson(group), warnings }, 201);
};

export const listGroupcalls: Serve<'listGroupcalls'> = (ask, { store }) => {
  const { status, master_call_id, master_groupcall_id } = ask.query;
  const filter = given<GroupFilter>({
    status,
    reference_id: master_call_id,
    parent_id: master_groupcall_id,
  });
  const asked = { kind: 'groupcall', filter } as const;
  return listed(ask.query, (page) => store.groups.list(scopeOf(ask), asked, page), groupJson);
};

export const getGroupcall: Serve<'getGroupcall'> = async (ask, { store }) => {
  const group = await store.groups.get(scopeOf(ask), 'groupcall', ask.id);
  return group === null ? NOT_FOUND : answer(groupJson(group));
};

export const hangupGroupcall: Serve<'hangupGroupcall'> = async (ask, { exchange }) => {
  const named = { kind: 'groupcall', id: ask.id } as const;
  const group = await exchange.tellGroup(scopeOf(ask), named, { type: 'hangup_asked' });
  return group === null ? NOT_FOUND : answer(groupJson(group));
};

export const deleteGroupcall: Serve<'deleteGroupcall'> = async (ask, { exchange }) => {
  const named = { kind: 'groupcall', id: ask.id } as const;
  const group = await exchange.tellGroup(scopeOf(ask), named, { type: 'delete_asked' });
  return group === null ? NOT_FOUND : answer(groupJson(group));
};
