import type { CallId, Instant, RoomId } from '../kernel/brand.ts';
import { after } from '../kernel/instant.ts';
import type { FactOf } from '../calls/events.ts';
import type { Conference, ConferenceDraft, Seat } from './conference.ts';
import { publicSeat } from './conference_public.ts';
import type { GroupEffect, GroupEventOf, GroupStep } from './effects.ts';
import { stay } from './effects.ts';
import { withTimer } from './group.ts';

type Step = GroupStep<Conference>;

/** A new conference, in which nobody is yet. */
export function openConference(draft: ConferenceDraft): Step {
  const { tm_create } = draft;
  const fresh: Conference = {
    ...draft,
    kind: 'conference',
    parent_id: null,
    reference_id: null,
    status: 'starting',
    seats: [],
    timers: {},
    told_count: 0,
    tm_update: tm_create,
    tm_delete: null,
    tm_end: null,
  };
  return stay(timed(fresh), [{ do: 'notice_tell', notice: 'conference_created' }]);
}

function timed(group: Conference): Conference {
  const { timeout_ms, tm_create } = group;
  return withTimer(group, 'end', timeout_ms === 0 ? null : after(tm_create, timeout_ms));
}

/** A seat for a call, as long as there is one. Who has one keeps it. */
export function takeSeat(group: Conference, event: GroupEventOf<'seat_asked'>): Step {
  const { call_id, conferencecall_id: id, activeflow_id, at } = event;
  const known = seatOf(group, call_id);
  if (known !== null) return stay(group, [admit(group, known)]);
  if (isFull(group)) return stay(group, [refuse(group, call_id, 'full')]);
  const times = { tm_create: at, tm_update: at };
  const seat: Seat = { id, call_id, activeflow_id, status: 'joining', muted: false, ...times };
  const seats = [...group.seats, seat];
  return stay({ ...group, seats }, [...record(group, seat), admit(group, seat)]);
}

/** Whoever asks when it is over, or about to be. */
export function turnAway(
  group: Conference,
  event: GroupEventOf<'seat_asked' | 'door_reached'>,
): Step {
  const seat = seatOf(group, event.call_id);
  if (seat !== null) return leave(group, seat, { at: event.at, tell: true });
  return stay(group, [refuse(group, event.call_id, 'over')]);
}

/** A party comes into the room; one that was asked to go meanwhile is sent on. */
export function enter(group: Conference, event: GroupEventOf<'door_reached'>): Step {
  const { call_id, at } = event;
  const seat = seatOf(group, call_id);
  if (seat === null) return stay(group, [refuse(group, call_id, 'no_seat')]);
  if (seat.status === 'leaving') return leave(group, seat, { at, tell: true });
  const room_id = group.id as string as RoomId;
  const welcome = tell(call_id, { type: 'room_entered', group_id: group.id, room_id });
  if (seat.status === 'joined') return stay(group, [welcome]);
  const joined = { ...seat, status: 'joined', tm_update: at } as const;
  const now = { ...withSeat(group, joined), status: 'progressing' } as const;
  return stay(now, [...record(now, joined), welcome, ...(seat.muted ? [mute(joined)] : [])]);
}

/** A party is gone, of itself or because its call has ended. */
export function depart(group: Conference, event: GroupEventOf<'room_left' | 'member_ended'>): Step {
  const seat = seatOf(group, event.call_id);
  return seat === null ? stay(group) : leave(group, seat, { at: event.at, tell: false });
}

/** A party is asked to go; in the room it leaves at once, before it, it is not let in. */
export function kick(group: Conference, event: GroupEventOf<'party_kick_asked'>): Step {
  const seat = group.seats.find(({ id }) => id === event.conferencecall_id);
  if (seat === undefined || seat.status === 'leaving') return stay(group);
  return dismiss(group, [seat], event.at);
}

/** Whether the others hear a party. */
export function setMute(group: Conference, event: GroupEventOf<'party_mute_asked'>): Step {
  const seat = group.seats.find(({ id }) => id === event.conferencecall_id);
  if (seat === undefined || seat.muted === event.muted) return stay(group);
  const changed = { ...seat, muted: event.muted, tm_update: event.at };
  const told = seat.status === 'joined' ? [mute(changed)] : [];
  return stay(withSeat(group, changed), [...record(group, changed), ...told]);
}

export function change(group: Conference, { settings }: GroupEventOf<'conference_changed'>): Step {
  return stay(timed({ ...group, ...settings }));
}

/** Nobody comes in any more, and everybody is asked to go. */
export function terminate(group: Conference, event: { readonly at: Instant }): Step {
  const closing: Conference = { ...withTimer(group, 'end', null), status: 'terminating' };
  if (group.seats.length === 0) return stay(over(closing, event.at));
  return dismiss(closing, group.seats, event.at);
}

/** The same, and customers see it no more. */
export function remove(group: Conference, event: GroupEventOf<'delete_asked'>): Step {
  const open = group.status === 'starting' || group.status === 'progressing';
  const step = open ? terminate(group, event) : stay(group);
  return { ...step, state: { ...step.state, tm_delete: step.state.tm_delete ?? event.at } };
}

function dismiss(group: Conference, seats: readonly Seat[], at: Instant): Step {
  const asked = seats.map((seat): Seat => ({ ...seat, status: 'leaving', tm_update: at }));
  const state = asked.reduce(withSeat, group);
  return stay(
    state,
    asked.flatMap((seat) => [
      ...record(state, seat),
      tell(seat.call_id, { type: 'room_closed', group_id: group.id }),
    ]),
  );
}

function leave(
  group: Conference,
  seat: Seat,
  { at, tell: told }: { readonly at: Instant; readonly tell: boolean },
): Step {
  const gone = { ...seat, status: 'leaved', tm_update: at } as const;
  const seats = group.seats.filter(({ id }) => id !== seat.id);
  const rest = { ...group, seats };
  const ends = rest.status === 'terminating' && seats.length === 0;
  const closed = tell(seat.call_id, { type: 'room_closed', group_id: group.id });
  // Who was muted here is heard again in whatever its flow does next.
  const heard = seat.muted ? [mute({ ...seat, muted: false })] : [];
  const effects = [...record(group, gone), ...heard, ...(told ? [closed] : [])];
  return stay(ends ? over(rest, at) : rest, effects);
}

function over(group: Conference, at: Instant): Conference {
  return { ...group, status: 'terminated', tm_end: at };
}

function isFull({ seats, participants_max }: Conference): boolean {
  return seats.length >= participants_max;
}

function seatOf({ seats }: Conference, call_id: CallId): Seat | null {
  return seats.find((seat) => seat.call_id === call_id) ?? null;
}

function withSeat(group: Conference, changed: Seat): Conference {
  const seats = group.seats.map((seat) => (seat.id === changed.id ? changed : seat));
  return { ...group, seats };
}

/** A party's row, and the notice of it. */
function record(group: Conference, seat: Seat): GroupEffect[] {
  const { id, call_id, status, tm_create, tm_update } = seat;
  const data = publicSeat(group, seat);
  return [
    {
      do: 'member_record',
      record: { id, call_id, status, tm_create, tm_update, doc: { ...seat } },
    },
    { do: 'notice_tell', notice: `conferencecall_${status}`, data },
  ];
}

function tell(call_id: CallId, fact: FactOf): GroupEffect {
  return { do: 'call_tell', call_id, fact };
}

function admit({ id, pre_flow_id, post_flow_id }: Conference, seat: Seat): GroupEffect {
  const flows = { pre_flow_id, post_flow_id };
  return tell(seat.call_id, { type: 'seat_taken', group_id: id, ...flows });
}

function refuse({ id: group_id }: Conference, call_id: CallId, code: string): GroupEffect {
  return tell(call_id, { type: 'seat_refused', group_id, code });
}

function mute({ call_id, muted }: Seat): GroupEffect {
  return tell(call_id, { type: 'line_asked', change: { mute_direction: muted ? 'in' : '' } });
}
