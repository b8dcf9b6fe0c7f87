import type { EffectId, Instant } from '../kernel/brand.ts';
import type { Call, HangupReason } from '../calls/call.ts';
import type { ActionOrder, Need } from './action.ts';
import type { FlowRun } from './flow.ts';
import type { Language } from './language.ts';

/** What a run is played on. */
export interface Stage {
  /** The call as the event left it. */
  readonly call: Call;
  readonly now: Instant;
  readonly language: Language;
  /** Whether the carrier of the call's leg offers something. */
  readonly can: (need: Need) => boolean;
  /** Names the k-th effect (from 0) of the flow in this event; the engine adds its own offset. */
  readonly effectId: (k: number) => EffectId;
}

/** An order of an action, with the name under which its end is told. */
export interface FlowEffect {
  readonly id: EffectId;
  readonly order: ActionOrder;
}

/** A run on its way through one event; it never leaves flows/advance.ts. */
export interface Walk {
  readonly stage: Stage;
  run: FlowRun;
  /** The call as the orders given so far leave it. */
  call: Call;
  readonly effects: FlowEffect[];
  wake: number | null | undefined;
  hangup: HangupReason | null;
}
