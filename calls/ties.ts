import type { GroupId } from '../kernel/brand.ts';

/** What a call has to do with groups of calls. */
export interface Ties {
  /** The group that placed it; null for a call placed by itself. */
  readonly member_of: GroupId | null;
  /**
   * Whether the group that placed it takes it: until then nobody hears it and its flow does not
   * begin, for of several that answer in one moment only one may stay.
   */
  readonly admitted: boolean;
  /** Groups its flow has opened and that have not ended: they end with it. */
  readonly opened: readonly GroupId[];
  /** Groups its flow takes part in: they are told of its end. */
  readonly joined: readonly GroupId[];
}

const NONE: Ties = { member_of: null, admitted: false, opened: [], joined: [] };

/** The ties of a call that a group places. */
export function asMember(member_of: GroupId): Ties {
  return { ...NONE, member_of };
}

/** The ties with a group more; the very same where it is there already. */
export function tied(ties: Ties | null, as: 'opened' | 'joined', group_id: GroupId): Ties {
  const own = ties ?? NONE;
  return own[as].includes(group_id) ? own : { ...own, [as]: [...own[as], group_id] };
}

/** The ties without a group; null when none is left. */
export function untied(ties: Ties | null, group_id: GroupId): Ties | null {
  if (ties === null || !(ties.opened.includes(group_id) || ties.joined.includes(group_id)))
    return ties;
  const left = (ids: readonly GroupId[]): GroupId[] => ids.filter((id) => id !== group_id);
  const rest = { ...ties, opened: left(ties.opened), joined: left(ties.joined) };
  const none = rest.member_of === null && rest.opened.length === 0 && rest.joined.length === 0;
  return none ? null : rest;
}

/** Whether a call may be heard and run its flow as far as its group has to say. */
export function isAdmitted(ties: Ties | null): boolean {
  return ties === null || ties.member_of === null || ties.admitted;
}
