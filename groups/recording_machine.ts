import { NULL_ID } from '../kernel/brand.ts';
import { rfc3339 } from '../kernel/instant.ts';
import type { Machine } from './machine.ts';
import type { Recording } from './recording.ts';
import { RECORDING_TABLE } from './recording_table.ts';

/** A recording, as the engine runs it. */
export const recordingMachine: Machine<Recording> = {
  kind: 'recording',
  ended_by: { type: 'hangup_asked' },
  table: RECORDING_TABLE,
  isLive: ({ status }) => status !== 'ended',
  wants: () => false,
  newsOf: (before, after) => [
    ...(before.tm_start === null && after.tm_start !== null ? ['recording_started'] : []),
    ...(before.status !== after.status ? newsIn(after) : []),
    ...(before.tm_delete === null && after.tm_delete !== null ? ['recording_deleted'] : []),
  ],
  show: publicRecording,
};

function newsIn({ status, file }: Recording): string[] {
  if (status === 'stopping') return ['recording_finished'];
  if (status !== 'ended') return [];
  return [file === null ? 'recording_failed' : 'recording_ready'];
}

/** A recording as customers see it, in VoIPBIN's words; what is in its file, and why it ended. */
export function publicRecording(recording: Recording): Record<string, unknown> {
  const { file } = recording;
  return {
    id: recording.id,
    customer_id: recording.customer_id,
    owner_type: '',
    owner_id: NULL_ID,
    activeflow_id: recording.activeflow_id ?? NULL_ID,
    reference_type: recording.reference_type,
    reference_id: recording.reference_id ?? NULL_ID,
    status: recording.status,
    format: recording.format,
    channels: recording.channels,
    on_end_flow_id: recording.on_end_flow_id ?? NULL_ID,
    end_cause: recording.cause ?? '',
    duration_ms: recording.duration_ms,
    size_bytes: file?.bytes ?? null,
    sha256: file?.sha256 ?? null,
    detail: recording.detail,
    tm_start: rfc3339(recording.tm_start),
    tm_end: rfc3339(recording.tm_end),
    tm_create: rfc3339(recording.tm_create),
    tm_update: rfc3339(recording.tm_update),
    tm_delete: rfc3339(recording.tm_delete),
  };
}
