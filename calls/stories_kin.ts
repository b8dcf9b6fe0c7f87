import type { ActionId, CallId, GroupId } from '../kernel/brand.ts';
import type { FactOf } from './events.ts';

const GROUP = 'g' as GroupId;

/** What is told of a call's children and of its groups, by the first word of a story. */
export function kinFacts(): Record<string, () => FactOf> {
  return {
    childup: () => ({ type: 'child_answered', child_call_id: 'k' as CallId }),
    childdown: () => ({ type: 'child_ended', child_call_id: 'k' as CallId, reason: 'normal' }),
    admitted: () => ({ type: 'admitted' }),
    heard: () => ({ type: 'heard' }),
    groupup: () => ({
      type: 'group_answered',
      group_id: GROUP,
      member_call_id: 'k' as CallId,
    }),
    groupdown: () => ({
      type: 'group_ended',
      group_id: GROUP,
      reason: 'normal',
      code: null,
    }),
    groupno: () => ({ type: 'group_absent', group_id: GROUP }),
    childno: () => ({
      type: 'child_refused',
      child_call_id: 'k' as CallId,
      action_id: 'a' as ActionId,
      code: 'no_route',
    }),
  };
}
