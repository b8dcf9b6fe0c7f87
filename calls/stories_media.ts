import { assert } from '../kernel/assert.ts';
import type { EffectId, RecordingId, StreamId } from '../kernel/brand.ts';
import type { Call } from './call.ts';
import type { Instruction, RecordStart, StreamStart } from './instruction.ts';
import type { FactOf } from './events.ts';
import type { Line, MuteDirection } from './media.ts';

/** What is told of a leg's sound, by the first word of a story. */
export function mediaFacts(word: string, call: Call): Record<string, () => FactOf> {
  return {
    refused: () => refusal(call),
    party: () => ({ type: 'party_detected', party: word as 'human' }),
    recording: () => ({ type: 'recording_started', recording_id: 'rec' as RecordingId }),
    recorded: () => ({
      type: 'recording_finished',
      recording_id: 'rec' as RecordingId,
      duration_ms: 1_000,
      cause: 'stopped',
    }),
    streamed: () => ({ type: 'stream_ended', stream_id: 'stream' as StreamId, detail: '' }),
    line: () => ({ type: 'line_asked', change: changeIn(word) }),
    order: () => ({
      type: 'media_asked',
      instruction: instructionIn(word.replace('!', '')),
      interrupt: word.endsWith('!'),
    }),
  };
}

/** The line as it was ordered last, refused by the carrier. */
function refusal({ media: { line } }: Call): FactOf {
  const refused = { do: 'line', line } as const;
  return { type: 'media_failed', effect_id: 'x' as EffectId, detail: '', refused };
}

/** "hold", "-hold" (off), "mute=in", "mute=" (off). */
function changeIn(word: string): Partial<Line> {
  const [name = '', direction] = word.split('=');
  if (direction !== undefined) return { mute_direction: direction as MuteDirection };
  return { [name.replace('-', '')]: !name.startsWith('-') };
}

/**
 * beep, detect (a machine is hung up on), look (it is not), record, cut (ends the recording),
 * stream, hush (ends the stream).
 */
function instructionIn(word: string): Instruction {
  const instructions: Readonly<Record<string, Instruction>> = {
    beep: { do: 'beep' },
    detect: { do: 'detect', on_machine: 'hangup' },
    look: { do: 'detect', on_machine: 'continue' },
    record: RECORD,
    stream: STREAM,
    hush: { do: 'stream_stop', stream_id: STREAM.stream_id },
    cut: { do: 'record_stop', recording_id: RECORD.recording_id },
  };
  const instruction = instructions[word];
  assert(instruction !== undefined, `no order is called ${word}`);
  return instruction;
}

const RECORD: RecordStart = {
  do: 'record_start',
  recording_id: 'rec' as RecordingId,
  format: 'wav',
  end_of_silence_s: 0,
  end_of_key: 'none',
  duration_s: 0,
  beep: false,
  channels: 1,
  on_end_flow_id: null,
};

const STREAM: StreamStart = {
  do: 'stream_start',
  stream_id: 'stream' as StreamId,
  host: 'media.example.com:5060',
  encapsulation: 'rtp',
  transport: 'udp',
  connection_type: 'client',
  format: 'ulaw',
  direction: 'both',
  data: '',
};
