import { grantWithin } from '../../billing/grant.ts';
import { chargeFor } from '../../billing/ledger.ts';
import type { Charge } from '../../billing/ledger.ts';
import { topUpEntry } from '../../billing/ledger.ts';
import type { EventId, ProviderId } from '../../kernel/brand.ts';
import { micros } from '../../kernel/money.ts';
import type { Micros } from '../../kernel/money.ts';
import type { Price } from '../../calls/call.ts';
import type { CommitResult, Leg, Store, Unit } from '../../store/store.ts';
import type { Owner } from '../../tests/conformance/store_rows.ts';
import {
  T0,
  account,
  ended,
  eventOf,
  moved,
  newLeg,
  owner,
  unitOf,
} from '../../tests/conformance/store_rows.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, flagOf, listOf, Malformed, moneyOf, shown, textOf, wholeOf } from './fields.ts';
import type { Group } from './group.ts';
import { claimsOf } from './group.ts';
import { priceIn } from './prices.ts';

/** An account on the real store, and the calls of one case that spend its money. */
interface Scene {
  readonly store: Store;
  readonly whose: Owner;
  readonly quantum_ms: number;
  /** The rate of calls that name none of their own. */
  readonly rate: unknown;
  readonly calls: Map<string, Held>;
}

/** A call that has asked for money. `leg` is as stored. */
interface Held {
  readonly leg: Leg;
  readonly price: Price;
  /** What its end came to; null while it lives. */
  readonly over: { readonly talk_ms: number; readonly answer: object } | null;
}

/**
 * Plays each case against the store: every grant is one conditional update in the unit that moves
 * the call, every end posts the charge and lets the rest go in one transaction.
 */
export function reservationsOn(store: Store): Group {
  return (value) =>
    claimsOf(listOf(value, 'the group'), async (input) => {
      const scene = await sceneOf(store, input);
      const answers: object[] = [];
      for (const each of listOf(input['events'], 'events')) {
        const answer = await happen(scene, fieldsOf(each, 'an event'));
        answers.push({ ...answer, ...(await purseOf(scene)) });
      }
      return answers;
    });
}

async function sceneOf(store: Store, input: Fields): Promise<Scene> {
  const whose = owner();
  const limit = -moneyOf(input, 'min_balance_micros', 0);
  const row = account(whose, {
    balance_micros: moneyOf(input, 'balance_micros'),
    credit_limit_micros: micros(limit + moneyOf(input, 'credit_limit_micros', 0)),
  });
  await store.shelves.accounts.insert(row);
  const quantum_ms = wholeOf(input, 'quantum_s', { least: 1, otherwise: 60 }) * 1000;
  return { store, whose, quantum_ms, rate: input['rate'], calls: new Map() };
}

interface Purse {
  readonly balance_micros: Micros;
  readonly reserved_total_micros: Micros;
  readonly available_micros: Micros;
}

/** What there is, by the account's own row (R7). */
async function purseOf({ store, whose }: Scene): Promise<Purse> {
  const row = await store.shelves.accounts.get('all', whose.account_id);
  if (row === null) throw new Malformed('the account is gone');
  const { balance_micros, held_micros, credit_limit_micros } = row;
  const available_micros = micros(balance_micros - held_micros + credit_limit_micros);
  return { balance_micros, reserved_total_micros: held_micros, available_micros };
}

type Happen = (scene: Scene, event: Fields) => Promise<object>;

/** Other words for the same: an end without an answer, and money that comes in. */
const ENDS = ['release', 'void', 'cancel', 'fail', 'failed', 'busy', 'noanswer', 'unanswered'];
const TOP_UPS = ['topup', 'top_up', 'payment', 'deposit'];
const OPS: Readonly<Record<string, Happen>> = {
  authorize,
  authorise: authorize,
  extend,
  hangup,
  late_cdr: hangup,
  expire,
  // The next carrier is tried on the same money (B27).
  failover: (scene, event) => Promise.resolve(grantedOf(heldIn(scene, event))),
  ...Object.fromEntries(ENDS.map((op): [string, Happen] => [op, unanswered])),
  ...Object.fromEntries(TOP_UPS.map((op): [string, Happen] => [op, topup])),
};

function happen(scene: Scene, event: Fields): Promise<object> {
  const op = textOf(event, 'op');
  const act = Object.hasOwn(OPS, op) ? OPS[op] : undefined;
  if (act === undefined) throw new Malformed(`no event is called ${shown(op)}`);
  return act(scene, event);
}

function heldIn({ calls }: Scene, event: Fields): Held {
  const held = calls.get(textOf(event, 'call'));
  if (held !== undefined) return held;
  throw new Malformed(`no call ${shown(event['call'])} has been authorized`);
}

function grantedOf({ leg }: Held): object {
  const { granted_ms, hold_micros } = leg.call;
  return { ok: true, granted_s: granted_ms / 1000, reserved_micros: hold_micros };
}

async function authorize(scene: Scene, event: Fields): Promise<object> {
  const name = textOf(event, 'call');
  const known = scene.calls.get(name);
  const price = priceIn(fieldsOf(event['rate'] ?? scene.rate, 'rate'));
  // Asked for twice it is granted once; at another price it is another question (R8).
  if (known !== undefined) {
    const same = JSON.stringify(known.price) === JSON.stringify(price);
    return same ? grantedOf(known) : { ...grantedOf(known), ok: false, conflict: true };
  }
  const fresh = newLeg(scene.whose);
  const call = { ...fresh.call, granted_ms: 0, hold_micros: micros(0), talk_ms_max: 86_400_000 };
  const held = await grant(scene, { leg: { ...fresh, call, version: 0 }, price, over: null });
  if (held === null)
    return { ok: false, granted_s: 0, reserved_micros: 0, code: 'insufficient_balance' };
  scene.calls.set(name, held);
  return grantedOf(held);
}

async function extend(scene: Scene, event: Fields): Promise<object> {
  const name = textOf(event, 'call');
  const before = heldIn(scene, event);
  const held = before.over === null ? await grant(scene, before) : null;
  if (held !== null) scene.calls.set(name, held);
  const granted_s = before.leg.call.granted_ms / 1000;
  return held === null
    ? { ok: false, granted_s, action: 'hangup_at_granted_end' }
    : grantedOf(held);
}

/** One grant, held by one conditional update; null where the money buys none. */
async function grant(scene: Scene, { leg, price }: Held): Promise<Held | null> {
  const { available_micros } = await purseOf(scene);
  const found = grantWithin(available_micros, { ...leg.call, quantum_ms: scene.quantum_ms }, [
    price,
  ]);
  if (found === null) return null;
  const amount = micros(found.hold_micros - leg.call.hold_micros);
  const next = moved(leg, found);
  const hold = { account_id: scene.whose.account_id, amount };
  const result = await commit(scene, unitOf(next, { hold, run_changed: false }));
  return result === 'committed' ? { leg: next, price, over: null } : null;
}

async function commit({ store }: Scene, unit: Unit): Promise<CommitResult> {
  return store.legs.commit(unit);
}

async function hangup(scene: Scene, event: Fields): Promise<object> {
  const answered = flagOf(event, 'answered', true);
  return end(scene, event, answered ? wholeOf(event, 'talk_ms') : 0);
}

function unanswered(scene: Scene, event: Fields): Promise<object> {
  return end(scene, event, 0);
}

/** Posts what the talk costs and lets the rest go (B25). Once: a repeat changes nothing (R8). */
async function end(scene: Scene, event: Fields, talk_ms: number): Promise<object> {
  const { leg, price, over } = heldIn(scene, event);
  if (over !== null && over.talk_ms !== talk_ms)
    return { ok: false, conflict: true, ...over.answer };
  const over_leg = over === null ? ended(leg) : moved(leg, {});
  const charge = chargeOf(over_leg, price, talk_ms);
  // The same end is told under the same name, however often it is told.
  const told = eventOf(over_leg, { id: `end:${leg.call.id}` as EventId });
  const result = await commit(scene, unitOf(over_leg, { charge, event: told }));
  if (over !== null) return { ok: result === 'duplicate', duplicate: true, ...over.answer };
  const released_micros = Math.max(0, leg.call.hold_micros - charge.amount_micros);
  const { billed_s, amount_micros: charge_micros } = charge;
  const answer = { billed_s, charge_micros, released_micros };
  scene.calls.set(textOf(event, 'call'), { leg: over_leg, price, over: { talk_ms, answer } });
  return { ok: result === 'committed', ...answer };
}

function chargeOf({ call }: Leg, price: Price, talk_ms: number): Charge {
  const { id: call_id, customer_id, account_id, hold_micros } = call;
  const tm_start = talk_ms === 0 ? null : T0;
  const times = { talk_ms, tm_start, tm_end: call.tm_update };
  const provider_id = 'vectors' as ProviderId;
  return chargeFor({ call_id, customer_id, account_id, hold_micros, price, provider_id, ...times });
}

/** What is held goes back; the call may still be told to have talked, and is then charged (B28). */
async function expire(scene: Scene, event: Fields): Promise<object> {
  const { leg, price, over } = heldIn(scene, event);
  const { hold_micros } = leg.call;
  if (over !== null) return { ok: true, released_micros: 0 };
  const next = moved(leg, { hold_micros: micros(0), granted_ms: 0 });
  const hold = { account_id: scene.whose.account_id, amount: micros(-hold_micros) };
  const result = await commit(scene, unitOf(next, { hold, run_changed: false }));
  scene.calls.set(textOf(event, 'call'), { leg: next, price, over: null });
  return { ok: result === 'committed', released_micros: hold_micros };
}

/** A payment counts once by its own name (B29). */
async function topup(scene: Scene, event: Fields): Promise<object> {
  const { account_id } = scene.whose;
  const amount_micros = moneyOf(event, 'amount_micros' in event ? 'amount_micros' : 'amount');
  const named = event['payment_id'] ?? event['payment'] ?? event['id'];
  const own = typeof named === 'string' ? named : String(Math.random());
  const money = { account_id, currency: 'USD', amount_micros, at: T0, detail: 'vectors' };
  const result = await scene.store.ledger.post(
    topUpEntry({ payment_id: `${account_id}/${own}`, ...money }),
  );
  return {
    ok: result !== 'mismatch',
    duplicate: result === 'replayed',
    conflict: result === 'mismatch',
  };
}
