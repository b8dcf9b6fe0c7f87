import type { FlowId } from '../kernel/brand.ts';
import { type Refusal, refusal } from '../kernel/refusal.ts';
import { currentAttempt } from '../calls/call.ts';
import type { FactOf } from '../calls/events.ts';
import type { Instruction } from '../calls/instruction.ts';
import type { Line, MuteDirection } from '../calls/media.ts';
import { objectionTo } from '../calls/orders.ts';
import type { Need } from '../flows/action.ts';
import type { Action } from '../flows/flow.ts';
import { needsOf } from '../flows/needs.ts';
import type { Carriers, Pair } from './step.ts';

/** Which way a party is muted or heard again. */
export type MuteSide = Exclude<MuteDirection, ''>;

/** What people ask of a call that is under way. */
export type Wish =
  | { readonly want: 'line'; readonly flag: 'hold' | 'moh' | 'silence'; readonly on: boolean }
  | { readonly want: 'mute'; readonly direction: MuteSide; readonly on: boolean }
  | {
      readonly want: 'media';
      readonly instruction: Instruction;
      readonly needs: readonly Need[];
      readonly interrupt: boolean;
    }
  | { readonly want: 'record_stop' }
  | {
      readonly want: 'redirect';
      readonly flow_id: FlowId | null;
      readonly actions: readonly Action[];
    }
  | { readonly want: 'continue'; readonly variables: Readonly<Record<string, string>> };

/**
 * Pure: the fact a wish becomes on the call as it stands, or why it cannot be granted. A wish for
 * what is so already is granted, and its fact changes nothing.
 */
export function decide(pair: Pair, wish: Wish, carriers: Carriers): FactOf | Refusal {
  if (wish.want === 'redirect') return redirected(pair, wish, carriers);
  if (wish.want === 'continue') return continued(pair, wish);
  const { call } = pair;
  if (call.status !== 'progressing') return notNow(pair);
  const missing = missingOf(pair, needsFor(wish), carriers);
  if (missing !== null) return missing;
  if (wish.want === 'line') return { type: 'line_asked', change: { [wish.flag]: wish.on } };
  if (wish.want === 'mute') return { type: 'line_asked', change: muted(call.media.line, wish) };
  if (wish.want === 'media') return ordered(pair, wish);
  const { recording_id } = call.media;
  if (recording_id === null) return refusal('call_state', null, 'The call is not being recorded.');
  const instruction = { do: 'record_stop', recording_id } as const;
  return { type: 'media_asked', instruction, interrupt: false };
}

type By<Want extends Wish['want']> = Extract<Wish, { want: Want }>;

function ordered({ call }: Pair, { instruction, interrupt }: By<'media'>): FactOf | Refusal {
  const objection = objectionTo(call, instruction);
  return objection === null
    ? { type: 'media_asked', instruction, interrupt }
    : refusal('call_state', null, `Of the call: ${objection}.`);
}

function redirected(
  pair: Pair,
  { flow_id, actions }: By<'redirect'>,
  carriers: Carriers,
): FactOf | Refusal {
  const { status } = pair.call;
  const open = status === 'dialing' || status === 'ringing' || status === 'progressing';
  if (!open || pair.run.status === 'ended') return notNow(pair);
  const missing = missingOf(pair, needsOf(actions), carriers);
  return missing ?? { type: 'redirect_asked', flow_id, actions };
}

function continued(pair: Pair, { variables }: By<'continue'>): FactOf | Refusal {
  const { call, run } = pair;
  if (call.status === 'hangup' || run.status === 'ended') return notNow(pair);
  const at = run.held ? null : (run.current_action?.type ?? null);
  if (at === 'block') return { type: 'continue_asked', variables };
  const where = at === null ? 'has not begun' : `is at ${at}`;
  return refusal('flow_not_blocked', null, `The flow ${where}; only a block is continued.`);
}

function notNow({ call, run }: Pair): Refusal {
  if (call.status === 'hangup') return refusal('call_ended');
  const flow = run.status === 'ended' ? ' and its flow has ended' : '';
  return refusal('call_state', null, `The call is ${call.status}${flow}: this cannot be done now.`);
}

/** To take something back needs nothing: it is there, so it was offered. */
function needsFor(wish: Wish): readonly Need[] {
  if (wish.want === 'line') return wish.on ? [wish.flag] : [];
  if (wish.want === 'media') return wish.needs;
  if (wish.want !== 'mute' || !wish.on) return [];
  return wish.direction === 'both' ? ['mute_in', 'mute_out'] : [`mute_${wish.direction}`];
}

function missingOf({ call }: Pair, needs: readonly Need[], carriers: Carriers): Refusal | null {
  const candidate = call.candidates[currentAttempt(call)?.candidate_index ?? -1];
  const able = carriers.get(candidate?.carrier ?? '');
  const missing = able === undefined ? [] : needs.filter((need) => able[need] !== true);
  if (missing.length === 0) return null;
  const names = missing.join(', ');
  return refusal('capability_missing', null, `The carrier of the call does not offer ${names}.`);
}

/** The line with one way more, or less, muted: the other way stays as it is. */
function muted({ mute_direction }: Line, { direction, on }: By<'mute'>): Partial<Line> {
  const isMuted = (side: 'in' | 'out'): boolean => {
    const named = direction === 'both' || direction === side;
    return named ? on : mute_direction === 'both' || mute_direction === side;
  };
  const [heard, hears] = [!isMuted('in'), !isMuted('out')];
  if (!heard && !hears) return { mute_direction: 'both' };
  return { mute_direction: heard ? (hears ? '' : 'out') : 'in' };
}
