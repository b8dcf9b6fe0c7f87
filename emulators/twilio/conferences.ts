import { send } from './letters.ts';
import { startRecording } from './recordings.ts';
import {
  type Account,
  type Call,
  type Conference,
  type Participant,
  sid,
  type StatusHook,
  type World,
} from './state.ts';
import { dateOf } from './wire.ts';

export interface Entry {
  readonly name: string;
  readonly label: string | null;
  readonly start_on_enter: boolean;
  readonly end_on_exit: boolean;
  readonly muted: boolean;
  readonly coaching: string | null;
  readonly report: StatusHook | null;
  /** Whether to record from the start, and whom to tell. */
  readonly record: { readonly report: StatusHook | null } | null;
}

/** The conference of this name that is not over; it is made when there is none. */
export function conferenceNamed(
  world: World,
  account: Account,
  entry: Pick<Entry, 'name' | 'report'>,
): Conference {
  const open = [...account.conferences.values()].find(
    ({ friendly_name, status }) => friendly_name === entry.name && status !== 'completed',
  );
  if (open !== undefined) return open;
  const now = world.clock.now();
  const made: Conference = {
    sid: sid(world, 'CF'),
    account,
    friendly_name: entry.name,
    participants: new Map(),
    report: entry.report,
    tm_created: now,
    tm_updated: now,
    status: 'init',
    reports: 0,
    reason_ended: null,
    ended_by: null,
  };
  account.conferences.set(made.sid, made);
  return made;
}

/** Lets a call into a conference. The promise resolves when it leaves. */
export function enter(
  world: World,
  call: Call,
  entry: Entry,
): { readonly participant: Participant; readonly left: Promise<void> } {
  const conference = conferenceNamed(world, call.account, entry);
  const now = world.clock.now();
  const { promise, resolve } = Promise.withResolvers<void>();
  const participant: Participant = {
    call,
    conference,
    label: entry.label,
    start_on_enter: entry.start_on_enter,
    end_on_exit: entry.end_on_exit,
    muted: entry.muted,
    hold: false,
    coaching: entry.coaching !== null,
    call_sid_to_coach: entry.coaching,
    tm_joined: now,
    tm_updated: now,
    leave: resolve,
  };
  conference.participants.set(call.sid, participant);
  tell(world, conference, { event: 'participant-join', participant });
  if (conference.status === 'init' && hasBegun(conference)) {
    conference.status = 'in-progress';
    tell(world, conference, { event: 'conference-start', participant: null });
    if (entry.record !== null) record(world, call, { conference, report: entry.record.report });
  }
  return { participant, left: promise };
}

function record(
  world: World,
  call: Call,
  { conference, report }: { conference: Conference; report: StatusHook | null },
): void {
  const { account, sid: conference_sid } = conference;
  startRecording(world, {
    account,
    call,
    conference_sid,
    channels: 1,
    source: 'Conference',
    report,
  });
}

/** Sound is mixed once somebody came whose coming starts it. */
function hasBegun({ participants }: Conference): boolean {
  return [...participants.values()].some(({ start_on_enter }) => start_on_enter);
}

/** A call is out of its conference, whichever way; the last to leave ends it. */
export function depart(world: World, participant: Participant, kicked = false): void {
  const { conference, call } = participant;
  if (conference.participants.get(call.sid) !== participant) return;
  conference.participants.delete(call.sid);
  tell(world, conference, { event: 'participant-leave', participant });
  const how = kicked ? 'kicked' : 'left';
  if (participant.end_on_exit)
    end(world, conference, [`participant-with-end-conference-on-exit-${how}`, call.sid]);
  else if (conference.participants.size === 0)
    end(world, conference, [`last-participant-${how}`, call.sid]);
  participant.leave();
}

/** Ends a conference: whoever is in it goes on with what comes after. */
export function end(
  world: World,
  conference: Conference,
  [reason, by]: readonly [string, string | null],
): void {
  if (conference.status === 'completed') return;
  conference.status = 'completed';
  conference.tm_updated = world.clock.now();
  conference.reason_ended = reason;
  conference.ended_by = by;
  for (const participant of [...conference.participants.values()]) {
    conference.participants.delete(participant.call.sid);
    tell(world, conference, { event: 'participant-leave', participant });
    participant.leave();
  }
  tell(world, conference, { event: 'conference-end', participant: null });
}

interface News {
  readonly event: string;
  readonly participant: Participant | null;
}

/** Tells of a conference's events, if they were asked for by their short names. */
export function tell(world: World, conference: Conference, { event, participant }: News): void {
  const { report, account } = conference;
  const short = event.replace(/^(?:conference|participant)-/, '').replace(/^un/, '');
  if (report === null || !report.events.includes(short)) return;
  const sequence = conference.reports;
  conference.reports += 1;
  const params = {
    AccountSid: account.sid,
    ConferenceSid: conference.sid,
    FriendlyName: conference.friendly_name,
    StatusCallbackEvent: event,
    SequenceNumber: String(sequence),
    Timestamp: dateOf(world.clock.now()),
    ...(participant === null ? {} : participantParams(participant)),
    ...(event === 'conference-end' ? { ReasonConferenceEnded: conference.reason_ended ?? '' } : {}),
  };
  const leg = participant?.call.sid ?? conference.sid;
  const about = [conference.friendly_name];
  void send(world, { account, hook: report, tag: `conference.${event}`, leg, about, params });
}

function participantParams({ call, label, muted, hold, coaching }: Participant): object {
  return {
    CallSid: call.sid,
    Muted: String(muted),
    Hold: String(hold),
    Coaching: String(coaching),
    ...(label === null ? {} : { ParticipantLabel: label }),
  };
}
