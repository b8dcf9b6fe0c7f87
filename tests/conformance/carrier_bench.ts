import type { Address } from '../../kernel/address.ts';
import type {
  AttemptId,
  CallId,
  CustomerId,
  EffectId,
  LegRef,
  ProviderId,
} from '../../kernel/brand.ts';
import type { Cause } from '../../calls/cause.ts';
import type { Instruction } from '../../calls/instruction.ts';
import type { Line, Party } from '../../calls/media.ts';
import type {
  Carrier,
  CarrierKind,
  DialOrder,
  DialOutcome,
  LegAddress,
  Notice,
  Told,
  TurnedAway,
} from '../../providers/carrier.ts';
import type { ManualClock } from './manual_clock.ts';

/** How the far end is to treat the next dial of an order. */
export type DialFault =
  /** It says that it did not place the leg. */
  | 'refused'
  /** It places the leg, and its answer is lost. */
  | 'answer_lost'
  /** It never got the request. */
  | 'request_lost'
  /** It answers with a server error and has not placed the leg. */
  | 'server_error';

/** A number that is not answered, and how that must be told in our words. */
export interface DeadEnd {
  readonly to: string;
  readonly cause: Cause;
  /** What `find` makes of it, where the carrier forgets the codes it told. Left out: the same. */
  readonly found?: Cause;
}

/** A carrier on a bench, with a far end that the test can look into and steer. */
export interface Bench {
  readonly kind: CarrierKind;
  readonly carrier: Carrier;
  /** Another account of the same kind, with credentials of its own. */
  readonly stranger: Carrier;
  readonly clock: ManualClock;
  /** Every notice the far end has sent for `carrier` so far, repeated ones included. */
  readonly notices: readonly Notice[];
  readonly numbers: {
    readonly answers: string;
    readonly rings_for_ever: string;
    /** Answered, and the called side hangs up within a minute. */
    readonly hangs_up: string;
    readonly dead_ends: readonly DeadEnd[];
    /** Who answers there. Empty for carriers that cannot tell. */
    readonly parties: readonly { readonly to: string; readonly party: Party }[];
  };
  /** The order as the far end must see it to misbehave so. */
  misbehaving(order: DialOrder, fault: DialFault): DialOrder;
  /** The order as the far end must see it for its party to press these digits after the answer. */
  pressing(order: DialOrder, digits: string): DialOrder;
  /** We answer the next `count` notices with 503. */
  refuseNotices(count: number): void;
  /** How many legs the far end has placed for the attempt. */
  legsPlaced(attempt_id: AttemptId): number;
  /** Which legs hear each other in a room; empty for carriers without rooms. */
  membersOf(room_id: string): readonly string[];
  /** What the far end makes of a leg's line; null once the leg is gone. */
  lineOf(leg: LegAddress): Line | null;
  /** People out there who call numbers of the account. Left out by carriers that bring no calls. */
  readonly outside?: Outside;
  /** A country in which numbers are for sale, and what is not: for carriers that sell numbers. */
  readonly market?: { readonly country: string; readonly not_for_sale: string };
  close(): Promise<void>;
}

/** People who call us. */
export interface Outside {
  /** The account they call. */
  readonly provider_id: ProviderId;
  /** Has somebody call; by `name` the test asks for them later. */
  call(name: string, visit?: CallIn): Promise<void>;
  /** How we answer whoever calls from now on: null, that we take the call. */
  answer(turned_away: TurnedAway | null): void;
  /** The SIP code their call ended with at their end; null while it is up. */
  heardBy(name: string): number | null;
}

export interface CallIn {
  readonly from?: string;
  readonly to?: string;
  /** How long they let it ring, and talk until they hang up; for ever where left out. */
  readonly patience_ms?: number;
  readonly talk_ms?: number;
  readonly digits?: string;
}

function party(target: string): Address {
  return { type: 'tel', target, target_name: '', name: '', detail: '' };
}

/** An order to dial `to`; `name` makes the attempt. */
export function orderTo(to: string, name = 'one'): DialOrder {
  return {
    attempt_id: attemptId(name),
    call_id: 'call-1' as CallId,
    customer_id: 'customer-1' as CustomerId,
    source: party('+12125550142'),
    destination: party(to),
    dial_timeout_ms: 30_000,
    talk_ms_max: 600_000,
    detect: false,
    sandbox: null,
  };
}

export function attemptId(name: string): AttemptId {
  return `attempt-${name}` as AttemptId;
}

/** A leg of which only our own name is known. */
export function ours(attempt_id: AttemptId): LegAddress {
  return { attempt_id, leg_ref: null };
}

/** Every fact told about an attempt so far, in the order of arrival, repeated ones included. */
export function toldOf(bench: Bench, attempt_id = attemptId('one')): Told[] {
  return bench.notices
    .flatMap((notice) => bench.carrier.interpret(notice).told)
    .filter((told) => told.attempt_id === attempt_id);
}

/** The types of the facts told, each key once. */
export function typesOf(bench: Bench, attempt_id = attemptId('one')): string[] {
  const firsts = new Map<string, string>();
  for (const { key, fact } of toldOf(bench, attempt_id))
    if (!firsts.has(key)) firsts.set(key, fact.type);
  return [...firsts.values()];
}

/** Dials and waits until the leg has been answered. Its address. */
export async function answeredLeg(bench: Bench, name = 'one'): Promise<LegAddress> {
  const order = orderTo(bench.numbers.answers, name);
  const outcome = await dialled(bench, order);
  await bench.clock.advance(20_000);
  const leg_ref = outcome.outcome === 'accepted' ? outcome.leg_ref : ('' as LegRef);
  return { attempt_id: order.attempt_id, leg_ref };
}

/** Dials, letting the clock go on while the carrier hesitates. */
export async function dialled(bench: Bench, order: DialOrder): Promise<DialOutcome> {
  const answer = bench.carrier.dial(order);
  await bench.clock.advance(0);
  await bench.clock.advance(15_000);
  return answer;
}

/** Gives an order to a leg's media. */
export function instruct(
  bench: Bench,
  leg: LegAddress,
  order: { effect_id: string; instruction: Instruction },
): Promise<void> {
  const { effect_id, instruction } = order;
  return bench.carrier.instruct({ leg, effect_id: effect_id as EffectId, instruction });
}
