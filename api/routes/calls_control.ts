import { type CallId, NULL_ID, type RecordingId } from '../../kernel/brand.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { derive } from '../../kernel/uuid.ts';
import type { Need } from '../../flows/action.ts';
import { ssmlFault } from '../../flows/ssml.ts';
import type { Instruction, RecordStart } from '../../calls/instruction.ts';
import type { MuteSide, Wish } from '../../engine/control.ts';
import { activeflowJson, callJson } from '../../engine/view.ts';
import type { OperationId } from '../contract.ts';
import type { Desk } from '../desk.ts';
import { programOf } from '../flow_input.ts';
import { scopeOf } from '../lists.ts';
import {
  answer,
  type Ask,
  type BodyOf,
  NOT_FOUND,
  type Outcome,
  refuse,
  type Serve,
} from '../operation.ts';
import { readVariables } from '../variables_input.ts';

/** Asks something of the call whose id stands in the path, and answers it as it is then. */
async function ofCall<Id extends OperationId>(
  ask: Ask<Id>,
  { exchange }: Desk,
  wish: Wish,
): Promise<Outcome> {
  const subject = { call_id: ask.id as CallId };
  const leg = await exchange.control({ scope: scopeOf(ask), subject, name: ask.seed.name }, wish);
  if (leg === null) return NOT_FOUND;
  return 'code' in leg ? { refused: leg } : answer(callJson(leg));
}

/** The same of the call whose run of a flow the path names. */
async function ofRun<Id extends OperationId>(
  ask: Ask<Id>,
  { exchange }: Desk,
  wish: Wish,
): Promise<Outcome> {
  const subject = { activeflow_id: ask.id };
  const leg = await exchange.control({ scope: scopeOf(ask), subject, name: ask.seed.name }, wish);
  if (leg === null) return NOT_FOUND;
  return 'code' in leg ? { refused: leg } : answer(activeflowJson(leg));
}

function line(flag: 'hold' | 'moh' | 'silence', on: boolean): Wish {
  return { want: 'line', flag, on };
}

export const holdCall: Serve<'holdCall'> = (ask, desk) => ofCall(ask, desk, line('hold', true));
export const unholdCall: Serve<'unholdCall'> = (ask, desk) =>
  ofCall(ask, desk, line('hold', false));
export const startCallMoh: Serve<'startCallMoh'> = (ask, desk) =>
  ofCall(ask, desk, line('moh', true));
export const stopCallMoh: Serve<'stopCallMoh'> = (ask, desk) =>
  ofCall(ask, desk, line('moh', false));
export const silenceCall: Serve<'silenceCall'> = (ask, desk) =>
  ofCall(ask, desk, line('silence', true));
export const unsilenceCall: Serve<'unsilenceCall'> = (ask, desk) =>
  ofCall(ask, desk, line('silence', false));

function mute({ direction }: { readonly direction: MuteSide }, on: boolean): Wish {
  return { want: 'mute', direction, on };
}

export const muteCall: Serve<'muteCall'> = (ask, desk) => ofCall(ask, desk, mute(ask.body, true));
export const unmuteCall: Serve<'unmuteCall'> = (ask, desk) =>
  ofCall(ask, desk, mute(ask.body, false));

function media(instruction: Instruction, needs: readonly Need[], interrupt = false): Wish {
  return { want: 'media', instruction, needs, interrupt };
}

export const talkToCall: Serve<'talkToCall'> = async (ask, desk) => {
  const { text, language, gender, interrupt } = ask.body;
  const fault = ssmlFault(text);
  if (fault !== null) return refuse('invalid_request', '/text', `/text ${fault}`);
  return ofCall(ask, desk, media({ do: 'say', text, language, gender }, ['say'], interrupt));
};

export const playToCall: Serve<'playToCall'> = (ask, desk) => {
  const { stream_urls: urls, interrupt } = ask.body;
  return ofCall(ask, desk, media({ do: 'play', urls }, ['play'], interrupt));
};

export const sendCallDigits: Serve<'sendCallDigits'> = (ask, desk) => {
  const { digits, duration: duration_ms, interval: interval_ms } = ask.body;
  const instruction = { do: 'send_digits', digits, duration_ms, interval_ms } as const;
  return ofCall(ask, desk, media(instruction, ['send_digits']));
};

export const startCallRecording: Serve<'startCallRecording'> = async (ask, desk) => {
  const { format, channels, end_of_silence, end_of_key, duration, beep_start } = ask.body;
  const { on_end_flow_id = NULL_ID } = ask.body;
  const named = on_end_flow_id !== NULL_ID;
  const flow = named ? await desk.store.shelves.flows.get(scopeOf(ask), on_end_flow_id) : null;
  if (named && flow === null) return refuse('flow_not_found', '/on_end_flow_id');
  const instruction: RecordStart = {
    do: 'record_start',
    // The same request sent again means the same recording.
    recording_id: derive<RecordingId>(ask.seed.name, 'recording', ask.seed.at),
    format,
    end_of_silence_s: end_of_silence,
    end_of_key,
    duration_s: duration,
    beep: beep_start,
    // As the contract says.
    channels: channels as RecordStart['channels'],
    on_end_flow_id: flow?.id ?? null,
  };
  const needs: readonly Need[] = end_of_key === 'none' ? ['record'] : ['record', 'gather'];
  return ofCall(ask, desk, media(instruction, needs));
};

export const stopCallRecording: Serve<'stopCallRecording'> = (ask, desk) =>
  ofCall(ask, desk, { want: 'record_stop' });

/** Where a flow is taken: to a stored flow, or to actions the request brings along. */
async function redirection(
  { body, customer_id, seed }: Omit<Ask<'redirectCall'>, 'query'>,
  desk: Desk,
): Promise<Wish | Refusal> {
  const program = await programOf(body, customer_id, { desk, seed });
  if ('code' in program) return program;
  const { flow_id, actions } = program;
  return { want: 'redirect', flow_id, actions };
}

export const redirectCall: Serve<'redirectCall'> = async (ask, desk) => {
  const wish = await redirection(ask, desk);
  return 'code' in wish ? { refused: wish } : ofCall(ask, desk, wish);
};

export const redirectActiveflow: Serve<'redirectActiveflow'> = async (ask, desk) => {
  const wish = await redirection(ask, desk);
  return 'code' in wish ? { refused: wish } : ofRun(ask, desk, wish);
};

function continuation({ variables = {} }: BodyOf<'continueCall'>): Wish | Refusal {
  const read = readVariables(variables);
  return read.ok ? { want: 'continue', variables: read.value } : read.refused;
}

export const continueCall: Serve<'continueCall'> = async (ask, desk) => {
  const wish = continuation(ask.body);
  return 'code' in wish ? { refused: wish } : ofCall(ask, desk, wish);
};

export const continueActiveflow: Serve<'continueActiveflow'> = async (ask, desk) => {
  const wish = continuation(ask.body);
  return 'code' in wish ? { refused: wish } : ofRun(ask, desk, wish);
};
