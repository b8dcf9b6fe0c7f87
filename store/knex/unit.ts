import type { CallId, EffectId, GroupId } from '../../kernel/brand.ts';
import { jsonOf } from '../../kernel/json.ts';
import { isLive, wakeAt } from '../../calls/call.ts';
import type { Call } from '../../calls/call.ts';
import type { Charge, LedgerEntry } from '../../billing/ledger.ts';
import type { DeliveryRow, EventRow, NoticeRow, OutboxRow } from '../journal.ts';
import type { AttemptRow, Leg, Unit } from '../store.ts';
import { callDoc, factsDoc, runDoc, sameFacts } from './leg_rows.ts';
import * as shapes from './shapes.ts';
import type { Otherwise, Shape, Statement, Value } from './statement.ts';
import { broughtIn, isBrought, wayStatements } from './ways.ts';

const DUPLICATE: Otherwise = { refuse: 'duplicate' };
const CONFLICT: Otherwise = { refuse: 'conflict' };
const NO_FUNDS: Otherwise = { refuse: 'no_funds' };
/** No answer of the port: whoever sees it has found a broken invariant. */
export const ACCOUNT_MISSING = { refuse: 'account_missing' } as const;
const TARGET_MAX = 255;

function statement(shape: Shape, args: readonly Value[], otherwise: Otherwise = null): Statement {
  return { shape, args, otherwise };
}

/**
 * Everything one event changes, as statements. `before` is the leg as stored at the version the
 * step was taken from, where it is at hand: what is still the same is then not written again.
 */
export function unitStatements(unit: Unit, before: Leg | null): Statement[] {
  const list = [eventIn(unit.event)];
  if (unit.expected_version === 0) placing(list, unit);
  else moving(list, unit, before);
  const { id } = unit.leg.call;
  for (const order of unit.orders) list.push(orderIn(order));
  for (const done of unit.done) list.push(orderOut(id, done));
  const brought = isBrought(unit);
  for (const row of unit.attempts)
    if (brought) list.unshift(broughtIn(row, DUPLICATE));
    else if (worthWriting(row, before)) list.push(attemptSet(row));
  list.push(...wayStatements(unit));
  for (const row of unit.deliveries) list.push(deliveryIn(row));
  if (unit.charge !== null) list.push(...chargeStatements(unit.charge));
  return list;
}

export function eventIn(event: EventRow): Statement {
  const notices = event.notices.length === 0 ? null : noticesDoc(event.notices);
  const { subject_id, id, customer_id, n, at, type } = event;
  const args = [subject_id, id, customer_id, n, at, type, JSON.stringify(event.fact), notices];
  return statement(shapes.EVENT_IN, args, DUPLICATE);
}

/** Two notices of one event often tell the same: the second one then names the first. */
function noticesDoc(notices: readonly NoticeRow[]): string {
  const written = notices.map(({ data, ...head }, place) => {
    const first = notices.findIndex((notice) => notice.data === data);
    const told = first === place ? jsonOf(data) : String(first);
    return `${JSON.stringify(head).slice(0, -1)},"data":${told}}`;
  });
  return `[${written.join(',')}]`;
}

function placing(list: Statement[], { leg, hold }: Unit): void {
  const { call, run } = leg;
  const live = isLive(call) ? 1 : null;
  const answered = wasAnswered(call);
  list.push(
    statement(
      shapes.CALL_IN,
      [call.id, leg.version, call.status, wakeAt(call), live, answered, 0, callDoc(call)],
      DUPLICATE,
    ),
  );
  if (hold !== null) list.push(holdIn(hold));
  list.push(
    statement(shapes.FACTS_IN, [
      call.id,
      call.customer_id,
      call.account_id,
      call.activeflow_id,
      call.master_call_id,
      call.direction,
      call.source.target.slice(0, TARGET_MAX),
      call.destination.target.slice(0, TARGET_MAX),
      hold?.account_id ?? null,
      hold?.amount ?? 0,
      call.tm_create,
      factsDoc(call),
      JSON.stringify(run.program),
    ]),
    statement(shapes.RUN_IN, [call.id, runDoc(run)]),
  );
}

function moving(list: Statement[], unit: Unit, before: Leg | null): void {
  const { call, run } = unit.leg;
  // Refused as the first statement it costs nothing, and calls short of money try it often.
  if (unit.hold !== null)
    list.unshift(holdIn(unit.hold), statement(shapes.HOLD_MORE, [unit.hold.amount, call.id]));
  list.push(callMove(unit, before));
  if (before === null ? unit.run_changed !== false : before.run !== run)
    list.push(statement(shapes.RUN_SET, [runDoc(run), call.id]));
  if (before === null || !sameFacts(before.call, call))
    list.push(statement(shapes.FACTS_SET, [factsDoc(call), call.master_call_id, call.id]));
}

/** Puts money aside, if the account bears it beside what is held already. */
export function holdIn({ account_id, amount }: NonNullable<Unit['hold']>): Statement {
  return statement(shapes.HOLD, [amount, account_id, amount], NO_FUNDS);
}

function callMove({ leg, expected_version }: Unit, before: Leg | null): Statement {
  const { call, version } = leg;
  const { id, status } = call;
  const answered = wasAnswered(call);
  const doc = callDoc(call);
  const wake = wakeAt(call);
  if (isLive(call) && before !== null && wakeAt(before.call) === wake) {
    const args = [version, status, answered, doc, id, expected_version];
    return statement(shapes.CALL_STAY, args, CONFLICT);
  }
  const shape = isLive(call) ? shapes.CALL_MOVE : shapes.CALL_END;
  const args = [version, status, wake, answered, doc, id, expected_version];
  return statement(shape, args, CONFLICT);
}

function wasAnswered(call: Call): number {
  return 'tm_progressing' in call && call.tm_progressing !== null ? 1 : 0;
}

/** An effect waits in the outbox, by the id of the call or group that ordered it. */
export function orderIn({ call_id, id, customer_id, node, at, order }: OutboxRow): Statement {
  return statement(shapes.ORDER_IN, [call_id, id, customer_id, node, at, JSON.stringify(order)]);
}

/** The outbox row of an effect that has been performed goes. */
export function orderOut(call_id: CallId | GroupId, id: EffectId): Statement {
  return statement(shapes.ORDER_OUT, [call_id, id]);
}

/**
 * While an attempt is under way its truth lies in the call's document; its own row is written when
 * it begins and when it is over.
 */
function worthWriting({ attempt }: AttemptRow, before: Leg | null): boolean {
  if (before === null || attempt.status === 'ended' || attempt.status === 'abandoned') return true;
  return !before.call.attempts.some((known) => known.id === attempt.id);
}

function attemptSet({ attempt, call_id, customer_id, provider_id }: AttemptRow): Statement {
  const { id, number, status, ending, tm_create, tm_ringing, tm_answer, tm_end } = attempt;
  return statement(shapes.ATTEMPT_SET, [
    id,
    call_id,
    customer_id,
    provider_id,
    number,
    status,
    ending?.cause ?? null,
    ending?.sip_code ?? null,
    ending?.q850 ?? null,
    tm_create,
    tm_ringing,
    tm_answer,
    tm_end,
  ]);
}

/** A delivery that is stored already stays as it is. */
export function deliveryIn(row: DeliveryRow): Statement {
  return statement(shapes.DELIVERY_IN, [
    row.id,
    row.endpoint_id,
    row.customer_id,
    row.order_key,
    row.sequence,
    row.subject_id,
    row.event_id,
    row.notice_id,
    row.notice_type,
    row.status,
    JSON.stringify(row.tries),
    row.next_at,
    row.node,
    row.status === 'pending' ? row.node : null,
    row.tm_create,
  ]);
}

/** A delivery that another node has adopted stays as it is: what we know of it is out of date. */
export function deliverySet({ id, node, status, tries, next_at }: DeliveryRow): Statement {
  const pending = status === 'pending' ? node : null;
  const args = [status, JSON.stringify(tries), next_at, pending, id, node];
  return statement(shapes.DELIVERY_SET, args);
}

/** A delivery becomes a node's, whosever it was. */
export function deliveryTake({ id, node, status, tries, next_at }: DeliveryRow): Statement {
  const pending = status === 'pending' ? node : null;
  const args = [status, JSON.stringify(tries), next_at, node, pending, id];
  return statement(shapes.DELIVERY_TAKE, args);
}

function chargeStatements(charge: Charge): Statement[] {
  const { entry, release, account_id } = charge;
  const rest: Statement[] = entry === null ? [] : postings(entry);
  const spent = entry === null ? 0 : walletSum(entry);
  if (release !== 0 || spent !== 0) rest.push(accountMove(release, spent, account_id));
  if (charge.tm_start !== null) rest.push(billingIn(charge, charge.tm_start));
  const once = statement(shapes.HOLD_END, [charge.call_id], { skip: rest.length });
  return [once, ...rest];
}

/** Ends a hold and moves the balance. An account that is not there breaks an invariant. */
export function accountMove(release: number, amount: number, account_id: string): Statement {
  return statement(shapes.ACCOUNT_MOVE, [release, amount, account_id], ACCOUNT_MISSING);
}

/** The lines of an entry; whoever inserts the first one has posted it. */
export function postings(entry: LedgerEntry): Statement[] {
  return entry.lines.map((line) =>
    statement(shapes.POSTING_IN, [
      line.entry_id,
      line.line,
      line.book,
      line.account_id,
      line.amount_micros,
      line.currency,
      line.at,
      line.detail,
    ]),
  );
}

/** What an entry adds to the wallet of its account. */
export function walletSum(entry: LedgerEntry): number {
  return entry.lines
    .filter((line) => line.book === 'wallet' && line.account_id === entry.account_id)
    .reduce((sum, line) => sum + line.amount_micros, 0);
}

/** A call's billing has the call's own id: there can be only one. */
function billingIn(charge: Charge, tm_start: number): Statement {
  return statement(shapes.BILLING_IN, [
    charge.call_id,
    charge.customer_id,
    charge.account_id,
    charge.call_id,
    'call',
    charge.talk_ms,
    charge.billed_s,
    charge.amount_micros,
    charge.price === null ? null : JSON.stringify(charge.price),
    charge.provider_id,
    tm_start,
    charge.tm_end,
    charge.tm_end,
    charge.tm_end,
    null,
  ]);
}
