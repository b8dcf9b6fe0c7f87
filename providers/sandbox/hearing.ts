import { type Line, type MuteDirection, OPEN_LINE } from '../../calls/media.ts';
import { between, common, delayed, type Stretch, type Strip, within } from './strips.ts';
import type { Clip, Mark, Tape } from './tape.ts';
import { type FarEnd, voiceStrips } from './voice.ts';

/** A leg as recordings hear it. */
export interface HeardLeg {
  readonly tape: Tape;
  /** Null where nobody has answered it. */
  readonly far: FarEnd | null;
}

/** What is heard on one leg: what its party says, and what it is given to hear. */
export interface Heard {
  readonly said: readonly Strip[];
  readonly given: readonly Strip[];
}

const ECHO_MS = 200;
const BEEP = { is: 'tone', hz: [1_000], level_db: -15 } as const;

/** The sound of one leg during a stretch of time. `others` are those it may have met in rooms. */
export function heardOn(leg: HeardLeg, others: readonly HeardLeg[], during: Stretch): Heard {
  const { marks, clips } = leg.tape;
  const said = saidOn(leg, during);
  const hears = linesWhere(marks, during, (line) => !isDeaf(line));
  const music = linesWhere(marks, during, (line) => !isDeaf(line) && isMusical(line));
  const room = linesWhere(marks, during, (line) => !isDeaf(line) && !isMusical(line));
  const visits = visitsOf(marks, during);
  const met = others.flatMap((other) => {
    const together = meetings(visits, visitsOf(other.tape.marks, during));
    return within(saidOn(other, during), common(together, room));
  });
  const played = clips.flatMap((clip) => within(stripsOf(clip, said), hears));
  return { said, given: [...played, ...musicIn(music, during), ...met] };
}

/** All that is said into a room during a stretch of time. */
export function heardIn(
  room_id: string,
  legs: readonly HeardLeg[],
  during: Stretch,
): readonly Strip[] {
  return legs.flatMap((leg) => {
    const visits = visitsOf(leg.tape.marks, during).filter((visit) => visit.room_id === room_id);
    return within(saidOn(leg, during), visits);
  });
}

/** What the party of a leg says, as far as it is let through. */
function saidOn({ tape, far }: HeardLeg, during: Stretch): Strip[] {
  if (far === null) return [];
  const open = linesWhere(tape.marks, during, (line) => !line.hold && !isMuted(line, 'in'));
  return within(voiceStrips(far), open);
}

function isMuted({ mute_direction }: Line, direction: MuteDirection): boolean {
  return mute_direction === direction || mute_direction === 'both';
}

function isDeaf(line: Line): boolean {
  return line.silence || isMuted(line, 'out');
}

function isMusical({ hold, moh }: Line): boolean {
  return hold || moh;
}

function musicIn(stretches: readonly Stretch[], { from, until }: Stretch): Strip[] {
  return within([{ since: from, from, until, source: { is: 'music' } }], stretches);
}

function stripsOf({ from, until, what }: Clip, said: readonly Strip[]): Strip[] {
  const at = { since: from, from, until };
  switch (what.is) {
    case 'beep':
      return [{ ...at, source: BEEP }];
    case 'echo':
      return within(delayed(said, ECHO_MS), [at]);
    default:
      return [{ ...at, source: what }];
  }
}

/** A time during which a leg was in one room. */
interface Visit extends Stretch {
  readonly room_id: string;
}

function visitsOf(marks: readonly Mark[], during: Stretch): Visit[] {
  const changes = marks.flatMap((mark) => ('room_id' in mark ? [mark] : []));
  return changes.flatMap(({ at, room_id }, place) => {
    const visit = {
      from: Math.max(at, during.from),
      until: changes[place + 1]?.at ?? during.until,
    };
    if (room_id === null || visit.from >= Math.min(visit.until, during.until)) return [];
    return [{ room_id, from: visit.from, until: Math.min(visit.until, during.until) }];
  });
}

function meetings(some: readonly Visit[], others: readonly Visit[]): Stretch[] {
  return some.flatMap((visit) =>
    common(
      [visit],
      others.filter(({ room_id }) => room_id === visit.room_id),
    ),
  );
}

/** When the line was as asked. Before it was changed at all it was open. */
function linesWhere(
  marks: readonly Mark[],
  during: Stretch,
  is: (line: Line) => boolean,
): Stretch[] {
  const changes = marks.flatMap((mark) => ('line' in mark ? [mark] : []));
  const before = changes.findLast(({ at }) => at <= during.from)?.line ?? OPEN_LINE;
  const steps = [{ at: during.from, line: before }, ...changes];
  const others = steps.flatMap(({ at, line }, place) => {
    const until = steps[place + 1]?.at ?? during.until;
    return at >= during.from && !is(line) ? [{ from: at, until }] : [];
  });
  return between(others, during);
}
