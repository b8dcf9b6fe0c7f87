import type { Operation, Visit } from '../../web/desk.ts';
import type { Answer } from '../../web/server.ts';
import { conferenceNamed, depart, end, tell } from '../conferences.ts';
import { faultOfCall, formOf, orderOf, statusHookOf } from '../forms.ts';
import { makeCall, queueCall } from '../lifecycle.ts';
import { page } from '../pages.ts';
import type { Account, Conference, Participant, World } from '../state.ts';
import { API, conferenceJson, json, notFound, participantJson, refused } from '../wire.ts';

const ROOMS = `${API}/Accounts/:account/Conferences`;
const PEOPLE = `${ROOMS}/:conference/Participants`;

/** The operations of conferences and those in them. */
export function conferenceOperations(world: World): Operation<Account>[] {
  return [...roomOperations(world), ...peopleOperations(world)];
}

function roomOperations(world: World): Operation<Account>[] {
  return [
    {
      name: 'conferences.list',
      at: `GET ${ROOMS}.json`,
      act: (visit, account) => page(visit, 'conferences', list(visit, account).map(conferenceJson)),
    },
    {
      name: 'conferences.fetch',
      at: `GET ${ROOMS}/:conference.json`,
      act: inRoom((_visit, room) => json(200, conferenceJson(room))),
    },
    {
      name: 'conferences.update',
      at: `POST ${ROOMS}/:conference.json`,
      act: inRoom((visit, room) => updateRoom(world, visit, room)),
    },
  ];
}

function peopleOperations(world: World): Operation<Account>[] {
  const one = `${PEOPLE}/:call.json`;
  return [
    {
      name: 'participants.create',
      at: `POST ${PEOPLE}.json`,
      act: (visit, account) => invite(world, visit, account),
    },
    {
      name: 'participants.list',
      at: `GET ${PEOPLE}.json`,
      act: inRoom((visit, room) => {
        const people = listed(visit, room).map((each) => participantJson(each));
        return page(visit, 'participants', people);
      }),
    },
    {
      name: 'participants.fetch',
      at: `GET ${one}`,
      act: withOne((_visit, it) => json(200, participantJson(it))),
    },
    {
      name: 'participants.update',
      at: `POST ${one}`,
      act: withOne((visit, it) => updateOne(world, visit, it)),
    },
    {
      name: 'participants.remove',
      at: `DELETE ${one}`,
      act: withOne((_visit, it) => {
        depart(world, it, true);
        return { status: 204 };
      }),
    },
  ];
}

function inRoom(act: (visit: Visit, conference: Conference) => Answer) {
  return (visit: Visit, account: Account): Answer => {
    const conference = account.conferences.get(visit.parts['conference'] ?? '');
    return conference === undefined ? notFound(visit.path) : act(visit, conference);
  };
}

/** A participant goes by its call's SID or by its label. */
function withOne(act: (visit: Visit, participant: Participant) => Answer) {
  return inRoom((visit, { participants }) => {
    const name = visit.parts['call'] ?? '';
    const one = [...participants.values()].find(
      ({ call, label }) => call.sid === name || label === name,
    );
    return one === undefined ? notFound(visit.path) : act(visit, one);
  });
}

function list({ query }: Visit, account: Account): Conference[] {
  const [name, status] = [query.get('FriendlyName'), query.get('Status')];
  return [...account.conferences.values()]
    .filter((each) => name === null || each.friendly_name === name)
    .filter((each) => status === null || each.status === status)
    .toReversed();
}

function listed({ query }: Visit, { participants }: Conference): Participant[] {
  const [muted, hold] = [query.get('Muted'), query.get('Hold')];
  return [...participants.values()]
    .filter((each) => muted === null || String(each.muted) === muted)
    .filter((each) => hold === null || String(each.hold) === hold);
}

function updateRoom(world: World, visit: Visit, conference: Conference): Answer {
  const form = formOf(visit);
  const announce = form.get('AnnounceUrl');
  if (announce !== null)
    for (const { call } of conference.participants.values())
      call.line?.hear(`announce: ${announce}`);
  if (form.get('Status') === 'completed')
    end(world, conference, ['conference-ended-via-api', null]);
  return json(200, conferenceJson(conference));
}

/** Calls somebody into a conference, which is made if it is not there yet. */
function invite(world: World, visit: Visit, account: Account): Answer {
  const form = formOf(visit);
  const fault = faultOfCall(form, false);
  if (fault !== null) return fault;
  const name = visit.parts['conference'] ?? '';
  const known = account.conferences.get(name);
  const room = known?.friendly_name ?? name;
  const report = statusHookOf(form, 'ConferenceStatusCallback', []);
  const conference = known ?? conferenceNamed(world, account, { name: room, report });
  const order = orderOf(form);
  const call = makeCall(world, {
    account,
    direction: 'outbound-api',
    from: form.get('From') ?? '',
    to: form.get('To') ?? '',
    parent_sid: null,
    order: { ...order, document: null, twiml: joinTwiml(form, room) },
  });
  queueCall(world, call);
  const now = world.clock.now();
  const waiting: Participant = {
    call,
    conference,
    label: form.get('Label'),
    start_on_enter: form.get('StartConferenceOnEnter') !== 'false',
    end_on_exit: form.get('EndConferenceOnExit') === 'true',
    muted: form.get('Muted') === 'true',
    hold: false,
    coaching: form.get('Coaching') === 'true',
    call_sid_to_coach: form.get('CallSidToCoach'),
    tm_joined: now,
    tm_updated: now,
    leave: () => undefined,
  };
  return json(201, participantJson(waiting, 'queued'));
}

const CARRIED: readonly (readonly [string, string])[] = [
  ['StartConferenceOnEnter', 'startConferenceOnEnter'],
  ['EndConferenceOnExit', 'endConferenceOnExit'],
  ['Muted', 'muted'],
  ['Beep', 'beep'],
  ['WaitUrl', 'waitUrl'],
  ['Label', 'participantLabel'],
  ['CallSidToCoach', 'coach'],
  ['ConferenceRecord', 'record'],
];

function joinTwiml(form: URLSearchParams, room: string): string {
  const attributes = CARRIED.flatMap(([field, attribute]) => {
    const value = form.get(field);
    return value === null ? [] : [` ${attribute}="${escaped(value)}"`];
  });
  const conference = `<Conference${attributes.join('')}>${escaped(room)}</Conference>`;
  return `<Response><Dial>${conference}</Dial></Response>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function updateOne(world: World, visit: Visit, participant: Participant): Answer {
  const form = formOf(visit);
  for (const field of ['Muted', 'Hold'] as const) {
    const value = form.get(field);
    if (value === null) continue;
    if (value !== 'true' && value !== 'false')
      return refused(400, 20001, `${field} is true or false`);
    change(world, participant, [field, value === 'true']);
  }
  const [announce, hold_url] = [form.get('AnnounceUrl'), form.get('HoldUrl')];
  if (announce !== null) participant.call.line?.hear(`announce: ${announce}`);
  if (participant.hold && hold_url !== null) participant.call.line?.hear(`hold: ${hold_url}`);
  const end_on_exit = form.get('EndConferenceOnExit');
  if (end_on_exit !== null) participant.end_on_exit = end_on_exit === 'true';
  if (form.get('Coaching') !== null) participant.coaching = form.get('Coaching') === 'true';
  participant.call_sid_to_coach = form.get('CallSidToCoach') ?? participant.call_sid_to_coach;
  participant.tm_updated = world.clock.now();
  return json(200, participantJson(participant));
}

function change(
  world: World,
  participant: Participant,
  [field, value]: readonly ['Muted' | 'Hold', boolean],
): void {
  const word = field === 'Muted' ? 'mute' : 'hold';
  if (field === 'Muted') participant.muted = value;
  else participant.hold = value;
  const event = `participant-${value ? '' : 'un'}${word}`;
  tell(world, participant.conference, { event, participant });
}
