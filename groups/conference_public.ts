import { NULL_ID } from '../kernel/brand.ts';
import { rfc3339 } from '../kernel/instant.ts';
import type { Conference, Seat } from './conference.ts';

/** A conference as customers see it, in VoIPBIN's words. */
export function publicConference(group: Conference): Record<string, unknown> {
  return {
    id: group.id,
    customer_id: group.customer_id,
    type: 'conference',
    status: group.status,
    name: group.name,
    detail: group.detail,
    data: group.data,
    timeout: group.timeout_ms / 1000,
    max_participants: group.participants_max,
    pre_flow_id: group.pre_flow_id ?? NULL_ID,
    post_flow_id: group.post_flow_id ?? NULL_ID,
    conferencecall_ids: group.seats.map(({ id }) => id),
    tm_end: rfc3339(group.tm_end),
    tm_create: rfc3339(group.tm_create),
    tm_update: rfc3339(group.tm_update),
    tm_delete: rfc3339(group.tm_delete),
  };
}

/** One party of a conference as customers see it. */
export function publicSeat(
  { id: conference_id, customer_id }: Pick<Conference, 'id' | 'customer_id'>,
  seat: Seat,
): Record<string, unknown> {
  return {
    id: seat.id,
    customer_id,
    conference_id,
    activeflow_id: seat.activeflow_id ?? NULL_ID,
    reference_type: 'call',
    reference_id: seat.call_id,
    status: seat.status,
    muted: seat.muted,
    tm_create: rfc3339(seat.tm_create),
    tm_update: rfc3339(seat.tm_update),
    tm_delete: null,
  };
}
