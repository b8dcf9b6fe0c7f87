import type {
  ActionId,
  ActiveflowId,
  CallId,
  CustomerId,
  EffectId,
  FlowId,
  Instant,
} from '../kernel/brand.ts';

/** One step of a flow, as the customer writes it. `option` satisfies the schema of its type. */
export interface Action {
  readonly id: ActionId;
  /** The action that follows, where it is not simply the next one of the list. */
  readonly next_id: ActionId | null;
  readonly type: string;
  readonly option: Readonly<Record<string, unknown>>;
}

/** An action that stays in charge of a list it began while that is run, and what it remembers. */
export interface Keeper {
  /** As it was begun, with its variables filled in. */
  readonly action: Action;
  readonly memory: Memory;
}

/** A list of actions being run. `actions` is null for the outermost frame: see FlowRun.program. */
export interface Frame {
  readonly flow_id: FlowId | null;
  readonly actions: readonly Action[] | null;
  /** Index of the current action. */
  readonly cursor: number;
  /** How often each goto of this frame may still be taken; absent = not met yet. */
  readonly loops_left: Readonly<Record<string, number>>;
  /** Who began the list and may end it; left out where the list ends by itself alone. */
  readonly keeper?: Keeper;
}

/** What the waiting action remembers between the events it is shown. Plain JSON, small. */
export type Memory = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** Why a run is over. All but `finished`, `stopped` and `call_ended` mean something is wrong. */
export type EndedBecause =
  | 'finished'
  | 'stopped'
  | 'call_ended'
  | 'target_missing'
  | 'action_failed'
  | 'limit_actions'
  | 'limit_instant_actions'
  | 'limit_depth'
  | 'limit_variables';

/** An action, or an order of one, that came to nothing while the run went on. */
export interface Skipped {
  /** Counts the actions of the run: 1, 2, 3 … */
  readonly number: number;
  readonly action_id: ActionId;
  readonly type: string;
  /** Why, for people to read. */
  readonly why: string;
  readonly at: Instant;
}

/** A flow being run for a call. */
export interface FlowRun {
  readonly id: ActiveflowId;
  readonly customer_id: CustomerId;
  readonly call_id: CallId;
  readonly flow_id: FlowId | null;
  /** The actions it began with. Never changes: stored once. */
  readonly program: readonly Action[];
  /** pending: not begun · running: an action is waiting · ended. */
  readonly status: 'pending' | 'running' | 'ended';
  /** Innermost last. Empty once the run has ended. */
  readonly frames: readonly Frame[];
  /** The current action's memory, and the effect whose end it waits for. */
  readonly memory: Memory;
  readonly awaits: EffectId | null;
  /** Whether the current action has not begun yet, since it needs the call to be answered. */
  readonly held: boolean;
  /** The latest, oldest first. */
  readonly skipped: readonly Skipped[];
  readonly variables: Readonly<Record<string, string>>;
  readonly executed_count: number;
  readonly ended_because: EndedBecause | null;
  /** For people: which action failed, and how. */
  readonly ended_detail: string | null;
  /** The current action with its variables filled in, as told the customer. */
  readonly current_action: Action | null;
  readonly told_count: number;
  readonly tm_create: Instant;
  readonly tm_update: Instant;
}
