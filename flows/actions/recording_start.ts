import type { FlowId, RecordingId } from '../../kernel/brand.ts';
import type { RecordStart } from '../../calls/instruction.ts';
import type { ActionKind, Scene } from '../action.ts';
import type { Variables } from '../variables.ts';

interface Option {
  readonly format: RecordStart['format'];
  readonly end_of_silence: number;
  readonly end_of_key: RecordStart['end_of_key'];
  readonly duration: number;
  readonly beep_start: boolean;
  readonly channels: RecordStart['channels'];
  readonly on_end_flow_id: string;
}

const SET = [
  'voipbin.recording.id',
  'voipbin.recording.reference_type',
  'voipbin.recording.reference_id',
  'voipbin.recording.format',
] as const;

function told({ recording_id, format }: RecordStart, { call_id }: Scene): Variables {
  const values = [recording_id, 'call', call_id, format];
  return Object.fromEntries(SET.map((name, place) => [name, values[place] ?? '']));
}

/** Begins to record the call. */
export const recording_start: ActionKind<Option> = {
  type: 'recording_start',
  needs: ['record'],
  waits: false,
  on_leg: 'answered',
  sets: SET,
  outlook: ({ end_of_key, on_end_flow_id }) => ({
    needs: end_of_key === 'none' ? [] : ['gather'],
    flows: on_end_flow_id === '' ? [] : [{ pointer: '/on_end_flow_id', text: on_end_flow_id }],
  }),
  begin: (option, scene) => {
    const instruction: RecordStart = {
      do: 'record_start',
      recording_id: scene.idFor('recording') as RecordingId,
      format: option.format,
      end_of_silence_s: option.end_of_silence,
      end_of_key: option.end_of_key,
      duration_s: option.duration,
      beep: option.beep_start,
      channels: option.channels,
      on_end_flow_id: option.on_end_flow_id === '' ? null : (option.on_end_flow_id as FlowId),
    };
    const orders = [{ give: 'instruct', instruction, awaited: false }] as const;
    // Where one runs already this order comes to nothing, and the names are those of the other.
    if (scene.media.recording_id !== null) return { next: 'onward', orders };
    return { next: 'onward', orders, set: told(instruction, scene) };
  },
};
