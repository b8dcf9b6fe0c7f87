import type { GroupId, RecordingId } from '../kernel/brand.ts';
import type { Call } from './call.ts';
import type { Effect } from './effects.ts';
import type { CallEvent } from './events.ts';
import type { GroupFact } from './group_facts.ts';

/** A recording outlives its call: it is a thing of its own, kept as groups are, by its own id. */
export function groupIdOf(recording_id: RecordingId): GroupId {
  return recording_id as string as GroupId;
}

/** What an event that led from one state of a call to another means for its recordings. */
export function tellRecordings(before: Call, event: CallEvent, after: Call): Effect[] {
  const tell = (recording_id: RecordingId, fact: GroupFact): Effect[] => [
    { do: 'group_tell', group_id: groupIdOf(recording_id), fact },
  ];
  // Word may come after the end of the call: the recording wants to hear it all the same.
  if (event.type === 'recording_started')
    return tell(event.recording_id, { type: 'recording_started' });
  if (event.type === 'recording_finished') {
    const { recording_id, duration_ms, cause } = event;
    return tell(recording_id, { type: 'recording_finished', duration_ms, cause });
  }
  const { recording_id } = before.media;
  const ended = before.status !== 'hangup' && after.status === 'hangup';
  return ended && recording_id !== null ? tell(recording_id, { type: 'master_ended' }) : [];
}
