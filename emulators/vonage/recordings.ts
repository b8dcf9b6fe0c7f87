import { eventBase, tellAt } from './letters.ts';
import type { Call, Hook, Recording, World } from './state.ts';
import { stampOf } from './wire.ts';

export interface RecordingSpec {
  readonly format: string;
  readonly channels: number;
  readonly hook: Hook | null;
}

/** Begins to record. The answer ends it, once; the end of the call does so at the latest. */
export function startRecording(world: World, call: Call, spec: RecordingSpec): () => void {
  const { app } = call;
  const { format, channels, hook } = spec;
  const uuid = world.names.uuid();
  const tm_start = world.clock.now();
  const recording: Recording = { uuid, app, format, channels, tm_start, tm_end: null };
  app.recordings.set(uuid, recording);
  const end = (): void => {
    if (recording.tm_end !== null) return;
    recording.tm_end = world.clock.now();
    call.on_end.delete(end);
    const where = hook ?? call.order.event ?? app.event;
    if (where === null) return;
    const payload = payloadOf(world, call, recording);
    void tellAt(world, call, { hook: where, tag: 'recording', payload });
  };
  call.on_end.add(end);
  return end;
}

function payloadOf(world: World, call: Call, recording: Recording): Record<string, unknown> {
  const { uuid, tm_start, tm_end } = recording;
  const { conversation_uuid, timestamp } = eventBase(world, call);
  return {
    start_time: stampOf(tm_start),
    end_time: tm_end === null ? null : stampOf(tm_end),
    recording_url: `${world.url()}/v1/files/${uuid}`,
    recording_uuid: uuid,
    size: msOf(recording) * 16,
    conversation_uuid,
    timestamp,
  };
}

export function msOf({ tm_start, tm_end }: Recording): number {
  return tm_end === null ? 0 : tm_end - tm_start;
}
