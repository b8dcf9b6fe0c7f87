import { firstGrants } from '../billing/grant.ts';
import { firstIncrement } from '../billing/rate.ts';
import type { AttemptId, ProviderId } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import { micros } from '../kernel/money.ts';
import { attemptOfLeg } from '../calls/attempts.ts';
import { receive } from '../calls/transition.ts';
import type { IncomingLeg, TurnedAway } from '../providers/carrier.ts';
import { callerOf } from '../routing/caller.ts';
import type { IncomingRefusal } from '../routing/refusals.ts';
import { INCOMING_REFUSALS } from '../routing/refusals.ts';
import type { Host } from '../routing/screen.ts';
import { screen } from '../routing/screen.ts';
import type { OwnNumber } from '../store/numbers.ts';
import type { Account, Customer, Flow, Provider } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { CarrierDesk } from './carrier_desk.ts';
import { GUEST_LIMITS, type Guest, guestFacts, guestRun, namesOf } from './guest.ts';
import { type KeyedLock, makeKeyedLock } from './keyed_lock.ts';
import type { Loop } from './loop.ts';
import type { RefusedBook } from './refused_book.ts';
import type { Registry } from './registry.ts';

export interface ReceptionParts {
  readonly loop: Loop;
  readonly registry: Registry;
  readonly desk: Pick<CarrierDesk, 'capabilities'>;
  readonly store: Pick<Store, 'numbers' | 'arrivals' | 'legs' | 'shelves'>;
  readonly refused: RefusedBook;
  readonly clock: Clock;
  readonly settings: { readonly reconcile_interval_ms: number };
}

/** Lets calls in that carriers bring, or turns them away. */
export interface Reception {
  /**
   * Null: the call is taken, and committed. Brought again it is the same call, whichever node hears
   * of it. Throws StoreError when the store does not answer.
   */
  receive(provider_id: ProviderId, leg: IncomingLeg): Promise<TurnedAway | null>;
}

/** A number may be unpaid for so long before calls to it are turned away. */
const OVERDUE_MS = 7 * 86_400_000;

export function makeReception(parts: ReceptionParts): Reception {
  // Calls of one caller to one number are counted one after the other: see parallel_max.
  const lock: KeyedLock = makeKeyedLock();
  return {
    receive: async (provider_id, leg) => {
      const attempt_id = attemptOfLeg(provider_id, leg.leg_ref);
      const come = { provider_id, leg, attempt_id };
      return lock.run(`${leg.from}>${leg.to}`, () => receiveOne(parts, come));
    },
  };
}

interface Come {
  readonly provider_id: ProviderId;
  readonly leg: IncomingLeg;
  readonly attempt_id: AttemptId;
}

async function receiveOne(parts: ReceptionParts, come: Come): Promise<TurnedAway | null> {
  if ((await parts.store.legs.callOfAttempt(come.attempt_id)) !== null) return null;
  const house = await houseOf(parts, come);
  const { provider_id, leg } = come;
  const can = await parts.desk.capabilities(provider_id);
  const screening = screen({
    visitor: leg,
    emergency: can?.emergency ?? false,
    host: house?.host ?? null,
  });
  if (!screening.taken) return turnAway(parts, come, { house, reason: screening.reason });
  if (house?.flow == null || house.customer === null || house.provider === undefined)
    return turnAway(parts, come, { house, reason: 'flow_missing' });
  const { number, customer, flow, provider } = house;
  const { caller, marks } = screening;
  const hops = (house.host.hops ?? 0) + 1;
  const guest: Guest = { ...come, number, customer, flow, provider, caller, marks, hops };
  const is_open = await open(parts, guest);
  return is_open ? null : turnAway(parts, come, { house, reason: 'insufficient_balance' });
}

/** Whom a call is for. */
interface House {
  readonly number: OwnNumber;
  readonly customer: Customer | null;
  readonly provider: Provider | undefined;
  readonly flow: Flow | null;
  readonly host: Host;
}

/** Null where nobody has the number at this carrier: then nothing more is read. */
async function houseOf(
  { store, registry, clock }: ReceptionParts,
  { provider_id, leg }: Come,
): Promise<House | null> {
  const number = await store.numbers.holder(leg.to);
  if (number?.status !== 'active' || number.provider_id !== provider_id) return null;
  const { customer_id, call_flow_id } = number;
  const source = callerOf(leg.from)?.target ?? leg.from;
  const [customer, provider, rules, config, traffic, caller_is_ours, flow] = await Promise.all([
    registry.customer(customer_id),
    registry.providers().then((all) => all.get(provider_id)),
    registry.callerRules(customer_id),
    registry.inbound(customer_id),
    store.arrivals.traffic(source, leg.to),
    registry.isOurs(source),
    call_flow_id === null ? null : store.shelves.flows.get(customer_id, call_flow_id),
  ]);
  const account = customer === null ? null : await registry.account(customer);
  const { verification, own_number, parallel_max } = config;
  const host: Host = {
    ...{ rules, verification, own_number, parallel_max, caller_is_ours },
    ...traffic,
    customer_active: customer !== null,
    available_micros: availableIn(account, number),
    first_micros: firstIncrement(number.price),
    overdue: number.tm_renew + OVERDUE_MS < clock.now(),
    flow_exists: flow !== null,
  };
  return { number, customer, provider, flow, host };
}

function availableIn(account: Account | null, { price }: OwnNumber): Host['available_micros'] {
  if (account === null || account.currency !== price.currency) return null;
  return micros(account.balance_micros + account.credit_limit_micros - account.held_micros);
}

/** False when the account does not even bear the first block just now. */
async function open(parts: ReceptionParts, guest: Guest): Promise<boolean> {
  const { clock, loop, settings } = parts;
  const { talk_ms_max } = GUEST_LIMITS;
  for (const grant of firstGrants([guest.number.price], talk_ms_max)) {
    const at = clock.now();
    const names = namesOf(guest, at);
    const facts = guestFacts(guest, { ...grant, ...names, at, ...settings });
    const leg = { id: guest.attempt_id, leg_ref: guest.leg.leg_ref };
    const run = guestRun(guest, names, at);
    // 'duplicate': another node, or another notice, has made a call of it.
    const result = await loop.open({ step: receive(facts, leg, at), run, at });
    if (result !== 'no_funds') return true;
  }
  return false;
}

/** Told twice at the same time, the call may stand by now, and be what is in its own way. */
async function turnAway(
  { refused, store }: ReceptionParts,
  { provider_id, leg, attempt_id }: Come,
  { house, reason }: { readonly house: House | null; readonly reason: IncomingRefusal },
): Promise<TurnedAway | null> {
  if ((await store.legs.callOfAttempt(attempt_id)) !== null) return null;
  const { sip_code, q850 } = INCOMING_REFUSALS[reason];
  const why = { reason, sip_code, q850 };
  await refused.note({ provider_id, leg, why, customer: house?.customer ?? null });
  return why;
}
