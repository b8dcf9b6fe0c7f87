import type { Instant } from '../kernel/brand.ts';
import { after } from '../kernel/instant.ts';
import type { RecordingEnd } from '../calls/events.ts';
import { type GroupEffect, type GroupEventOf, type GroupStep, stay } from './effects.ts';
import { withTimer } from './group.ts';
import { fileNameOf, type Recording, type RecordingDraft } from './recording.ts';

type RecordingStep = GroupStep<Recording>;

/** How long after the end of its call a carrier may take to say how its recording ended. */
const LATE_MS = 30_000;

/** Pure: a recording that was asked for. That of a room begins with it. */
export function openRecording({ duration_s, ...draft }: RecordingDraft): RecordingStep {
  const recording: Recording = {
    ...draft,
    kind: 'recording',
    status: 'initiating',
    cause: null,
    duration_ms: null,
    file: null,
    detail: null,
    tm_start: null,
    tm_end: null,
    timers: {},
    told_count: 0,
    tm_update: draft.tm_create,
    tm_delete: null,
  };
  if (recording.room_id === null) return stay(recording);
  const { tm_create } = draft;
  const due = duration_s === 0 ? null : after(tm_create, duration_s * 1_000);
  const begun = { ...recording, status: 'recording', tm_start: tm_create } as const;
  const started: GroupEffect = { do: 'notice_tell', notice: 'recording_started' };
  return stay(withTimer(begun, 'duration', due), [started]);
}

export function begin(
  recording: Recording,
  { at }: GroupEventOf<'recording_started'>,
): RecordingStep {
  return stay({ ...recording, status: 'recording', tm_start: at });
}

/** The carrier says that it is over, and how long it was. */
export function finish(
  recording: Recording,
  { cause, duration_ms, at }: GroupEventOf<'recording_finished'>,
): RecordingStep {
  return end(recording, { cause, duration_ms, at });
}

/** Somebody wants a room recorded no longer. What a leg is told goes by way of its call. */
export function stop(recording: Recording, { at }: GroupEventOf<'hangup_asked'>): RecordingStep {
  return recording.room_id === null ? stay(recording) : endNow(recording, 'stopped', at);
}

/** The call or the conference is over. A room we know; of a leg the carrier has yet to speak. */
export function loseMaster(
  recording: Recording,
  { at }: GroupEventOf<'master_ended'>,
): RecordingStep {
  if (recording.room_id !== null) return endNow(recording, 'hangup', at);
  return stay({ ...withTimer(recording, 'late', after(at, LATE_MS)), tm_end: at });
}

export function ring(recording: Recording, event: GroupEventOf<'timer_fired'>): RecordingStep {
  const { tm_end } = recording;
  if (event.timer === 'duration') return endNow(recording, 'duration', event.at);
  return endNow(recording, 'hangup', tm_end ?? event.at);
}

/** Its sound is here. */
export function keep(
  recording: Recording,
  { bytes, sha256 }: GroupEventOf<'audio_stored'>,
): RecordingStep {
  const file = { name: fileNameOf(recording), bytes, sha256 };
  return stay({ ...recording, status: 'ended', file });
}

/** Its sound is not to be had. */
export function lose(recording: Recording, { detail }: GroupEventOf<'audio_lost'>): RecordingStep {
  return stay({ ...recording, status: 'ended', detail });
}

/** Customers see it no more, and its file goes. */
export function remove(recording: Recording, { at }: GroupEventOf<'delete_asked'>): RecordingStep {
  if (recording.tm_delete !== null) return stay(recording);
  const gone = { ...recording, tm_delete: at };
  const { file } = recording;
  return stay(gone, file === null ? [] : [{ do: 'audio_remove', name: file.name }]);
}

interface Ending {
  readonly cause: RecordingEnd;
  readonly duration_ms: number;
  readonly at: Instant;
}

function endNow(recording: Recording, cause: RecordingEnd, at: Instant): RecordingStep {
  const { tm_start } = recording;
  if (tm_start === null) return end(recording, { cause: 'failed', duration_ms: 0, at });
  return end(recording, { cause, duration_ms: Math.max(0, at - tm_start), at });
}

function end(recording: Recording, { cause, duration_ms, at }: Ending): RecordingStep {
  const over = { ...recording, cause, duration_ms, tm_end: at, timers: {} };
  if (cause === 'failed')
    return stay({ ...over, status: 'ended', detail: 'the carrier did not record it' });
  const tm_start = recording.tm_start ?? ((at - duration_ms) as Instant);
  const stopping: Recording = { ...over, status: 'stopping', tm_start };
  return stay(stopping, [{ do: 'audio_store', recording: askedOf(stopping) }]);
}

function askedOf(recording: Recording): Extract<GroupEffect, { do: 'audio_store' }>['recording'] {
  const { id, leg, channels, room_id, tm_start, tm_end } = recording;
  const room =
    room_id === null || tm_start === null || tm_end === null
      ? null
      : { room_id, since: tm_start, until: tm_end };
  return { recording_id: id, leg, channels, room, name: fileNameOf(recording) };
}
