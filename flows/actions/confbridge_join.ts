import type { GroupId, Instant, RoomId } from '../../kernel/brand.ts';
import { derive } from '../../kernel/uuid.ts';
import type { ActionKind, ActionOrder, Scene, Turn } from '../action.ts';
import { leaveTaking } from './conference_join.ts';

interface Option {
  readonly confbridge_id: GroupId;
}

/** The room the leg is in, as the action remembers it; null before it is let in. */
function roomOf({ memory }: Scene): RoomId | null {
  return (memory['room_id'] as RoomId | undefined) ?? null;
}

function enter(room_id: RoomId): Turn {
  const join = { give: 'instruct', instruction: { do: 'join', room_id }, awaited: false } as const;
  return { next: 'wait', orders: [join], memory: { room_id } };
}

/** A room of the customer's own: the same id is another room for another customer. */
function ownRoom({ confbridge_id }: Option, { customer_id }: Scene): RoomId {
  return derive<RoomId>(customer_id, `room:${confbridge_id}`, 0 as Instant);
}

function leaving(scene: Scene): ActionOrder[] {
  const room_id = roomOf(scene);
  if (room_id === null) return [];
  return [{ give: 'instruct', instruction: { do: 'leave', room_id }, awaited: false }];
}

/** Lets the call into a room until it hangs up or is asked to go. */
export const confbridge_join: ActionKind<Option> = {
  type: 'confbridge_join',
  needs: ['room'],
  waits: true,
  on_leg: 'answered',
  outlook: () => ({ lasts: { ms: null, why: 'the parties may talk as long as they like' } }),
  begin: ({ confbridge_id: group_id }, { call_id }) => ({
    next: 'wait',
    orders: [
      { give: 'group_tell', group_id, fact: { type: 'door_reached', call_id }, joins: true },
    ],
  }),
  react: (option, scene, event) => {
    if (!('group_id' in event) || event.group_id !== option.confbridge_id) return { next: 'wait' };
    switch (event.type) {
      case 'room_entered':
        return roomOf(scene) === null ? enter(event.room_id) : { next: 'wait' };
      case 'group_absent':
        return roomOf(scene) === null ? enter(ownRoom(option, scene)) : { next: 'wait' };
      case 'room_closed':
        return { next: 'onward', orders: [...leaving(scene), leaveTaking(event.group_id, scene)] };
      case 'seat_refused':
        return { next: 'onward' };
      default:
        return { next: 'wait' };
    }
  },
  abandon: ({ confbridge_id }, scene) => [...leaving(scene), leaveTaking(confbridge_id, scene)],
};
