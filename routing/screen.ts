import type { Micros } from '../kernel/money.ts';
import type { Mark, Verstat } from '../calls/passage.ts';
import { type Caller, callerOf, type Rule, ruleFor } from './caller.ts';
import type { IncomingRefusal } from './refusals.ts';

/** What is done about a doubtful caller: nothing, a mark on the call, or turning it away. */
export type DoubtPolicy = 'off' | 'mark' | 'refuse';

/** A call at the door, as its carrier tells it. */
export interface Visitor {
  readonly from: string;
  readonly to: string;
  readonly verstat: Verstat;
  readonly diversions: readonly string[];
}

/** Whom it is for, and all that is known about the two of them. */
export interface Host {
  readonly rules: readonly Rule[];
  readonly verification: DoubtPolicy;
  readonly own_number: DoubtPolicy;
  readonly parallel_max: number;
  /** Whether the caller's number belongs to somebody here. */
  readonly caller_is_ours: boolean;
  /** Calls of this caller to this number that live. */
  readonly parallel: number;
  /**
   * How often what our own calls from that number to this one carry came in before; null where
   * there is no such call on its way.
   */
  readonly hops: number | null;
  readonly customer_active: boolean;
  /** What the account can spend; null: there is no account in the number's currency. */
  readonly available_micros: Micros | null;
  /** What the first increment of the call costs. */
  readonly first_micros: Micros;
  /** Whether the number itself has not been paid for so long that it is out of service. */
  readonly overdue: boolean;
  readonly flow_exists: boolean;
}

export interface DoorFacts {
  readonly visitor: Visitor;
  /** Whether the carrier may bring calls to emergency numbers. */
  readonly emergency: boolean;
  /** Null: nobody has the number. */
  readonly host: Host | null;
}

export type Screening =
  | { readonly taken: true; readonly caller: Caller; readonly marks: readonly Mark[] }
  | { readonly taken: false; readonly reason: IncomingRefusal };

/** So often may what a call carries have come in before: flows that pass calls on make chains. */
export const HOPS_MAX = 5;

/**
 * Emergency numbers as they are dialled around the world: nobody can have one, and whoever lets
 * calls to one in owes them an answer.
 */
const EMERGENCY: ReadonlySet<string> = new Set(
  (
    '000 100 101 102 103 104 108 110 111 112 113 114 115 116 117 118 119 120 122 123 133 144 ' +
    '155 158 190 191 192 193 194 197 198 199 911 933 988 991 993 994 995 997 998 999'
  ).split(' '),
);

type Check = (facts: DoorFacts & { readonly host: Host; readonly caller: Caller }) => boolean;

/**
 * Pure: whether an incoming call is taken. The order is fixed, the same facts give the same answer,
 * and the first reason that holds is the one that is told.
 */
export function screen({ visitor, emergency, host }: DoorFacts): Screening {
  if (!emergency && isEmergency(visitor.to)) return refused('emergency_unsupported');
  if (host === null) return refused('number_unknown');
  const caller = callerOf(visitor.from);
  if (caller === null) return refused('source_invalid');
  const facts = { visitor, emergency, host, caller };
  const found = CHECKS.find(([, holds]) => holds(facts));
  return found === undefined ? { taken: true, caller, marks: marksOf(facts) } : refused(found[0]);
}

/** With or without the plus sign that some networks put before every number. */
function isEmergency(to: string): boolean {
  return EMERGENCY.has(to.replace(/^\+/, ''));
}

function refused(reason: IncomingRefusal): Screening {
  return { taken: false, reason };
}

const isBlocked: Check = ({ host, caller }) => ruleFor(host.rules, caller)?.action === 'block';
const isUnverified: Check = ({ visitor }) => visitor.verstat === 'failed';
const isImpostor: Check = ({ host }) => host.caller_is_ours && host.hops === null;

/** Everything that may keep a call out, once it is known whom it is for and who calls. */
const CHECKS: readonly (readonly [IncomingRefusal, Check])[] = [
  ['anonymous_refused', (facts) => facts.caller.form === 'anonymous' && isBlocked(facts)],
  ['blocked', isBlocked],
  ['verification_failed', (facts) => facts.host.verification === 'refuse' && isUnverified(facts)],
  ['own_number_spoofed', (facts) => facts.host.own_number === 'refuse' && isImpostor(facts)],
  [
    'loop_detected',
    ({ visitor, host }) => visitor.diversions.includes(visitor.to) || (host.hops ?? 0) >= HOPS_MAX,
  ],
  ['too_many_parallel', ({ host }) => host.parallel >= host.parallel_max],
  ['customer_inactive', ({ host }) => !host.customer_active],
  [
    'insufficient_balance',
    ({ host }) =>
      host.overdue || host.available_micros === null || host.available_micros < host.first_micros,
  ],
  ['flow_missing', ({ host }) => !host.flow_exists],
];

function marksOf(facts: Parameters<Check>[0]): Mark[] {
  const { verification, own_number } = facts.host;
  const marks: Mark[] = [];
  if (verification === 'mark' && isUnverified(facts)) marks.push('verification_failed');
  if (own_number === 'mark' && isImpostor(facts)) marks.push('own_number');
  return marks;
}
