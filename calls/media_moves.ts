import { legOf } from './attempts.ts';
import type { Call, CallIn } from './call.ts';
import { currentAttempt } from './call.ts';
import type { Effect } from './effects.ts';
import type { Instruction } from './instruction.ts';
import type { EventOf } from './events.ts';
import { isSameLine, type Media, type Party } from './media.ts';
import { type CallStep, stay, terminate } from './moves.ts';
import { objectionTo, ordered } from './orders.ts';

type Talking = CallIn<'progressing'>;

function withMedia<C extends Call>(call: C, change: Partial<Media>): C {
  return { ...call, media: { ...call.media, ...change } };
}

/** An order to the media of the current leg; none where there is no such leg. */
export function instructed(call: Call, instruction: Instruction): Effect[] {
  const leg = legOf(call, currentAttempt(call));
  return leg === null ? [] : [{ do: 'leg_instruct', leg, instruction }];
}

export function askLine(call: Talking, { change }: EventOf<'line_asked'>): CallStep {
  return give(call, { do: 'line', line: { ...call.media.line, ...change } });
}

export function askMedia(call: Talking, event: EventOf<'media_asked'>): CallStep {
  const { state, effects } = give(call, event.instruction);
  if (!event.interrupt || effects.length === 0) return stay(state, effects);
  return stay(state, [...instructed(call, { do: 'stop' }), ...effects]);
}

function give(call: Talking, instruction: Instruction): CallStep {
  if (objectionTo(call, instruction) !== null) return stay(call);
  return stay(ordered(call, instruction), instructed(call, instruction));
}

/** The carrier has found out who answered. Its first word counts. */
export function detect<C extends Call>(call: C, { party }: EventOf<'party_detected'>): C {
  return call.media.party === null ? withMedia(call, { party }) : call;
}

/** Who is hung up on where machines are unwanted. */
const MACHINES: readonly Party[] = ['machine', 'fax'];

/** The same while it talks: a machine may be hung up on. */
export function detectTalking(call: Talking, event: EventOf<'party_detected'>): CallStep {
  const known = detect(call, event);
  const unwanted = known !== call && MACHINES.includes(event.party);
  return unwanted && call.media.on_machine === 'hangup'
    ? terminate(known, 'amd', event.at)
    : stay(known);
}

export function endRecording(call: Call, event: EventOf<'recording_finished'>): CallStep {
  const runs = call.media.recording_id === event.recording_id;
  return stay(runs ? withMedia(call, { recording_id: null }) : call);
}

export function endStream(call: Call, event: EventOf<'stream_ended'>): CallStep {
  const runs = call.media.stream_id === event.stream_id;
  return stay(runs ? withMedia(call, { stream_id: null }) : call);
}

/** What the carrier has not even taken was not done: the call must not say that it was. */
export function undo(call: Call, { refused }: EventOf<'media_failed'>): CallStep {
  const { media } = call;
  if (refused?.do === 'line' && isSameLine(refused.line, media.line))
    return stay(withMedia(call, { line: media.line_before }));
  const streams = refused?.do === 'stream_start' && media.stream_id === refused.stream_id;
  return stay(streams ? withMedia(call, { stream_id: null }) : call);
}
