import type { Address } from '../kernel/address.ts';
import type { ActionId, CallId, CustomerId, EffectId, GroupId, Instant } from '../kernel/brand.ts';
import type { CallStatus, Direction, HangupReason } from '../calls/call.ts';
import type { ChildOrder, HttpOrder } from '../calls/effects.ts';
import type { GroupFact, GroupOrder } from '../calls/group_facts.ts';
import type { Instruction } from '../calls/instruction.ts';
import type { CallEvent } from '../calls/events.ts';
import type { Media } from '../calls/media.ts';
import type { FlowId } from '../kernel/brand.ts';
import type { Action, Memory } from './flow.ts';

/** What an action is told about its surroundings. Nothing here can be changed by it. */
export interface Scene {
  readonly call_id: CallId;
  readonly customer_id: CustomerId;
  readonly action_id: ActionId;
  /** Counts the actions of the run: 1, 2, 3 … */
  readonly number: number;
  /** Whether there is a call. A run without one is told of none: its parties are empty. */
  readonly has_leg: boolean;
  readonly direction: Direction;
  readonly status: CallStatus;
  readonly source: Address;
  readonly destination: Address;
  /** What is noted on the call, also by orders of this very event. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What is done to the leg's sound, also by orders of this very event. */
  readonly media: Media;
  readonly now: Instant;
  readonly variables: Readonly<Record<string, string>>;
  /** What the action noted in its last turn; empty when it begins. */
  readonly memory: Memory;
  /** The effect of this action whose end has not been told yet; null when there is none. */
  readonly awaits: EffectId | null;
  /** How often this goto may still be taken in this run; null before it is met. */
  readonly loops_left: number | null;
  /**
   * A name for something this action makes: the same label gives the same name when the same turn
   * is run again. What a later turn must know goes into the memory.
   */
  readonly idFor: (label: string) => string;
  /** Reads a list of actions that came from elsewhere, as strictly as the API reads a flow. */
  readonly readActions: (json: string) => Reading;
}

/** Actions fit to be run, or the first thing that is wrong with them. */
export type Reading =
  | { readonly fit: true; readonly actions: readonly Action[] }
  | { readonly fit: false; readonly detail: string };

/** Orders an action may give. The engine turns them into effects of the call. */
export type ActionOrder =
  /** `awaited`: the action's react is told of the end by media_finished / media_failed. */
  | { readonly give: 'instruct'; readonly instruction: Instruction; readonly awaited: boolean }
  | { readonly give: 'request'; readonly order: HttpOrder }
  | { readonly give: 'flow_fetch'; readonly flow_id: FlowId }
  /** request_finished tells the hangup reason of a call that has ended, as a body. */
  | { readonly give: 'reason_fetch'; readonly call_id: CallId }
  /** request_finished tells what there is to know of a queue: see Effect. */
  | { readonly give: 'queue_read'; readonly queue_id: GroupId; readonly queuecall_id: GroupId }
  | { readonly give: 'child'; readonly order: ChildOrder }
  | { readonly give: 'child_hangup'; readonly call_id: CallId }
  /** Notes these on the call, beside what is noted already. */
  | { readonly give: 'tag'; readonly metadata: Readonly<Record<string, string>> }
  /** group_answered and group_ended tell what becomes of it. */
  | { readonly give: 'group_open'; readonly order: GroupOrder }
  /** `joins`: from now on the group is told of the call's end, until it says that it is over. */
  | {
      readonly give: 'group_tell';
      readonly group_id: GroupId;
      readonly fact: GroupFact;
      readonly joins: boolean;
    };

/**
 * onward: the next action · wait: for events · goto: another action, looked up from the innermost
 * frame outwards · push: run these actions first, then go on after this one · hangup: end the call
 * with a reason · finish: end the flow (and with it the call) · fail: the action could not do its
 * work; the run stops and the customer is told why.
 */
export type Next =
  | { readonly next: 'onward' }
  | { readonly next: 'wait' }
  | { readonly next: 'goto'; readonly action_id: ActionId; readonly loops_left?: number }
  /** `keep`: the action stays in charge of the list: see interrupts, listEnded and abandon. */
  | {
      readonly next: 'push';
      readonly actions: readonly Action[];
      readonly flow_id: FlowId | null;
      readonly keep?: boolean;
    }
  | { readonly next: 'hangup'; readonly reason: HangupReason }
  | { readonly next: 'finish' }
  | { readonly next: 'fail'; readonly detail: string };

export type Turn = Next & {
  readonly orders?: readonly ActionOrder[];
  readonly set?: Readonly<Record<string, string>>;
  readonly memory?: Memory;
  /** Why it came to nothing, though the run goes on. */
  readonly skipped?: string;
  /** Asks to be woken by the timer `action` after so many ms; null clears it. */
  readonly wake_after_ms?: number | null;
};

/** What an action needs of a carrier, by the name of the capability. Empty: it needs none. */
export type Need =
  | 'say'
  | 'play'
  | 'gather'
  | 'send_digits'
  | 'echo'
  | 'stream_echo'
  | 'room'
  | 'record'
  | 'amd'
  | 'hold'
  | 'moh'
  | 'silence'
  /** Not to hear what the party says; and to let it hear nothing. */
  | 'mute_in'
  | 'mute_out'
  | 'external_media';

/** An action id in an option. `pointer` says where (RFC 6901, within the option). */
export interface Target {
  readonly pointer: string;
  readonly action_id: string;
}

/**
 * What a variable may hold: anything, or one of some texts, or keys of a telephone (at most
 * `length_max` of them, none of those in `without`), or either.
 */
export type Values =
  | 'any'
  | {
      readonly texts: readonly string[];
      readonly keys: { readonly length_max: number; readonly without: string } | null;
    };

/** A variable an action may set. A name with `${` in it is known only when it is run. */
export interface Setting {
  readonly name: string;
  readonly values: Values;
}

/** A text of an option, and where it stands (RFC 6901, within the option). */
export interface Spot {
  readonly pointer: string;
  readonly text: string;
}

/** For each value of a variable a way of its own. */
export interface Choice {
  readonly variable: string;
  /** `text` is the value. */
  readonly values: readonly Spot[];
}

/**
 * How long an action may wait before it goes on by itself: so many ms, and as many more for each
 * character of a text once its variables are filled in. `ms` null: nobody can tell, and `why` says
 * what it waits for.
 */
export type Lasting =
  | { readonly ms: number; readonly text?: string; readonly character_ms?: number }
  | { readonly ms: null; readonly why: string };

/** A leg an action places. A target with `${` in it is known only when it is run. */
export interface Placing {
  readonly pointer: string;
  readonly destination: Address;
}

/**
 * What can be told from an option before it is run; its variables are not filled in. Left out: what
 * holds for most actions.
 */
export interface Outlook {
  /** The actions it may go to instead of the next one. */
  readonly targets?: readonly Target[];
  /** Whether it may go to the next action. Left out: yes. */
  readonly onward?: boolean;
  /** How often it goes to its targets in one run at the most. Left out: any number of times. */
  readonly count?: number;
  /** Whether it waits with this option. Left out: as the kind says. */
  readonly waits?: boolean;
  /** How long. Every option with which it waits must say. */
  readonly lasts?: Lasting;
  /** What this option needs beyond what the kind always needs. */
  readonly needs?: readonly Need[];
  /** Variables it may set. Left out: those the kind names, to anything. */
  readonly sets?: readonly Setting[];
  /** Variables that it reads by their bare name, not as `${name}`. */
  readonly reads?: readonly Spot[];
  readonly choice?: Choice;
  /** Languages it speaks, as BCP 47 tags. */
  readonly languages?: readonly Spot[];
  /** Whether it runs actions written elsewhere before it goes on. */
  readonly fetches?: boolean;
  /** Stored flows it names. */
  readonly flows?: readonly Spot[];
  /** Legs it places each time it is run. */
  readonly places?: readonly Placing[];
  /** Actions for each leg it places, where they lie in the member `actions` of the option. */
  readonly actions?: unknown;
  /** What is wrong with it that a schema cannot say. */
  readonly faults?: readonly Remark[];
  /** What can be run, but hardly does what was meant: options that contradict each other. */
  readonly doubts?: readonly Remark[];
}

/** Words about a place in an option: "must be less than length". */
export interface Remark {
  readonly pointer: string;
  readonly message: string;
}

/**
 * One verb of the flow language. An action is two pure functions and a JSON Schema of its option,
 * which lies beside it as <type>.schema.json. `option` is shown with its variables filled in.
 */
export interface ActionKind<Option> {
  readonly type: string;
  readonly needs: readonly Need[];
  /** Whether it can leave the flow waiting. Loops without a waiting action are refused. */
  readonly waits: boolean;
  /** Members of the option in which variables are not filled in: the action reads them itself. */
  readonly keeps?: readonly string[];
  /** Variables of ours it may set: nothing else gives these a value. */
  readonly sets?: readonly string[];
  /**
   * answered: it speaks or listens, which is of use on an answered leg alone · answers: it answers
   * the leg, or may. Left out: it has nothing to do with that.
   */
  readonly on_leg?: 'answered' | 'answers';
  /** Whether it holds the call in a room with another, which may then be transferred. */
  readonly bridges?: boolean;
  /** Asked when a flow is checked, and for its needs also when it is run. */
  outlook?(option: Option): Outlook;
  begin(option: Option, scene: Scene): Turn;
  /** Asked for every event while the action waits. Left out by actions that never wait. */
  react?(option: Option, scene: Scene, event: CallEvent): Turn;
  /** Whether an event ends the list that it keeps, and is shown to it instead. */
  interrupts?(scene: Scene, event: CallEvent): boolean;
  /** What it does when the list that it keeps has come to its end. */
  listEnded?(option: Option, scene: Scene): Turn;
  /**
   * What is to be undone when the run is taken elsewhere while the action waits, or keeps a list.
   * Left out: what it says or plays is stopped.
   */
  abandon?(option: Option, scene: Scene): readonly ActionOrder[];
}
