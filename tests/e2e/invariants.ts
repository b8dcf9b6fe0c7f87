/** What must hold after any run of faults. Each rule answers what breaks it, in words. */
import { billedSeconds, chargeOf } from '../../billing/rate.ts';
import { microsFromDecimal, type Micros } from '../../kernel/money.ts';
import type { Price } from '../../calls/call.ts';
import type { BillingJson, CallJson, DialJson } from './api_client.ts';
import type { Evidence } from './evidence.ts';
import type { Hook } from './webhook_sink.ts';

const NULL_ID = '00000000-0000-0000-0000-000000000000';
const ORDER = ['dialing', 'ringing', 'progressing', 'canceling', 'terminating', 'hangup'];

type Rule = (evidence: Evidence) => string[];

/** I1: no call is stuck, and no attempt is left open. */
const allOver: Rule = ({ calls }) =>
  calls.flatMap(({ id, status, attempts, hangup_by, hangup_reason, tm_hangup }) => [
    ...(status === 'hangup' ? [] : [`call ${id} is ${status}`]),
    ...(hangup_by !== '' && hangup_reason !== '' && tm_hangup !== null
      ? []
      : [`call ${id} does not say how it ended`]),
    ...attempts
      .filter(({ tm_end }) => tm_end === null)
      .map((attempt) => `attempt ${attempt.id} of call ${id} is ${attempt.status}`),
  ]);

/** I2: an attempt is dialled once, by us alone, and attempts of a call never overlap. */
const dialledOnce: Rule = ({ dials, calls }) => {
  const ours = new Set(calls.flatMap(({ attempts }) => attempts.map(({ id }) => id)));
  const wrong = dials.flatMap((dial) => [
    ...(dial.dial_count === 1 ? [] : [`${dial.attempt_id} was dialled ${dial.dial_count} times`]),
    ...(ours.has(dial.attempt_id) ? [] : [`${dial.attempt_id} is an attempt of no call`]),
    ...(!dial.outcome.startsWith('accepted') || dial.tm_end !== null
      ? []
      : [`${dial.attempt_id} of ${dial.call_id} is still up on the network`]),
  ]);
  return [...wrong, ...[...byKey(dials, (dial) => dial.call_id).values()].flatMap(overlaps)];
};

function overlaps(dials: readonly DialJson[]): string[] {
  return dials.slice(1).flatMap((dial, place) => {
    const before = dials[place];
    const end = before?.tm_end ?? before?.tm_dial ?? '';
    return dial.tm_dial >= end ? [] : [`call ${dial.call_id}: ${dial.attempt_id} overlaps`];
  });
}

/** I3: another route only after a failure, in the order of the routes. */
const failedOver: Rule = ({ calls }) =>
  calls.flatMap(({ id, attempts }) =>
    attempts.slice(1).flatMap((attempt, place) => {
      const before = attempts[place];
      const failed = before?.hangup_reason === 'failed';
      const order = rankOf(before?.provider_name) <= rankOf(attempt.provider_name);
      return failed && order && attempt.number === place + 2
        ? []
        : [`call ${id}: attempt ${attempt.number} follows ${JSON.stringify(before)}`];
    }),
  );

function rankOf(name = ''): number {
  return ['sandbox-cheap', 'sandbox-fair', 'sandbox-good'].indexOf(name);
}

/** I4: an answered leg is charged once, for what it talked, and no other leg is. */
const chargedOnce: Rule = ({ calls, billings }) => {
  const of = byKey(billings, ({ reference_id }) => reference_id);
  return calls.flatMap((call) => {
    const rows = of.get(call.id) ?? [];
    const [row] = rows;
    const wanted = call.tm_progressing === null ? 0 : 1;
    if (rows.length !== wanted)
      return [`call ${call.id} was charged ${rows.length} times, not ${wanted}`];
    return row === undefined ? [] : wrongIn(row, call);
  });
};

function wrongIn(row: BillingJson, call: CallJson): string[] {
  const talk_ms = Date.parse(call.tm_hangup ?? '') - Date.parse(call.tm_progressing ?? '');
  const price = priceOf(row);
  const right =
    row.talk_ms === talk_ms &&
    row.billed_s === billedSeconds(talk_ms, price) &&
    moneyOf(row.amount) === chargeOf(talk_ms, price) &&
    row.amount === call.amount;
  return right ? [] : [`call ${call.id} talked ${talk_ms} ms and pays ${JSON.stringify(row)}`];
}

function priceOf({ price }: BillingJson): Price {
  return {
    currency: price.currency,
    rate_micros_per_minute: moneyOf(price.rate_per_minute),
    connect_fee_micros: moneyOf(price.connect_fee),
    initial_s: price.initial_s,
    increment_s: price.increment_s,
  };
}

/** I4: nobody pays for longer than the network's own log says they talked, as far as it counts. */
const paidAsTalked: Rule = ({ billings, dials }) => {
  const answered = dials.filter(({ tm_answer, tm_end }) => tm_answer !== null && tm_end !== null);
  const talks = new Map(answered.map((dial) => [dial.call_id, talkOf(dial)]));
  return billings.flatMap((row) => {
    const talk_ms = talks.get(row.reference_id) ?? 0;
    const most = billedSeconds(talk_ms, priceOf(row));
    return row.billed_s <= most
      ? []
      : [`call ${row.reference_id} pays ${row.billed_s} s for ${talk_ms} ms on the network`];
  });
};

function talkOf({ tm_answer, tm_end }: DialJson): number {
  return Date.parse(tm_end ?? '') - Date.parse(tm_answer ?? '');
}

/** I5: the balance is the sum of its postings, never below zero, and nothing is held for ever. */
const booksRight: Rule = ({ postings, account, billings }) => {
  const sum = postings.reduce((total, { amount }) => total + moneyOf(amount), 0);
  const charged = billings.reduce((total, { amount }) => total + moneyOf(amount), 0);
  const paid = postings.reduce((total, { amount }) => total + Math.max(0, moneyOf(amount)), 0);
  const balance = moneyOf(String(account['balance']));
  return [
    ...(sum === balance ? [] : [`the balance is ${balance} and its postings make ${sum}`]),
    ...(balance === paid - charged ? [] : [`${paid} paid, ${charged} charged, ${balance} left`]),
    ...(balance >= 0 ? [] : ['the balance is below zero']),
    ...(moneyOf(String(account['held'])) === 0 ? [] : [`${String(account['held'])} is still held`]),
  ];
};

/** Signed micros of a decimal. */
function moneyOf(decimal: string): Micros {
  const micros = microsFromDecimal(decimal.replace('-', '')) ?? Number.NaN;
  return (decimal.startsWith('-') ? 0 - micros : micros) as Micros;
}

/** I6: every call that customers were told of went forward only, and its times do too. */
const forwardOnly: Rule = ({ calls, hooks }) => {
  const told = byKey(firsts(hooks.filter(isOfCall)), ({ subject }) => subject);
  return calls.flatMap((call) => {
    const times = [call.tm_create, call.tm_ringing, call.tm_progressing, call.tm_hangup];
    const known = times.filter((at) => at !== null);
    const path = (told.get(call.id) ?? []).map(({ data }) => ORDER.indexOf(String(data['status'])));
    return [
      ...(isSorted(known) ? [] : [`call ${call.id} went back in time: ${known.join(' ')}`]),
      ...(isSorted(path) ? [] : [`call ${call.id} went back: ${path.join(' ')}`]),
    ];
  });
};

function isSorted<T extends string | number>(values: readonly T[]): boolean {
  return values.every((value, place) => place === 0 || (values[place - 1] ?? value) <= value);
}

function isOfCall({ type }: { readonly type: string }): boolean {
  return type.startsWith('call_');
}

/** The first time each notice came, in order of coming. */
function firsts(hooks: readonly Hook[]): Hook[] {
  const seen = new Set<string>();
  return hooks.filter(({ id }) => seen.size < seen.add(id).size);
}

/** I7: of every call and run everything was told, signed, 1 to n, in order; again only the same. */
const toldInOrder: Rule = ({ hooks, calls, deliveries }) => {
  const forged = hooks
    .filter(({ wrong }) => wrong !== '')
    .map(({ id, wrong }) => `${id}: ${wrong}`);
  const lines = byKey(hooks, ({ path, subject }) => `${path} ${subject}`);
  const untold = calls
    .filter(({ id }) => !hooks.some((hook) => hook.subject === id && hook.type === 'call_hangup'))
    .map(({ id }) => `the end of call ${id} was not told`);
  const came = new Set(hooks.map(({ id }) => id));
  const lost = deliveries
    .filter(({ status, event_id }) => status !== 'delivered' || !came.has(event_id))
    .map((row) => `not delivered: ${JSON.stringify(row)}`);
  return [...forged, ...untold, ...lost, ...[...lines.values()].flatMap(wrongInLine)];
};

function wrongInLine(hooks: readonly Hook[]): string[] {
  const acknowledged = new Set<number>();
  const bodies = new Map<number, string>();
  const wrong: string[] = [];
  for (const { type, sequence, body, status } of hooks) {
    const known = bodies.get(sequence);
    if (known !== undefined && known !== body) wrong.push(`${type} ${sequence} has changed`);
    if (known === undefined && sequence > 1 && !acknowledged.has(sequence - 1))
      wrong.push(`${type} ${sequence} came before ${sequence - 1} was acknowledged`);
    bodies.set(sequence, body);
    if (status < 300) acknowledged.add(sequence);
  }
  const n = Math.max(...bodies.keys());
  if (acknowledged.size !== n) wrong.push(`${acknowledged.size} of ${n} came`);
  return wrong.length === 0 ? [] : [`${wrong.join('; ')}: ${sayLine(hooks)}`];
}

function sayLine(hooks: readonly Hook[]): string {
  const came = hooks.map((hook) => {
    const at = new Date(hook.at).toISOString().slice(17, 23);
    return `${at} #${hook.sequence} ${hook.type} ${String(hook.data['status'])} -> ${hook.status}`;
  });
  return [hooks[0]?.subject, ...came].join('\n    ');
}

/** I8: chained calls are there once each, and do not outlive their masters. */
const childrenGone: Rule = ({ calls }) => {
  const of = byKey(calls, ({ master_call_id }) => master_call_id);
  return calls.flatMap(({ id, chained_call_ids, tm_hangup }) => {
    const latest = Date.parse(tm_hangup ?? '') + OUTLIVE_MS_MAX;
    return (of.get(id) ?? []).flatMap((child) => [
      ...(chained_call_ids.includes(child.id) ? [] : [`call ${id} does not know ${child.id}`]),
      ...(Date.parse(child.tm_hangup ?? '') <= latest ? [] : [`${child.id} outlived ${id}`]),
    ]);
  });
};

/** A node that dies with the master's last word is missed for 12 s, and its heir waits 3 more. */
const OUTLIVE_MS_MAX = 30_000;

/** Calls that nobody chained. */
export function rootsOf({ calls }: Evidence): CallJson[] {
  return calls.filter(({ master_call_id }) => master_call_id === NULL_ID);
}

function byKey<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  return Map.groupBy(rows, key);
}

export const RULES: Readonly<Record<string, Rule>> = {
  'I1 all calls are over': allOver,
  'I2 an attempt is dialled once, and none overlaps another': dialledOnce,
  'I3 another route only after a failure': failedOver,
  'I4 an answered leg is charged once': chargedOnce,
  'I4 nobody pays for more than the network counted': paidAsTalked,
  'I5 the books are right': booksRight,
  'I6 calls go forward only': forwardOnly,
  'I7 everything is told, in order': toldInOrder,
  'I8 chained calls end with their masters': childrenGone,
};

const SHOWN = 5;

/** Everything that breaks a rule, in short; empty when all hold. */
export function broken(evidence: Evidence): string[] {
  return Object.entries(RULES).flatMap(([name, rule]) => {
    const found = rule(evidence);
    if (found.length === 0) return [];
    return [`${name}: ${found.length} times`, ...found.slice(0, SHOWN).map((why) => `  ${why}`)];
  });
}
