import type { Instant, RecordingId } from '../../kernel/brand.ts';
import type { RecordStart } from '../../calls/instruction.ts';
import type { RecordingEnd } from '../../calls/events.ts';

/** A recording that runs on a leg of the network. */
export interface Recording {
  readonly recording_id: RecordingId;
  readonly since: Instant;
  /** When it has lasted as long as it may; null: it may last for ever. */
  readonly until: Instant | null;
  /** How long a silence ends it; null: none does. */
  readonly silence_ms: number | null;
  readonly end_of_key: RecordStart['end_of_key'];
}

/** When a recording ends, and why. */
export interface RecordingStop {
  readonly at: Instant;
  readonly cause: RecordingEnd;
}

const BEEP_MS = 500;

/** The recording that an order begins at `now`, after its tone. */
export function recordingOf(order: RecordStart, now: Instant): Recording {
  const since = (now + (order.beep ? BEEP_MS : 0)) as Instant;
  const { recording_id, end_of_key, duration_s, end_of_silence_s } = order;
  return {
    recording_id,
    since,
    until: duration_s === 0 ? null : ((since + duration_s * 1_000) as Instant),
    silence_ms: end_of_silence_s === 0 ? null : end_of_silence_s * 1_000,
    end_of_key,
  };
}

/** How a recording will end by itself; null when only others can end it. */
export function endOf(
  { since, until, silence_ms }: Recording,
  heard_until: Instant,
): RecordingStop | null {
  const quiet = silence_ms === null ? Infinity : Math.max(since, heard_until) + silence_ms;
  const full = until ?? Infinity;
  if (quiet === Infinity && full === Infinity) return null;
  const cause = full <= quiet ? 'duration' : 'silence';
  return { at: Math.min(full, quiet) as Instant, cause };
}

/** Whether a key that is pressed ends the recording. */
export function endsAt({ end_of_key }: Recording, digit: string): boolean {
  return end_of_key === 'any' || end_of_key === digit;
}
