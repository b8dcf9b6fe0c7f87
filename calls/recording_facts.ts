import type { CallId, FlowId, GroupId, RoomId } from '../kernel/brand.ts';
import type { RecordingEnd } from './events.ts';

/** What recordings are told, beside what all groups are. */
export type RecordingFact =
  /** The carrier has begun to record, or is done with it: as the call was told. */
  | { readonly type: 'recording_started' }
  | {
      readonly type: 'recording_finished';
      readonly duration_ms: number;
      readonly cause: RecordingEnd;
    }
  /** The sound of a recording has been brought here, or cannot be. */
  | { readonly type: 'audio_stored'; readonly bytes: number; readonly sha256: string }
  | { readonly type: 'audio_lost'; readonly detail: string };

/**
 * A recording of a room, for the group whose room it is: told `hangup_asked`, it ends. Its id is
 * derived, as every group's.
 */
export interface RoomRecordingOrder {
  readonly group_id: GroupId;
  readonly master_group_id: GroupId;
  readonly room_id: RoomId;
  /** A call whose leg is in the room: its carrier is where the sound is. */
  readonly call_id: CallId;
  /** The longest it may last; 0: as long as the room. */
  readonly duration_s: number;
  readonly on_end_flow_id: FlowId | null;
}
