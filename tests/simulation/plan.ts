import { rollerOf } from '../../kernel/random.ts';
import type { AnswerMethod, RingMethod } from '../../calls/group_facts.ts';
import type { SandboxFault, SandboxScript } from '../../calls/call.ts';
import { FAULTS, type SandboxConfig } from '../../providers/sandbox/config.ts';
import type { TransferType } from '../../calls/transfer_facts.ts';
import { type PlannedDesk, deskFor, queueId } from './desks.ts';
import { actionsFor, numberFor, pick } from './flows_made.ts';
import type { Temper } from './receivers.ts';

type Roll = (below: number) => number;

/** What will be done to a world, and in what kind of world: all of it drawn from one seed. */
export interface Plan {
  readonly seed: number;
  /** How many processes serve at a time. */
  readonly nodes: number;
  /** apart: the telephone network outlives us · within: it dies with us, as on a laptop. */
  readonly network: 'apart' | 'within';
  /** The most turns of the event loop between two moments, and before a request leaves. */
  readonly turns_max: number;
  readonly lag_max: number;
  readonly carrier_faults: number;
  readonly store_faults: number;
  readonly attempts_max: number;
  readonly customers: readonly PlannedCustomer[];
  readonly providers: readonly PlannedProvider[];
  readonly acts: readonly Act[];
}

export interface PlannedCustomer {
  readonly name: string;
  readonly money_micros: number;
  readonly endpoints: readonly Temper[];
  /** Left out: it has no queue. */
  readonly desk?: PlannedDesk;
}

export interface PlannedProvider {
  readonly name: string;
  readonly config: SandboxConfig;
  readonly rate_micros_per_minute: number;
  readonly connect_fee_micros: number;
  readonly initial_s: number;
  readonly increment_s: number;
}

export interface PlannedCall {
  readonly name: string;
  readonly customer: string;
  readonly destinations: readonly string[];
  readonly actions: readonly unknown[];
  readonly dial_timeout_ms: number;
  readonly max_duration_ms: number;
  readonly early_execution: boolean;
  readonly sandbox: SandboxScript | null;
}

/** Several destinations rung for one purpose. */
export interface PlannedRing extends PlannedCall {
  readonly ring_method: RingMethod;
  readonly answer_method: AnswerMethod;
}

/** Something done from outside, `at` ms from the beginning. `pick` chooses among what is there. */
export type Act = { readonly at: number } & (
  | { readonly do: 'place'; readonly call: PlannedCall }
  | { readonly do: 'ring'; readonly ring: PlannedRing }
  | { readonly do: 'hang_up' | 'stop_flow'; readonly pick: number }
  | { readonly do: 'hang_up_group'; readonly pick: number }
  | { readonly do: 'kick' | 'turn_agent'; readonly pick: number }
  | {
      readonly do: 'transfer';
      readonly name: string;
      readonly pick: number;
      readonly type: TransferType;
      readonly to: readonly string[];
    }
  | { readonly do: 'top_up'; readonly customer: string; readonly amount_micros: number }
  | { readonly do: 'switch_provider' | 'move_route' | 'switch_endpoint'; readonly pick: number }
  | { readonly do: 'kill'; readonly pick: number; readonly down_ms: number }
  | { readonly do: 'freeze'; readonly pick: number; readonly down_ms: number }
  | { readonly do: 'cut_off'; readonly down_ms: number }
);

const PLACING_MS = 90_000;
const CALLS_MIN = 20;
const CALLS_MAX = 60;

/** The same seed gives the same plan. */
export function planFor(seed: number): Plan {
  const roll = rollerOf(Math.imul(seed, 0x9e3779b1));
  const customers = customersFor(roll);
  const nodes = roll(4) === 0 ? 2 : 1;
  const acts = actsFor(roll, customers).toSorted((one, other) => one.at - other.at);
  // In some worlds nothing is in the way, so that it shows what is late without a reason.
  const calm = roll(4) === 0;
  const network = nodes === 1 && roll(2) === 0 ? 'apart' : 'within';
  const [turns_max, lag_max] = [pick(roll, [2, 4, 12]), pick(roll, [0, 1, 3])];
  return {
    seed,
    nodes,
    network,
    // A machine that is slow is in the way of everything: there a turn may last half a second.
    turns_max: calm ? 12 : turns_max,
    lag_max: calm ? 0 : lag_max,
    carrier_faults: calm ? 0 : pick(roll, [0, 0, 10]),
    store_faults: calm ? 0 : pick(roll, [0, 0, 0, 5]),
    attempts_max: 2 + roll(3),
    customers,
    providers: providersFor(roll),
    acts: calm ? acts.filter((act) => !('down_ms' in act)) : acts,
  };
}

function customersFor(roll: Roll): PlannedCustomer[] {
  const tempers: readonly (readonly Temper[])[] = [
    ['healthy', 'flaky'],
    ['flaky', 'mortal'],
    ['healthy', 'healthy', 'mortal'],
  ];
  return Array.from({ length: 2 + roll(2) }, (_each, index) => ({
    name: `customer-${index}`,
    // Some can pay for everything, some for a call or two.
    money_micros: roll(3) === 0 ? 5_000 + roll(60_000) : 50_000_000,
    endpoints: tempers[index] ?? [],
    desk: deskFor(roll),
  }));
}

function providersFor(roll: Roll): PlannedProvider[] {
  return ['cheap', 'fair', 'good'].map((name, index) => ({
    name,
    config: {
      reliability: [0.6, 0.85, 1][index] as number,
      pdd_ms: 50 + roll(400),
      media_speed: 1 + roll(3),
      ...(roll(2) === 0 ? {} : { fault: pick(roll, FAULTS), fault_share: 0.3 }),
    },
    rate_micros_per_minute: pick(roll, [4_000, 7_000, 12_345, 0]),
    connect_fee_micros: pick(roll, [0, 0, 500]),
    ...pick(roll, [
      { initial_s: 60, increment_s: 60 },
      { initial_s: 30, increment_s: 6 },
      { initial_s: 1, increment_s: 1 },
    ]),
  }));
}

function actsFor(roll: Roll, customers: readonly PlannedCustomer[]): Act[] {
  const count = CALLS_MIN + roll(CALLS_MAX - CALLS_MIN + 1);
  const times = (most: number, make: () => Act): Act[] => Array.from({ length: roll(most) }, make);
  const moment = (): number => roll(PLACING_MS + 60_000);
  return [
    ...Array.from({ length: count }, (_each, index): Act => ({
      at: roll(PLACING_MS),
      do: 'place',
      call: callFor(roll, { name: `call-${index}`, customer: pick(roll, customers).name }),
    })),
    ...Array.from({ length: roll(9) }, (_each, index): Act => ({
      at: roll(PLACING_MS),
      do: 'ring',
      ring: ringFor(roll, { name: `ring-${index}`, customer: pick(roll, customers).name }),
    })),
    ...times(6, () => ({ at: moment(), do: 'hang_up_group', pick: roll(1_000) })),
    ...times(12, () => ({ at: moment(), do: 'hang_up', pick: roll(1_000) })),
    ...times(4, () => ({ at: moment(), do: 'kick', pick: roll(1_000) })),
    ...times(6, () => ({ at: moment(), do: 'turn_agent', pick: roll(1_000) })),
    ...Array.from({ length: roll(15) }, (_each, index): Act => ({
      at: moment(),
      do: 'transfer',
      name: `transfer-${index}`,
      pick: roll(1_000),
      type: pick(roll, ['attended', 'blind']),
      to: Array.from({ length: 1 + roll(2) }, () => numberFor(roll)),
    })),
    ...times(6, () => ({ at: moment(), do: 'stop_flow', pick: roll(1_000) })),
    ...times(4, () => ({
      at: moment(),
      do: 'top_up',
      customer: pick(roll, customers).name,
      amount_micros: 1_000 + roll(100_000),
    })),
    ...times(4, () => ({ at: moment(), do: 'switch_provider', pick: roll(1_000) })),
    ...times(4, () => ({ at: moment(), do: 'move_route', pick: roll(1_000) })),
    ...times(3, () => ({ at: moment(), do: 'switch_endpoint', pick: roll(1_000) })),
    ...times(2, () => ({ at: moment(), do: 'cut_off', down_ms: roll(20_000) })),
    ...times(3, () => ({ at: moment(), do: 'freeze', pick: roll(1_000), down_ms: roll(30_000) })),
    ...times(5, () => ({ at: moment(), do: 'kill', pick: roll(1_000), down_ms: roll(20_000) })),
  ];
}

function callFor(roll: Roll, who: Pick<PlannedCall, 'name' | 'customer'>): PlannedCall {
  return {
    ...who,
    destinations: Array.from({ length: roll(6) === 0 ? 2 : 1 }, () => numberFor(roll)),
    actions: roll(12) === 0 ? [] : inQueue(roll, who.customer, actionsFor(roll)),
    dial_timeout_ms: 4_000 + roll(26_000),
    max_duration_ms: 5_000 + roll(85_000),
    early_execution: roll(8) === 0,
    sandbox: roll(2) === 0 ? null : scriptFor(roll),
  };
}

/** Some calls come into their customer's queue first, some in the middle of what they do. */
function inQueue(roll: Roll, customer: string, actions: ReturnType<typeof actionsFor>): unknown[] {
  if (roll(3) > 0) return actions;
  const join = { id: 'queue', type: 'queue_join', option: { queue_id: queueId(customer) } };
  const place = roll(2) === 0 ? 0 : roll(actions.length + 1);
  return [...actions.slice(0, place), join, ...actions.slice(place)];
}

function ringFor(roll: Roll, who: Pick<PlannedCall, 'name' | 'customer'>): PlannedRing {
  const call = callFor(roll, who);
  // Without a script they may all answer in the very same moment.
  const sandbox = roll(2) === 0 ? { ring_ms: 500, answer_ms: 1_500 } : call.sandbox;
  return {
    ...call,
    sandbox,
    destinations: Array.from({ length: 1 + roll(4) }, () => numberFor(roll)),
    ring_method: roll(3) === 0 ? 'linear' : 'ring_all',
    answer_method: roll(6) === 0 ? '' : 'hangup_others',
  };
}

function scriptFor(roll: Roll): SandboxScript {
  const own = partFor(roll);
  if (roll(3) > 0) return own;
  return { ...own, by_provider: { cheap: partFor(roll), fair: partFor(roll) } };
}

function partFor(roll: Roll): Omit<SandboxScript, 'by_provider'> {
  return {
    ...(roll(3) === 0 ? { ring_ms: roll(3_000) } : {}),
    ...(roll(3) === 0 ? { answer_ms: roll(6_000) } : {}),
    ...(roll(3) === 0 ? { talk_ms: roll(60_000) } : {}),
    ...(roll(4) === 0 ? { final_code: pick(roll, [200, 183, 404, 486, 500, 503, 603]) } : {}),
    ...(roll(3) === 0 ? { dtmf: '12w3#4'.slice(0, roll(7)) } : {}),
    ...(roll(2) === 0 ? { fault: pick<SandboxFault>(roll, FAULTS) } : {}),
  };
}
