import type { ConferenceFact } from '../calls/conference_facts.ts';
import type { Conference, ConferenceStatus } from './conference.ts';
import * as moves from './conference_moves.ts';
import { publicConference } from './conference_public.ts';
import { type Cell, ignore, type Machine } from './machine.ts';

type Known =
  ConferenceFact['type'] | 'member_ended' | 'hangup_asked' | 'delete_asked' | 'timer_fired';
type Row = { readonly [Type in Known]: Cell<Conference, Type> };

const closing = ignore('everybody has been asked to go');
const over = ignore('the conference is over');

const OPEN: Row = {
  seat_asked: moves.takeSeat,
  door_reached: moves.enter,
  room_left: moves.depart,
  member_ended: moves.depart,
  party_kick_asked: moves.kick,
  party_mute_asked: moves.setMute,
  conference_changed: moves.change,
  hangup_asked: moves.terminate,
  delete_asked: moves.remove,
  timer_fired: moves.terminate,
};

/** The whole life of a conference. Every status answers every fact. */
export const CONFERENCE_TABLE: { readonly [Status in ConferenceStatus]: Row } = {
  starting: OPEN,
  progressing: OPEN,
  terminating: {
    seat_asked: moves.turnAway,
    door_reached: moves.turnAway,
    room_left: moves.depart,
    member_ended: moves.depart,
    party_kick_asked: closing,
    party_mute_asked: closing,
    conference_changed: closing,
    hangup_asked: closing,
    delete_asked: moves.remove,
    timer_fired: closing,
  },
  terminated: {
    seat_asked: moves.turnAway,
    door_reached: moves.turnAway,
    room_left: over,
    member_ended: over,
    party_kick_asked: over,
    party_mute_asked: over,
    conference_changed: over,
    hangup_asked: over,
    delete_asked: moves.remove,
    timer_fired: over,
  },
};

/** Calls that meet in a room with a name, as the engine runs it. */
export const conferenceMachine: Machine<Conference> = {
  kind: 'conference',
  table: CONFERENCE_TABLE,
  ended_by: { type: 'delete_asked' },
  isLive: ({ status }) => status !== 'terminated',
  wants: () => false,
  newsOf: (before, after) => [
    ...(isNews(before, after) ? ['conference_updated'] : []),
    ...(before.tm_delete === null && after.tm_delete !== null ? ['conference_deleted'] : []),
  ],
  show: publicConference,
};

function isNews(before: Conference, after: Conference): boolean {
  const shown = ({ tm_update: _at, ...rest }: Conference): string =>
    JSON.stringify(publicConference({ ...rest, tm_update: before.tm_update }));
  return shown(before) !== shown(after);
}
