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
