import type { RecordingId, StreamId } from '../kernel/brand.ts';

/**
 * Which way a leg is muted, seen from our side as in VoIPBIN: `in` is what the party says (nobody
 * hears it), `out` what the party would hear (it hears nothing).
 */
export type MuteDirection = '' | 'both' | 'in' | 'out';

/** What a leg's line is like, whole: an order says all of it, so that giving it twice is once. */
export interface Line {
  /** The party hears music and is not heard. */
  readonly hold: boolean;
  /** The party hears music instead of the call. */
  readonly moh: boolean;
  /** The party hears silence instead of the call. */
  readonly silence: boolean;
  readonly mute_direction: MuteDirection;
}

/** Who or what has answered, as far as the carrier can tell. */
export type Party = 'human' | 'machine' | 'fax' | 'silence' | 'unknown';

/** What has been done to the sound of a leg. */
export interface Media {
  readonly line: Line;
  /** The line before it was last ordered: what it is again if the carrier refuses the order. */
  readonly line_before: Line;
  /** Null until the carrier has told. */
  readonly party: Party | null;
  /** What becomes of the call when a machine has answered; null: nobody has asked. */
  readonly on_machine: 'hangup' | 'continue' | null;
  /** The recording that runs. */
  readonly recording_id: RecordingId | null;
  /** All recordings that were asked for, oldest first. */
  readonly recording_ids: readonly RecordingId[];
  /** The stream to another host that runs. */
  readonly stream_id: StreamId | null;
}

export const OPEN_LINE: Line = { hold: false, moh: false, silence: false, mute_direction: '' };

/** The sound of a leg to which nothing was done. */
export const PLAIN: Media = {
  line: OPEN_LINE,
  line_before: OPEN_LINE,
  party: null,
  on_machine: null,
  recording_id: null,
  recording_ids: [],
  stream_id: null,
};

/** The media of a leg that is gone: nothing runs on it any more. */
export function atRest(media: Media): Media {
  const runs = media.recording_id !== null || media.stream_id !== null;
  return runs ? { ...media, recording_id: null, stream_id: null } : media;
}

export function isSameLine(a: Line, b: Line): boolean {
  return (
    a.hold === b.hold &&
    a.moh === b.moh &&
    a.silence === b.silence &&
    a.mute_direction === b.mute_direction
  );
}

/** Whether customers see a difference between the two: what is theirs to see, is in public.ts. */
export function isMediaNews(before: Media, after: Media): boolean {
  return (
    before !== after &&
    (!isSameLine(before.line, after.line) ||
      before.party !== after.party ||
      before.recording_ids !== after.recording_ids ||
      before.recording_id !== after.recording_id ||
      before.stream_id !== after.stream_id)
  );
}
