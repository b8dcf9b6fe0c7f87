import type { Call, HangupReason } from '../../calls/call.ts';
import type { Cause, Ending } from '../../calls/cause.ts';
import { ending, isDelivered } from '../../calls/cause.ts';
import type { Seen } from '../../calls/causes.ts';
import { endingOfQ850, endingOfSip, q850Row, sipRow } from '../../calls/causes.ts';
import { nextCandidate, reasonFor } from '../../calls/hangup.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, isFields, Malformed, textOf, wholeOf } from './fields.ts';
import type { Claim, Group } from './group.ts';
import type { Happening } from './played.ts';
import { callAt, closed, played } from './played.ts';

type Ask = (row: Fields) => object;

const PARTS: Readonly<Record<string, { ask: Ask; named: (row: Fields) => string }>> = {
  by_sip: { ask: askSip, named: (row) => `sip ${row['sip']} ${row['text']}` },
  by_q850_outgoing: { ask: askQ850, named: (row) => `q850 ${row['q850']}` },
  by_state: {
    ask: askState,
    named: (row) => `${row['direction'] ?? ''} ${row['last_status']}: ${row['cause']}`.trim(),
  },
};

/** Tables whose rows hold both what happened and what it means. */
export const failover_map: Group = (value) => {
  const group = fieldsOf(value, 'the group');
  const tables = Object.keys(group).filter((key) => typeof group[key] !== 'string');
  return tables.flatMap((key) => claimsOfTable(key, group[key]));
};

/** A table that cannot be read is one claim that fails; the others are held all the same. */
function claimsOfTable(key: string, table: unknown): Claim[] {
  const part = Object.hasOwn(PARTS, key) ? PARTS[key] : undefined;
  if (part === undefined || !Array.isArray(table)) {
    const why = part === undefined ? `there is no table called ${key}` : `${key} is not a list`;
    return [{ id: key, expected: {}, ask: () => refuse(why) }];
  }
  return table.map((row: unknown): Claim => {
    const fields = isFields(row) ? row : {};
    return {
      id: part.named(fields),
      expected: fields,
      ask: () => answered(fieldsOf(row, 'a row'), part.ask),
    };
  });
}

function refuse(why: string): never {
  throw new Malformed(why);
}

/** What the row tells, but for what the product says of it, is not in question. */
function answered(row: Fields, ask: Ask): object {
  return { ...row, ...ask(row) };
}

/** The reason a customer reads, and whether another route is tried, on an ordinary call. */
function outcomeOf(call: Call, cause: Cause): { hangup_reason: HangupReason; failover: boolean } {
  const hangup_reason = reasonFor(call, cause);
  return { hangup_reason, failover: nextCandidate(call, hangup_reason) !== null };
}

function askSip(row: Fields): object {
  const code = wholeOf(row, 'sip');
  const seen = circumstances(row);
  const end = endingOfSip(code, seen);
  const call = callAt(seen.rang ? 'ringing' : 'dialing', '');
  return {
    ...outcomeOf(call, end.cause),
    q850: sipRow(code, seen)?.q850 ?? null,
    ...(typeof row['q850'] === 'string' ? { q850: row['q850'] } : {}),
    counts_against_carrier: end.blames_carrier,
    counts_as_delivered_for_ner: deliveredAs(row['counts_as_delivered_for_ner'], end, seen.rang),
  };
}

/** A row may say that delivery depends on a 18x; then ours must depend on it too. */
function deliveredAs(expected: unknown, end: Ending, rang: boolean): unknown {
  if (typeof expected === 'boolean') return isDelivered(end, rang);
  return isDelivered(end, true) && !isDelivered(end, false) ? expected : isDelivered(end, rang);
}

/** What of a row is its answer, or says nothing of the circumstances. */
const BESIDE = new Set(
  'sip q850 hangup_reason failover counts_against_carrier counts_as_delivered_for_ner note'.split(
    ' ',
  ),
);
const DEPENDS = new Set([408, 487]);

/** What had happened before the final code, as the row says it in whatever field. */
function circumstances(row: Fields): Seen {
  const said = Object.entries(row).filter(([name]) => !BESIDE.has(name));
  const words = said.map(([name, value]) => (value === true ? name : String(value || '')));
  const text = words.join(' ').toLowerCase();
  if (!DEPENDS.has(Number(row['sip'])) || /unsolicited|no.18x|before/.test(text))
    return { rang: false };
  if (/dial|timer/.test(text)) return { rang: false, asked: 'dialout' };
  if (/cancel/.test(text)) return { rang: false, asked: 'cancel' };
  return { rang: /after|rang|ringing|18\d/.test(text) };
}

function askQ850(row: Fields): object {
  const q850 = wholeOf(row, 'q850');
  const [dialing, ringing] = [callAt('dialing', ''), callAt('ringing', '')].map((call) =>
    outcomeOf(call, endingOfQ850(q850, { rang: call.status === 'ringing' }).cause),
  );
  if (q850Row(q850, false) === null) throw new Malformed(`no row for Q.850 cause ${q850}`);
  return {
    status_dialing: dialing?.hangup_reason,
    status_ringing: ringing?.hangup_reason,
    failover_dialing: dialing?.failover,
    failover_ringing: ringing?.failover,
  };
}

/** A row may speak of several statuses; then all of them must agree. */
function askState(row: Fields): object {
  const text = `${String(row['direction'] ?? '')} ${textOf(row, 'last_status')}`;
  const statuses = STATUSES.filter((status) => text.includes(status));
  if (statuses.length === 0) throw new Malformed(`no status is called ${text.trim()}`);
  const traits = text.includes('incoming') ? 'incoming' : '';
  const outcomes = statuses.map((status) => stateOutcome(callAt(status, traits), row['cause']));
  const [first] = outcomes;
  const agree = outcomes.every((each) => JSON.stringify(each) === JSON.stringify(first));
  return agree && first !== undefined ? first : { hangup_reason: outcomes, failover: outcomes };
}

const STATUSES = ['dialing', 'ringing', 'progressing', 'terminating', 'canceling'] as const;

function stateOutcome(call: Call, cause: unknown): object {
  const end = closed(played(call, happeningIn(cause, call)));
  if (end.status === 'hangup') return { hangup_reason: end.hangup_reason, failover: false };
  return { hangup_reason: 'failed', failover: end.attempts.length > call.attempts.length };
}

const SAYINGS: readonly (readonly [RegExp, Happening])[] = [
  [/duration|balance|exhaust/, { what: 'talk_timer' }],
  [/machine|\bamd\b/, { what: 'machine' }],
  [/dial.?(timer|timeout)|dialout/, { what: 'dial_timer' }],
  [/cancel|h[ua]ngs? up|local hangup/, { what: 'cancelled' }],
  [
    /adapter|dns|tcp|tls|http|api\b|transport|connection|unreachable/,
    { what: 'refused', ending: ending('failed') },
  ],
  [/^any|^other|^rest|^else/, { what: 'ended', ending: ending('failed') }],
  [/^busy|user busy/, { what: 'ended', ending: ending('busy') }],
  [/^no.?answer/, { what: 'ended', ending: ending('noanswer') }],
  [/^fail/, { what: 'ended', ending: ending('failed') }],
  [/reject|decline/, { what: 'ended', ending: ending('rejected') }],
  [/^normal/, { what: 'ended', ending: ending('normal') }],
];

function happeningIn(cause: unknown, { status }: Call): Happening {
  const text = String(cause).toLowerCase();
  const rang = status === 'ringing';
  const sip = /\bsip\D*(\d{3})/.exec(text);
  if (sip !== null) return { what: 'ended', ending: endingOfSip(Number(sip[1]), { rang }) };
  const q850 = /^(?:q\.?850\D*)?(\d{1,3})\b/.exec(text);
  if (q850 !== null) return { what: 'ended', ending: endingOfQ850(Number(q850[1]), { rang }) };
  // What our own side did is over by the time the carrier's word comes.
  const found = SAYINGS.find(([saying]) => saying.test(text));
  if (found !== undefined) return found[1];
  throw new Malformed(`nothing is known of the cause ${text}`);
}
