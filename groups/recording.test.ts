import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AttemptId, CustomerId, EventId, GroupId, Instant } from '../kernel/brand.ts';
import type { ProviderId, RoomId } from '../kernel/brand.ts';
import type { GroupFact } from '../calls/group_facts.ts';
import type { GroupEffect, GroupStep } from './effects.ts';
import { opened } from './machine.ts';
import { stepGroup } from './kinds.ts';
import type { Recording, RecordingDraft } from './recording.ts';
import { openRecording } from './recording_moves.ts';

const DRAFT: RecordingDraft = {
  id: 'r' as GroupId,
  customer_id: 'c' as CustomerId,
  parent_id: null,
  reference_id: 'call',
  reference_type: 'call',
  activeflow_id: null,
  leg: { provider_id: 'p' as ProviderId, attempt_id: 'a' as AttemptId, leg_ref: null },
  room_id: null,
  format: 'wav',
  channels: 1,
  on_end_flow_id: null,
  duration_s: 0,
  tm_create: 0 as Instant,
};
const ROOM = {
  ...DRAFT,
  room_id: 'room' as RoomId,
  reference_type: 'confbridge',
  duration_s: 60,
} as const;

const FINISHED = { type: 'recording_finished', duration_ms: 4_000, cause: 'key' } as const;
const FACTS: Readonly<Record<string, GroupFact>> = {
  started: { type: 'recording_started' },
  finished: FINISHED,
  failed: { ...FINISHED, duration_ms: 0, cause: 'failed' },
  stored: { type: 'audio_stored', bytes: 64_044, sha256: 'abc' },
  lost: { type: 'audio_lost', detail: 'it is gone' },
  ended: { type: 'master_ended' },
  stop: { type: 'hangup_asked' },
  deleted: { type: 'delete_asked' },
};

/** Words such as `started@1000`, `late@9`: a fact and its instant; timers by their names. */
function run(draft: RecordingDraft, words: string): { state: Recording; told: string } {
  let step: GroupStep<Recording> = opened(openRecording(draft), draft.tm_create);
  const told = step.effects.map(textOf);
  for (const [place, word] of words
    .split(' ')
    .filter((each) => each !== '')
    .entries()) {
    const [name = '', ms = '0'] = word.split('@');
    const at = Number(ms) as Instant;
    const due = step.state.timers[name] ?? at;
    const fact = FACTS[name] ?? ({ type: 'timer_fired', timer: name, due } as const);
    const event = { ...fact, id: `e${place}` as EventId, subject_id: draft.id, at };
    const next = stepGroup(step.state, event);
    assert.ok(next !== null && next.state.kind === 'recording');
    step = { state: next.state, effects: next.effects };
    told.push(...step.effects.map(textOf));
  }
  return { state: step.state, told: told.join(' ') };
}

function textOf(effect: GroupEffect): string {
  if (effect.do === 'notice_tell') return effect.notice.replace('recording_', '');
  return effect.do.replace('audio_', '');
}

const STORIES: readonly (readonly [string, RecordingDraft, string, string, string])[] = [
  [
    'is begun, ended, brought here',
    DRAFT,
    'started@100 finished@4100 stored@4200',
    'ended 4000',
    'started finished store ready',
  ],
  [
    'may be lost on the way',
    DRAFT,
    'started finished@4000 lost',
    'ended 4000',
    'started finished store failed',
  ],
  ['may never be begun', DRAFT, 'failed@50', 'ended 0', 'failed'],
  [
    'is told of once, however often',
    DRAFT,
    'started started finished@4000 finished@5000 stored stored',
    'ended 4000',
    'started finished store ready',
  ],
  [
    'ends without word of its beginning',
    DRAFT,
    'finished@9000',
    'stopping 4000',
    'started finished store',
  ],
  [
    'waits for word after its call',
    DRAFT,
    'started@100 ended@3000 finished@3100',
    'stopping 4000',
    'started finished store',
  ],
  [
    'goes by the call where no word comes',
    DRAFT,
    'started@100 ended@3000 late@33000',
    'stopping 2900',
    'started finished store',
  ],
  ['is nothing where it never began', DRAFT, 'ended@3000 late@33000', 'ended 0', 'failed'],
  ['is not ended by whoever asks it', DRAFT, 'started stop', 'recording null', 'started'],
  [
    'is not deleted while it runs',
    DRAFT,
    'started deleted finished@4000 deleted',
    'stopping 4000',
    'started finished store',
  ],
  [
    'is deleted with its file, once',
    DRAFT,
    'started finished@4000 stored deleted@9 deleted@10',
    'ended 4000',
    'started finished store ready deleted remove',
  ],
  ['is deleted where it has no file', DRAFT, 'failed deleted@9', 'ended 0', 'failed deleted'],
  ['of a room begins at once', ROOM, '', 'recording null', 'started'],
  [
    'of a room is ended by whoever asks it',
    ROOM,
    'stop@2500',
    'stopping 2500',
    'started finished store',
  ],
  ['of a room ends with the room', ROOM, 'ended@2500', 'stopping 2500', 'started finished store'],
  [
    'of a room ends when it is full',
    ROOM,
    'duration@60000',
    'stopping 60000',
    'started finished store',
  ],
];

describe('a recording', () => {
  for (const [name, draft, words, outcome, told] of STORIES)
    it(name, () => {
      const { state, told: heard } = run(draft, words);
      assert.deepEqual([`${state.status} ${state.duration_ms}`, heard], [outcome, told]);
      const notices = heard.split(' ').filter((word) => word !== 'store' && word !== 'remove');
      assert.equal(state.told_count, notices.length);
    });

  it('asks for what lies between its beginning and its end', () => {
    const step = opened(openRecording(ROOM), 0 as Instant);
    const event = { type: 'hangup_asked', id: 'e' as EventId, subject_id: ROOM.id } as const;
    const next = stepGroup(step.state, { ...event, at: 7_000 as Instant });
    const order = next?.effects.find((effect) => effect.do === 'audio_store');
    assert.deepEqual(order, {
      do: 'audio_store',
      recording: {
        recording_id: 'r',
        leg: DRAFT.leg,
        channels: 1,
        room: { room_id: 'room', since: 0, until: 7_000 },
        name: 'c/r.wav',
      },
    });
  });

  it('knows nothing of what groupcalls are told', () => {
    const { state } = opened(openRecording(DRAFT), 0 as Instant);
    const event = { type: 'admitted', id: 'e' as EventId, subject_id: DRAFT.id } as const;
    assert.equal(stepGroup(state, { ...event, at: 1 as Instant }), null);
  });
});
