import { chargeOf } from '../../billing/rate.ts';
import type { Call } from '../../calls/call.ts';
import { currentAttempt } from '../../calls/call.ts';
import type { Account } from '../../store/rows.ts';
import type { SandboxLeg } from '../../store/sandbox_log.ts';
import type { Leg } from '../../store/store.ts';
import { type Evidence, type Finding, type Invariant, isUndisturbed, ofLegs } from './evidence.ts';
import type { World } from './world.ts';

/** How long a busy machine may take from a timer to the hanging up it asks for. */
const LATE_MS = 3_000;

/** What holds for the books. */
export const MONEY_INVARIANTS: readonly Invariant[] = [
  {
    name: 'I4',
    says: 'one charge per answered leg, by its own talk and price, and none for another',
    broken: (evidence) => ofLegs(evidence, charged),
  },
  {
    name: 'I5',
    says: 'the books balance, nothing is held, and no call costs more than was held for it',
    broken: (evidence) => [
      ...evidence.proof.map((why) => ({ call_id: null, why })),
      ...evidence.accounts.flatMap((account) => balanced(account, evidence)),
      ...evidence.accounts.flatMap((account) => overdrawn(account, evidence)),
      ...ofLegs(evidence, afforded),
    ],
  },
];

function charged({ call }: Leg, { billings, postings, dials, world }: Evidence): string[] {
  if (call.status !== 'hangup') return [];
  const bills = billings.filter(({ call_id }) => call_id === call.id);
  const posted = postings.filter(({ entry_id }) => entry_id === `charge:${call.id}`);
  if (call.tm_progressing === null)
    return bills.length + posted.length === 0 ? [] : ['was charged and never answered'];
  const attempt = currentAttempt(call);
  const rang = dials.get(call.id)?.find(({ attempt_id }) => attempt_id === attempt?.id);
  const due = dueOf(call, call.tm_hangup - call.tm_progressing);
  const [bill] = bills;
  return [
    ...(bills.length === 1 ? [] : [`was billed ${bills.length} times`]),
    ...(posted.length === (due === 0 ? 0 : 1) ? [] : [`was charged ${posted.length} times`]),
    ...(bill?.amount_micros === due ? [] : [`costs ${due}, was billed ${bill?.amount_micros}`]),
    ...(posted[0] === undefined || posted[0].amount_micros === -due
      ? []
      : [`costs ${due}, was charged ${-posted[0].amount_micros}`]),
    ...(bill === undefined ? [] : [...overpaid(bill.talk_ms, rang), ...overrun(call, rang, world)]),
  ];
}

/** Nobody pays for talk that the network has not seen, however late we heard of its end. */
function overpaid(talk_ms: number, rang: SandboxLeg | undefined): string[] {
  if (rang?.tm_answer == null) return ['was charged for a leg nobody answered'];
  const heard_ms = (rang.tm_end ?? 0) - rang.tm_answer;
  return talk_ms <= heard_ms ? [] : [`is to pay for ${talk_ms} ms, and talked ${heard_ms} ms`];
}

/** Where nothing is in the way it is us who end a talk, before the carrier's own limit does. */
function overrun(
  { talk_ms_max, granted_ms }: Call,
  rang: SandboxLeg | undefined,
  world: World,
): string[] {
  if (!isUndisturbed(world) || rang?.script['fault'] != null) return [];
  const ran_ms = (rang?.tm_end ?? 0) - (rang?.tm_answer ?? 0);
  const late_ms = ran_ms - Math.min(talk_ms_max, granted_ms);
  return late_ms <= LATE_MS ? [] : [`ran on for ${late_ms} ms after its time`];
}

/** What so long a talk costs by the route that was answered, and never more than was granted. */
function dueOf(call: Call, talk_ms: number): number {
  const price = call.candidates[currentAttempt(call)?.candidate_index ?? -1]?.price;
  return price === undefined
    ? 0
    : chargeOf(Math.min(talk_ms, call.talk_ms_max, call.granted_ms), price);
}

function balanced(account: Evidence['accounts'][number], evidence: Evidence): Finding[] {
  const own = evidence.postings.filter(({ account_id }) => account_id === account.id);
  const paid = own.filter(({ entry_id }) => entry_id.startsWith('topup:'));
  const spent = evidence.billings.filter(({ account_id }) => account_id === account.id);
  const sum = (amounts: readonly { readonly amount_micros: number }[]): number =>
    amounts.reduce((total, { amount_micros }) => total + amount_micros, 0);
  const due = sum(paid) - sum(spent);
  const found: string[] = [];
  if (account.held_micros !== 0) found.push(`${account.name} holds ${account.held_micros}`);
  if (account.balance_micros !== due)
    found.push(`${account.name} has ${account.balance_micros}, not ${due}`);
  return found.map((why) => ({ call_id: null, why }));
}

/** Rule 7: a call never costs more than was held for it, and a wallet is never overdrawn. */
function afforded({ call }: Leg): string[] {
  if (call.status !== 'hangup' || call.tm_progressing === null) return [];
  const cost = dueOf(call, call.tm_hangup - call.tm_progressing);
  const { hold_micros } = call;
  return cost <= hold_micros ? [] : [`costs ${cost}, and ${hold_micros} were held for it`];
}

function overdrawn({ id, name, credit_limit_micros }: Account, evidence: Evidence): Finding[] {
  const own = evidence.postings
    .filter(({ account_id }) => account_id === id)
    .map(({ entry_id, at, amount_micros }) => ({
      at: movedAt(entry_id, at, evidence),
      amount_micros,
    }))
    .toSorted((one, other) => one.at - other.at || other.amount_micros - one.amount_micros);
  let balance = 0;
  let least = 0;
  for (const { amount_micros } of own) least = Math.min(least, (balance += amount_micros));
  return least >= -credit_limit_micros ? [] : [{ call_id: null, why: `${name} went to ${least}` }];
}

/** A charge may be dated back; the money went when the end of its call was heard of. */
function movedAt(entry_id: string, at: number, { timelines }: Evidence): number {
  const events = timelines.get(entry_id.slice('charge:'.length));
  return events?.find(({ notices }) => notices.at(-1)?.type === 'call_hangup')?.at ?? at;
}
