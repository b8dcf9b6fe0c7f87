import { sendAbout } from './reports.ts';
import {
  type Account,
  type Call,
  type RecordOrder,
  type Recording,
  sid,
  type StatusHook,
  type World,
} from './state.ts';
import { API, dateOf, recordedMs } from './wire.ts';

export interface RecordingSpec {
  readonly account: Account;
  readonly call: Call;
  readonly conference_sid: string | null;
  readonly channels: number;
  readonly source: string;
  readonly report: StatusHook | null;
}

/** How long Twilio works on a recording before it can be had. */
const PROCESSING_MS = 1_000;

/** Begins to record. It ends with its call at the latest. */
export function startRecording(world: World, spec: RecordingSpec): Recording {
  const now = world.clock.now();
  const { call, ...rest } = spec;
  const recording: Recording = {
    ...rest,
    sid: sid(world, 'RE'),
    call_sid: call.sid,
    tm_created: now,
    tm_updated: now,
    status: 'in-progress',
    kept_ms: 0,
    running_since: now,
  };
  spec.account.recordings.set(recording.sid, recording);
  call.on_end.add(() => stopRecording(world, recording, call));
  report(world, recording, { call, status: 'in-progress' });
  return recording;
}

export function startCallRecording(world: World, call: Call, order: RecordOrder): Recording {
  const { account } = call;
  return startRecording(world, { account, call, conference_sid: null, ...order });
}

export function pauseRecording(world: World, recording: Recording): void {
  if (recording.status !== 'in-progress') return;
  halt(world, recording);
  recording.status = 'paused';
}

export function resumeRecording(world: World, recording: Recording): void {
  if (recording.status !== 'paused') return;
  recording.running_since = world.clock.now();
  recording.status = 'in-progress';
}

/** Stops, and has it ready a moment later. */
export function stopRecording(world: World, recording: Recording, call: Call): void {
  if (recording.status !== 'in-progress' && recording.status !== 'paused') return;
  halt(world, recording);
  recording.status = 'stopped';
  world.clock.after(PROCESSING_MS, () => {
    recording.status = recording.kept_ms === 0 ? 'absent' : 'completed';
    recording.tm_updated = world.clock.now();
    report(world, recording, { call, status: recording.status });
  });
}

function halt(world: World, recording: Recording): void {
  const now = world.clock.now();
  recording.kept_ms = recordedMs(recording, now);
  recording.running_since = null;
  recording.tm_updated = now;
}

/** Where the sound of a recording is fetched. */
export function mediaUrl({ account, sid: name }: Recording): string {
  return `https://api.twilio.com${API}/Accounts/${account.sid}/Recordings/${name}`;
}

interface News {
  readonly call: Call;
  readonly status: string;
}

function report(world: World, recording: Recording, { call, status }: News): void {
  const hook = recording.report;
  if (hook === null || !hook.events.includes(status)) return;
  const params = {
    AccountSid: recording.account.sid,
    CallSid: recording.call_sid,
    RecordingSid: recording.sid,
    RecordingStatus: status,
    RecordingChannels: String(recording.channels),
    RecordingSource: recording.source,
    RecordingStartTime: dateOf(recording.tm_created),
    RecordingTrack: 'both',
    ErrorCode: '0',
    ...(recording.conference_sid === null ? {} : { ConferenceSid: recording.conference_sid }),
    ...(status === 'completed'
      ? {
          RecordingUrl: mediaUrl(recording),
          RecordingDuration: String(Math.round(recording.kept_ms / 1_000)),
        }
      : {}),
  };
  void sendAbout(world, { call, hook, tag: `recording.${status}`, params });
}
