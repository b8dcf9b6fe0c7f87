import type { ActiveflowId, FlowId, Instant, RoomId } from '../kernel/brand.ts';
import type { LegAt } from '../calls/effects.ts';
import type { RecordingEnd } from '../calls/events.ts';
import type { RecordStart } from '../calls/instruction.ts';
import type { GroupFacts } from './group.ts';

/**
 * initiating: ordered, the carrier has not begun · stopping: it is over, its sound is being brought
 * here · ended: the file is there, or there never will be one.
 */
export type RecordingStatus = 'initiating' | 'recording' | 'stopping' | 'ended';

/** The sound of a call, or of a room, and what becomes of it until its file is deleted. */
export interface Recording extends GroupFacts {
  readonly kind: 'recording';
  readonly status: RecordingStatus;
  readonly reference_type: 'call' | 'confbridge';
  readonly activeflow_id: ActiveflowId | null;
  /** Through which leg the carrier knows it. */
  readonly leg: LegAt;
  /** The room that is recorded; null where it is one leg. */
  readonly room_id: RoomId | null;
  readonly format: RecordStart['format'];
  readonly channels: RecordStart['channels'];
  readonly on_end_flow_id: FlowId | null;
  /** Why it ended; null while it has not. */
  readonly cause: RecordingEnd | null;
  readonly duration_ms: number | null;
  /** Null until it is there, and where there is none. */
  readonly file: RecordingFile | null;
  /** Why there is no file, for people to read. */
  readonly detail: string | null;
  readonly tm_start: Instant | null;
  readonly tm_end: Instant | null;
}

export interface RecordingFile {
  readonly name: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** All that a recording is made of, before anything has happened. */
export type RecordingDraft = Pick<
  Recording,
  | 'id'
  | 'customer_id'
  | 'parent_id'
  | 'reference_id'
  | 'reference_type'
  | 'activeflow_id'
  | 'leg'
  | 'room_id'
  | 'format'
  | 'channels'
  | 'on_end_flow_id'
  | 'tm_create'
> & {
  /** The longest that a room is recorded; 0: as long as it lasts. */
  readonly duration_s: number;
};

/** Where the file of a recording lies: apart by customer. */
export function fileNameOf({ customer_id, id, format }: RecordingDraft | Recording): string {
  return `${customer_id}/${id}.${format}`;
}
