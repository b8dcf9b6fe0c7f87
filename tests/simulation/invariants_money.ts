import { chargeOf } from '../../billing/rate.ts';
import type { Call } from '../../calls/call.ts';
import { currentAttempt } from '../../calls/call.ts';
import type { Leg, SandboxLeg } from '../../store/store.ts';
import { downMs, type Evidence, type Finding, type Invariant, ofLegs } from './evidence.ts';
import type { World } from './world.ts';

/** How old the balance may be by which a call was let through, with what was under way then. */
const STALE_MS = 8_000;

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
    says: 'the books balance, nothing is held, and no call costs more than there was for it',
    broken: (evidence) => [
      ...evidence.proof.map((why) => ({ call_id: null, why })),
      ...evidence.accounts.flatMap((account) => balanced(account, evidence)),
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
function overrun({ talk_ms_max }: Call, rang: SandboxLeg | undefined, world: World): string[] {
  const { carrier_faults, store_faults } = world.plan;
  const disturbed = downMs(world) + carrier_faults + store_faults > 0;
  if (disturbed || rang?.script['fault'] != null) return [];
  const ran_ms = (rang?.tm_end ?? 0) - (rang?.tm_answer ?? 0) - talk_ms_max;
  return ran_ms <= LATE_MS ? [] : [`ran on for ${ran_ms} ms after its time`];
}

/** What so long a talk costs by the route that was answered, and never more than was granted. */
function dueOf(call: Call, talk_ms: number): number {
  const price = call.candidates[currentAttempt(call)?.candidate_index ?? -1]?.price;
  return price === undefined ? 0 : chargeOf(Math.min(talk_ms, call.talk_ms_max), price);
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

/** Rule 7: a call never runs past what is granted, and no more is granted than there is. */
function afforded({ call }: Leg, { postings, timelines }: Evidence): string[] {
  if (call.status !== 'hangup' || call.tm_progressing === null) return [];
  const when = (entry_id: string, at: number): number => {
    // A charge may be dated back; the money went when the end was heard of.
    const events = timelines.get(entry_id.slice('charge:'.length));
    return events?.find(({ notices }) => notices.at(-1)?.type === 'call_hangup')?.at ?? at;
  };
  const own = postings
    .filter(({ account_id }) => account_id === call.account_id)
    .map(({ entry_id, at, amount_micros }) => ({ at: when(entry_id, at), amount_micros }))
    .toSorted((one, other) => one.at - other.at);
  let balance = 0;
  let seen = 0;
  for (const { at, amount_micros } of own) {
    if (at > call.tm_create) break;
    if (at > call.tm_create - STALE_MS) seen = Math.max(seen, balance);
    balance += amount_micros;
  }
  const most = Math.max(seen, balance);
  const cost = dueOf(call, call.tm_hangup - call.tm_progressing);
  return cost <= most ? [] : [`costs ${cost}, and there were ${most} when it was placed`];
}
