import type { AttemptId, RecordingId } from '../../kernel/brand.ts';
import type { SandboxLeg, SandboxLog } from '../../store/sandbox_log.ts';
import { CarrierError, type RecordingOrder } from '../carrier.ts';
import { type Heard, type HeardLeg, heardIn, heardOn } from './hearing.ts';
import type { Stash } from './leg.ts';
import { rendered } from './render.ts';
import type { Stretch, Strip } from './strips.ts';
import type { Studio } from './studio.ts';
import { BLANK, type Take } from './tape.ts';
import { HUMAN } from './voice.ts';

/** A WAV file, piece by piece. */
export type WavPieces = AsyncIterable<Uint8Array>;

/** Where other legs are found, and how they sound. */
export interface Archive {
  legOf(attempt_id: AttemptId): Promise<SandboxLeg | null>;
  readonly log: Pick<SandboxLog, 'visitors'>;
  readonly studio: Studio;
}

/**
 * A recording of a leg, or of a room that it was in, made of what was written down of the legs;
 * null where there is none. Throws CarrierError when it is not over yet, and StoreError.
 */
export async function recordedOn(
  row: SandboxLeg,
  { recording_id, room, channels }: RecordingOrder,
  archive: Archive,
): Promise<WavPieces | null> {
  const leg = heardLegOf(row);
  if (room !== null) {
    if (!visitedBy(leg).includes(room.room_id)) return null;
    const strips = heardIn(room.room_id, await legsIn(archive, [room.room_id]), stretchOf(room));
    return rendered([strips], stretchOf(room), archive.studio);
  }
  const take = takeOf(row, recording_id);
  if (take === null) return null;
  const met = await legsIn(archive, visitedBy(leg));
  const others = met.filter(({ attempt_id }) => attempt_id !== row.attempt_id);
  const heard = heardOn(leg, others, stretchOf(take));
  return rendered(channelsOf(heard, channels), stretchOf(take), archive.studio);
}

function visitedBy({ tape }: HeardLeg): string[] {
  return tape.marks.flatMap((mark) =>
    'room_id' in mark && mark.room_id !== null ? [mark.room_id] : [],
  );
}

function channelsOf({ said, given }: Heard, channels: 1 | 2): (readonly Strip[])[] {
  return channels === 2 ? [said, given] : [[...said, ...given]];
}

/** Null where the leg never made it; one that still runs is to be asked for later. */
function takeOf({ script }: SandboxLeg, recording_id: RecordingId): Take | null {
  const { tape = BLANK, recording } = script as unknown as Stash;
  if (recording?.recording_id === recording_id)
    throw new CarrierError('sandbox', 'later', 'the recording is not over');
  return tape.takes.find((take) => take.recording_id === recording_id) ?? null;
}

async function legsIn(
  archive: Archive,
  rooms: readonly string[],
): Promise<(HeardLeg & Pick<SandboxLeg, 'attempt_id'>)[]> {
  const visitors = await Promise.all([...new Set(rooms)].map((room) => archive.log.visitors(room)));
  const rows = await Promise.all([...new Set(visitors.flat())].map((id) => archive.legOf(id)));
  return rows.flatMap((row) => (row === null ? [] : [heardLegOf(row)]));
}

function heardLegOf(row: SandboxLeg): HeardLeg & Pick<SandboxLeg, 'attempt_id'> {
  const { tape = BLANK, voice = HUMAN, party } = row.script as unknown as Stash;
  const { attempt_id, tm_answer, tm_end } = row;
  if (tm_answer === null || party === null) return { attempt_id, tape, far: null };
  const until = tm_end ?? Infinity;
  return { attempt_id, tape, far: { party, voice, since: tm_answer, until, marks: tape.marks } };
}

function stretchOf({ since, until }: Pick<Take, 'since' | 'until'>): Stretch {
  return { from: since, until };
}
