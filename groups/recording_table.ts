import type { Cell } from './machine.ts';
import { ignore } from './machine.ts';
import type { Recording, RecordingStatus } from './recording.ts';
import * as moves from './recording_moves.ts';

/** What a recording answers to; told anything else, it is as if it were not there. */
export type RecordingFact =
  | 'recording_started'
  | 'recording_finished'
  | 'audio_stored'
  | 'audio_lost'
  | 'master_ended'
  | 'hangup_asked'
  | 'delete_asked'
  | 'timer_fired';
type Row = { readonly [Type in RecordingFact]: Cell<Recording, Type> };

const begun = ignore('it has begun already');
const early = ignore('nobody has asked for its sound yet');
const running = ignore('it is deleted when it is over');
const over = ignore('it is over');

const RUNNING = {
  recording_finished: moves.finish,
  audio_stored: early,
  audio_lost: early,
  master_ended: moves.loseMaster,
  hangup_asked: moves.stop,
  delete_asked: running,
  timer_fired: moves.ring,
} as const;

const OVER = {
  recording_started: over,
  recording_finished: over,
  master_ended: over,
  hangup_asked: over,
  timer_fired: over,
} as const;

/** The whole life of a recording. Every status answers every fact. */
export const RECORDING_TABLE: { readonly [Status in RecordingStatus]: Row } = {
  initiating: { ...RUNNING, recording_started: moves.begin },
  recording: { ...RUNNING, recording_started: begun },
  stopping: {
    ...OVER,
    audio_stored: moves.keep,
    audio_lost: moves.lose,
    delete_asked: running,
  },
  ended: { ...OVER, audio_stored: over, audio_lost: over, delete_asked: moves.remove },
};
