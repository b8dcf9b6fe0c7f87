import { legOf } from './attempts.ts';
import type { Call, HangupReason } from './call.ts';
import { currentAttempt } from './call.ts';
import type { Effect } from './effects.ts';
import type { GroupFact } from './group_facts.ts';

/** The order to join the room that the leg was called into, if there is one. */
export function entered(call: Call): Effect[] {
  const { room_id } = call;
  const leg = room_id === null ? null : legOf(call, currentAttempt(call));
  if (leg === null || room_id === null) return [];
  return [{ do: 'leg_instruct', leg, instruction: { do: 'join', room_id } }];
}

/** Whether a group placed it. */
function isMember(call: Call): boolean {
  return call.ties !== null && call.ties.member_of !== null;
}

/** Tells the group that placed the call; nothing where it was placed by itself. */
export function tellGroup(call: Call, fact: GroupFact): Effect[] {
  const group_id = call.ties?.member_of ?? null;
  return group_id === null ? [] : [{ do: 'group_tell', group_id, fact }];
}

/** What the end of a call means for the groups that it is a member of, takes part in, or opened. */
export function tellGroups(call: Call, reason: HangupReason): Effect[] {
  if (call.ties === null) return [];
  const { opened, joined } = call.ties;
  const fact = { type: 'member_ended', call_id: call.id, reason } as const;
  return [
    ...tellGroup(call, fact),
    ...joined.map((group_id): Effect => ({ do: 'group_tell', group_id, fact })),
    ...opened.map((group_id): Effect => ({
      do: 'group_tell',
      group_id,
      fact: { type: 'master_ended' },
    })),
  ];
}

/** Tells the call it is chained to. */
export function tellMaster(
  call: Call,
  fact: Extract<Effect, { do: 'call_tell' }>['fact'],
): readonly Effect[] {
  // Of a member its master hears from the group.
  return call.master_call_id === null || isMember(call)
    ? []
    : [{ do: 'call_tell', call_id: call.master_call_id, fact }];
}

/**
 * What ringing means for others. A leg called into a room is heard there while it rings, where that
 * was asked for: at once, or when its group says so.
 */
export function heardRinging(call: Call): readonly Effect[] {
  if (isMember(call)) return tellGroup(call, { type: 'member_ringing', call_id: call.id });
  if (!call.early_execution || call.room_id === null) return [];
  return entered(call);
}
