import type { CallId, GroupId } from '../kernel/brand.ts';

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
  /** Which group brought which of its chained calls. */
  readonly brought: readonly Brought[];
}

export interface Brought {
  readonly group_id: GroupId;
  readonly call_id: CallId;
}

const NONE: Ties = { member_of: null, admitted: false, opened: [], joined: [], brought: [] };

/** The ties of a call that a group places. */
export function asMember(member_of: GroupId): Ties {
  return { ...NONE, member_of };
}

/** The ties with a group more; the very same where it is there already. */
export function tied(ties: Ties | null, as: 'opened' | 'joined', group_id: GroupId): Ties {
  const own = ties ?? NONE;
  return own[as].includes(group_id) ? own : { ...own, [as]: [...own[as], group_id] };
}

/** The ties of a call to which a group has brought another. */
export function bringing(ties: Ties | null, brought: Brought): Ties {
  const own = ties ?? NONE;
  return { ...own, brought: [...own.brought, brought] };
}

/** The group that brought a chained call; null where the call was placed by itself. */
export function bringerOf(ties: Ties | null, call_id: CallId): GroupId | null {
  return ties?.brought.find((each) => each.call_id === call_id)?.group_id ?? null;
}

/** The ties without a group; null when none is left. */
export function untied(ties: Ties | null, group_id: GroupId): Ties | null {
  if (ties === null || !isTied(ties, group_id)) return ties;
  const left = (ids: readonly GroupId[]): GroupId[] => ids.filter((id) => id !== group_id);
  const brought = ties.brought.filter((each) => each.group_id !== group_id);
  const rest = { ...ties, opened: left(ties.opened), joined: left(ties.joined), brought };
  const held = rest.opened.length + rest.joined.length + rest.brought.length;
  return held === 0 && rest.member_of === null ? null : rest;
}

function isTied({ opened, joined, brought }: Ties, group_id: GroupId): boolean {
  return (
    opened.includes(group_id) ||
    joined.includes(group_id) ||
    brought.some((each) => each.group_id === group_id)
  );
}

/** Whether a call may be heard and run its flow as far as its group has to say. */
export function isAdmitted(ties: Ties | null): boolean {
  return ties === null || ties.member_of === null || ties.admitted;
}
