import type { Call } from './call.ts';
import type { Instruction } from './instruction.ts';
import { isSameLine, type Media } from './media.ts';

/** Recordings one call may have: as many as its public form can list. */
const RECORDINGS_MAX = 1_000;

/** What can be ordered only while the call talks. */
const TALKING: readonly Instruction['do'][] = ['line', 'detect', 'record_start', 'stream_start'];

/**
 * Why an order to a leg's media would come to nothing, for people to read; null when it may be
 * given.
 */
export function objectionTo({ status, media }: Call, instruction: Instruction): string | null {
  if (TALKING.includes(instruction.do) && status !== 'progressing') return `the call is ${status}`;
  switch (instruction.do) {
    case 'record_start':
      if (media.recording_id !== null) return 'it is being recorded already';
      return media.recording_ids.length < RECORDINGS_MAX ? null : 'it has too many recordings';
    case 'record_stop':
      return media.recording_id === instruction.recording_id ? null : 'it is not being recorded';
    case 'stream_start':
      return media.stream_id === null ? null : 'its sound is streamed already';
    case 'stream_stop':
      return media.stream_id === instruction.stream_id ? null : 'its sound is not streamed';
    case 'line':
      return isSameLine(media.line, instruction.line) ? 'its line is like that already' : null;
    default:
      return null;
  }
}

/** The call once an order to its media has been given. */
export function ordered<C extends Call>(call: C, instruction: Instruction): C {
  const media = mediaAfter(call.media, instruction);
  return media === call.media ? call : { ...call, media };
}

/** The call with more noted on it; the very same where all of that is noted already. */
export function tagged<C extends Call>(call: C, metadata: Call['metadata']): C {
  const news = Object.entries(metadata).some(([name, value]) => call.metadata[name] !== value);
  return news ? { ...call, metadata: { ...call.metadata, ...metadata } } : call;
}

function mediaAfter(media: Media, instruction: Instruction): Media {
  switch (instruction.do) {
    case 'line':
      return { ...media, line: instruction.line, line_before: media.line };
    case 'detect':
      return { ...media, on_machine: instruction.on_machine };
    case 'record_start': {
      const { recording_id } = instruction;
      return { ...media, recording_id, recording_ids: [...media.recording_ids, recording_id] };
    }
    case 'stream_start':
      return { ...media, stream_id: instruction.stream_id };
    case 'stream_stop':
      return { ...media, stream_id: null };
    default:
      return media;
  }
}
