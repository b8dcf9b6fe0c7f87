import type { Instant } from '../../kernel/brand.ts';
import type { NetworkLeg } from './leg.ts';
import { withMark } from './tape.ts';

/** Who hears whom: a leg is in one room at most, and a room nobody is in does not exist. */
export class Rooms {
  readonly #members = new Map<string, Set<string>>();

  join(room_id: string, leg_ref: string): void {
    const members = this.#members.get(room_id) ?? new Set();
    this.#members.set(room_id, members.add(leg_ref));
  }

  leave(room_id: string, leg_ref: string): void {
    const members = this.#members.get(room_id);
    members?.delete(leg_ref);
    if (members?.size === 0) this.#members.delete(room_id);
  }

  /** The legs in a room, in the order in which they came. */
  membersOf(room_id: string): readonly string[] {
    return [...(this.#members.get(room_id) ?? [])];
  }
}

/** Lets a leg into a room, or out of the one it is in; its tape says so. */
export function enter(
  rooms: Rooms,
  leg: NetworkLeg,
  { at, room_id }: { readonly at: Instant; readonly room_id: string | null },
): void {
  if (leg.room_id === room_id) return;
  if (leg.room_id !== null) rooms.leave(leg.room_id, leg.row.leg_ref);
  leg.room_id = room_id;
  leg.sound = { ...leg.sound, tape: withMark(leg.sound.tape, { at, room_id }) };
  if (room_id !== null) rooms.join(room_id, leg.row.leg_ref);
}
