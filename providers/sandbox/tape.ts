import type { Instant, RecordingId } from '../../kernel/brand.ts';
import type { Line } from '../../calls/media.ts';
import type { Said } from './studio.ts';

/** Something that the party of a leg was given to hear. */
export interface Clip {
  readonly from: Instant;
  readonly until: Instant;
  readonly what:
    | { readonly is: 'said'; readonly said: Said; readonly ms: number }
    | { readonly is: 'played'; readonly key: string }
    | { readonly is: 'beep' }
    | {
        readonly is: 'keys';
        readonly digits: string;
        readonly duration_ms: number;
        readonly interval_ms: number;
      }
    | { readonly is: 'echo' };
  /** Whether an order to stop ends it. */
  readonly stops: boolean;
}

/** Something that changed who hears whom, or a key that the party pressed. */
export type Mark =
  | { readonly at: Instant; readonly room_id: string | null }
  | { readonly at: Instant; readonly line: Line }
  | { readonly at: Instant; readonly digit: string };

/** A recording that was made: a stretch of the tape. */
export interface Take {
  readonly recording_id: RecordingId;
  readonly since: Instant;
  readonly until: Instant;
}

/**
 * What happened to the sound of a leg, written down as it happened: sound is made of it when
 * somebody asks for a recording, so that calls which nobody records cost none.
 */
export interface Tape {
  readonly clips: readonly Clip[];
  readonly marks: readonly Mark[];
  readonly takes: readonly Take[];
}

export const BLANK: Tape = { clips: [], marks: [], takes: [] };

/** More than a day of announcements, of changes, and of recordings of one call. */
const CLIPS_MAX = 5_000;
const MARKS_MAX = 5_000;
const TAKES_MAX = 1_000;

/**
 * The tape with another clip on it. What was over before `keep_from` goes, where no take needs it:
 * null says that nothing is being recorded.
 */
export function withClip(tape: Tape, clip: Clip, keep_from: Instant | null): Tape {
  const since = [clip.from, ...tape.takes.map((take) => take.since)];
  const oldest = Math.min(...since, keep_from ?? clip.from);
  const clips = tape.clips.filter(({ until }) => until > oldest);
  return { ...tape, clips: [...clips, clip].slice(-CLIPS_MAX) };
}

export function withMark(tape: Tape, mark: Mark): Tape {
  return { ...tape, marks: [...tape.marks, mark].slice(-MARKS_MAX) };
}

/** A take that was made before stays as it is: it is told again after a crash. */
export function withTake(tape: Tape, take: Take): Tape {
  if (tape.takes.some(({ recording_id }) => recording_id === take.recording_id)) return tape;
  return { ...tape, takes: [...tape.takes, take].slice(-TAKES_MAX) };
}

/** The tape after an order to stop: what was to come does not, what sounds is cut off. */
export function stopped(tape: Tape, now: Instant): Tape {
  const clips = tape.clips.flatMap((clip) => {
    if (!clip.stops || clip.until <= now) return [clip];
    return clip.from >= now ? [] : [{ ...clip, until: now }];
  });
  return { ...tape, clips };
}
