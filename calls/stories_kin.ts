import type { ActionId, CallId, GroupId, RoomId } from '../kernel/brand.ts';
import type { FactOf } from './events.ts';

/** The words for what conferences tell. */
export const DOOR_STEMS = {
  seat_taken: 'seat',
  seat_refused: 'noseat',
  room_entered: 'room',
  room_closed: 'noroom',
} as const;

const GROUP = 'g' as GroupId;
const TRANSFER = 't' as GroupId;

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
    seat: () => ({ type: 'seat_taken', group_id: GROUP, pre_flow_id: null, post_flow_id: null }),
    noseat: () => ({ type: 'seat_refused', group_id: GROUP, code: 'full' }),
    room: () => ({ type: 'room_entered', group_id: GROUP, room_id: 'r' as RoomId }),
    noroom: () => ({ type: 'room_closed', group_id: GROUP }),
    released: () => ({
      type: 'child_released',
      child_call_id: 'k' as CallId,
      group_id: TRANSFER,
    }),
    freed: () => ({ type: 'master_released', group_id: TRANSFER }),
    adopted: () => ({ type: 'master_adopted', master_call_id: 'new' as CallId }),
    groupno: () => ({ type: 'group_absent', group_id: GROUP }),
    childno: () => ({
      type: 'child_refused',
      child_call_id: 'k' as CallId,
      action_id: 'a' as ActionId,
      code: 'no_route',
    }),
  };
}

/** How stories name them. */
export const KIN_STEMS = {
  child_answered: 'childup',
  child_ended: 'childdown',
  child_refused: 'childno',
  admitted: 'admitted',
  heard: 'heard',
  group_answered: 'groupup',
  group_ended: 'groupdown',
  group_absent: 'groupno',
  child_released: 'released',
  master_released: 'freed',
  master_adopted: 'adopted',
} as const;
