import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  ActiveflowId,
  CallId,
  CustomerId,
  EventId,
  GroupId,
  Instant,
} from '../kernel/brand.ts';
import type { GroupFact } from '../calls/group_facts.ts';
import type { Conference } from './conference.ts';
import { CONFERENCE_TABLE, conferenceMachine } from './conference_machine.ts';
import { openConference } from './conference_moves.ts';
import type { GroupEffect } from './effects.ts';
import { advance, opened } from './machine.ts';

const AT = 1_000 as Instant;

/** A conference for two, of a minute. */
function fresh(): Conference {
  return opened(
    openConference({
      id: 'conf' as GroupId,
      customer_id: 'customer' as CustomerId,
      name: 'Standup',
      detail: '',
      data: {},
      timeout_ms: 60_000,
      pre_flow_id: null,
      post_flow_id: null,
      participants_max: 2,
      tm_create: AT,
    }),
    AT,
  ).state;
}

function factIn(words: string): GroupFact {
  const [stem = '', who = ''] = words.split(' ');
  const call_id = who as CallId;
  const conferencecall_id = `seat ${who}`;
  const activeflow_id = 'run' as ActiveflowId;
  const facts: Readonly<Record<string, GroupFact>> = {
    seat: { type: 'seat_asked', call_id, conferencecall_id, activeflow_id },
    door: { type: 'door_reached', call_id },
    left: { type: 'room_left', call_id },
    ended: { type: 'member_ended', call_id, reason: 'normal' },
    kick: { type: 'party_kick_asked', conferencecall_id },
    mute: { type: 'party_mute_asked', conferencecall_id, muted: true },
    unmute: { type: 'party_mute_asked', conferencecall_id, muted: false },
    timer: { type: 'timer_fired', timer: 'end', due: 61_000 as Instant },
    delete: { type: 'delete_asked' },
  };
  return facts[stem] as GroupFact;
}

function tell(facts: string): { readonly group: Conference; readonly steps: string[] } {
  let group = fresh();
  const steps: string[] = [];
  for (const [place, words] of facts
    .split(',')
    .map((each) => each.trim())
    .entries()) {
    const named = {
      id: `e${place}` as EventId,
      subject_id: group.id,
      at: (2_000 + place) as Instant,
    };
    const step = advance(conferenceMachine, group, { ...factIn(words), ...named });
    assert(step !== null);
    group = step.state;
    steps.push(step.effects.flatMap(wordsOf).join(' '));
  }
  return { group, steps };
}

function wordsOf(effect: GroupEffect): string[] {
  if (effect.do === 'member_record') return [];
  if (effect.do === 'notice_tell') return [effect.notice.replace('conference', '')];
  return effect.do === 'call_tell' ? [`${effect.call_id}:${effect.fact.type}`] : [effect.do];
}

const STORIES = `
  a seat, then the room          | seat a, door a             | progressing | _updated call_joining a:seat_taken; _updated call_joined a:room_entered
  asked twice is one seat        | seat a, seat a             | starting    | _updated call_joining a:seat_taken; a:seat_taken
  no seat is left                | seat a, seat b, seat c     | starting    | _updated call_joining a:seat_taken; _updated call_joining b:seat_taken; c:seat_refused
  a seat becomes free            | seat a, seat b, ended a, seat c | starting | _updated call_joining a:seat_taken; _updated call_joining b:seat_taken; _updated call_leaved; _updated call_joining c:seat_taken
  the room without a seat        | door a                     | starting    | a:seat_refused
  leaving                        | seat a, door a, left a, ended a | progressing | _updated call_joining a:seat_taken; _updated call_joined a:room_entered; _updated call_leaved;
  thrown out                     | seat a, door a, kick a, left a | progressing | _updated call_joining a:seat_taken; _updated call_joined a:room_entered; call_leaving a:room_closed; _updated call_leaved
  thrown out before the door     | seat a, kick a, door a     | starting    | _updated call_joining a:seat_taken; call_leaving a:room_closed; _updated call_leaved a:room_closed
  muted in the room              | seat a, door a, mute a, mute a, unmute a | progressing | _updated call_joining a:seat_taken; _updated call_joined a:room_entered; call_joined a:line_asked; ; call_joined a:line_asked
  heard again afterwards         | seat a, door a, mute a, left a | progressing | _updated call_joining a:seat_taken; _updated call_joined a:room_entered; call_joined a:line_asked; _updated call_leaved a:line_asked
  muted before it                | seat a, mute a, door a     | progressing | _updated call_joining a:seat_taken; call_joining; _updated call_joined a:room_entered a:line_asked
  its time is over               | seat a, door a, timer, left a | terminated | _updated call_joining a:seat_taken; _updated call_joined a:room_entered; _updated call_leaving a:room_closed; _updated call_leaved
  nobody is there                | timer                      | terminated  | _updated
  deleted, nobody comes in       | seat a, delete, seat b, door a, seat b | terminated | _updated call_joining a:seat_taken; _updated _deleted call_leaving a:room_closed; b:seat_refused; _updated call_leaved a:room_closed; b:seat_refused
`;

describe('a conference', () => {
  for (const line of STORIES.split('\n').filter((each) => each.trim() !== '')) {
    const [name = '', facts = '', status, orders = ''] = line.split('|').map((part) => part.trim());
    it(name, () => {
      const told = tell(facts);
      assert.equal(told.group.status, status);
      const wanted = orders.split(';').map((each) => each.trim());
      assert.deepEqual(told.steps, wanted);
    });
  }

  it('answers every fact in every status', () => {
    const [first, ...rest] = Object.values(CONFERENCE_TABLE).map((row) => Object.keys(row).sort());
    for (const row of rest) assert.deepEqual(row, first);
  });
});
