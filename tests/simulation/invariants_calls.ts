import type { Attempt, Call, CallStatus } from '../../calls/call.ts';
import { REASONS } from '../../calls/hangup.ts';
import type { CallId } from '../../kernel/brand.ts';
import type { SandboxLeg } from '../../store/sandbox_log.ts';
import type { EventRow } from '../../store/journal.ts';
import type { Leg } from '../../store/store.ts';
import {
  downMs,
  type Evidence,
  type Finding,
  type Invariant,
  isUndisturbed,
  ofLegs,
} from './evidence.ts';

/** How long after its call a leg may still be up on the network, while somebody serves. */
const GHOST_MS = 40_000;
/** How long after its master a chained call may still be up, while somebody serves. */
const ORPHAN_MS = 40_000;
/** The interval of checks, a notice that was delayed, and a machine that is busy. */
const UNHEARD_MS = 15_000 + 5_000 + 3_000;
const RANK: Readonly<Record<CallStatus, number>> = {
  dialing: 0,
  ringing: 1,
  progressing: 2,
  canceling: 3,
  terminating: 3,
  hangup: 4,
};

/** What holds for calls, their tries and what the network was asked. */
export const CALL_INVARIANTS: readonly Invariant[] = [
  {
    name: 'I1',
    says: 'every order is answered, and every call there is has ended',
    broken: (evidence) => [
      ...ofLegs(evidence, ({ call }) =>
        call.status === 'hangup' ? [] : [`is ${call.status} for ever`],
      ),
      ...ofLegs(evidence, overtime),
      ...evidence.orders.flatMap((order) => unanswered(order, evidence)),
      ...(evidence.rested ? [] : [{ call_id: null, why: 'the world never came to rest' }]),
    ],
  },
  {
    name: 'I2',
    says: 'one dial per attempt, one leg of a call at a time, and none outlives its call',
    broken: (evidence) => [...ofLegs(evidence, dialledTwice), ...strangers(evidence)],
  },
  {
    name: 'I3',
    says: 'another route only after a failure, and in the order of the candidates',
    broken: (evidence) => ofLegs(evidence, ({ call }) => failovers(call)),
  },
  {
    name: 'I6',
    says: 'a call moves forward only, and tells each change of status once, in order',
    broken: (evidence) =>
      ofLegs(evidence, (leg) => timeline(leg, evidence.timelines.get(leg.call.id) ?? [])),
  },
  {
    name: 'I8',
    says: 'a master that ends ends its chained calls',
    broken: (evidence) => ofLegs(evidence, orphans),
  },
];

function unanswered(order: Evidence['orders'][number], { legs }: Evidence): Finding[] {
  const { call, placed } = order;
  if (placed === null) return [{ call_id: null, why: `${call.name} was never answered` }];
  const count = placed.legs.length + placed.refused.length;
  const lost = placed.legs.filter((leg) => !legs.has(leg.call.id));
  return [
    ...lost.map((leg) => ({
      call_id: leg.call.id,
      why: 'was answered as placed and is not there',
    })),
    ...(count === call.destinations.length
      ? []
      : [{ call_id: null, why: `${call.name} has ${count} answers` }]),
  ];
}

/** A call ends soon after its leg, also when nobody tells: the carrier is asked at times. */
function overtime({ call }: Leg, { dials, timelines, world }: Evidence): string[] {
  const ended = Math.max(...(dials.get(call.id) ?? []).map(({ tm_end }) => tm_end ?? 0));
  const heard = timelines.get(call.id)?.findLast(({ notices }) => notices.length > 0)?.at ?? 0;
  if (ended <= 0 || !isUndisturbed(world)) return [];
  return heard - ended <= UNHEARD_MS ? [] : [`went on for ${heard - ended} ms without a leg`];
}

function dialledTwice({ call }: Leg, evidence: Evidence): string[] {
  const dials = evidence.dials.get(call.id) ?? [];
  const twice = dials.filter(({ dial_count }) => dial_count > 1);
  const latest = call.status === 'hangup' ? call.tm_hangup + GHOST_MS : Infinity;
  const ghosts = dials.filter(({ tm_end }) => (tm_end ?? 0) > latest + downMs(evidence.world));
  return [
    ...twice.map((row) => `attempt ${row.attempt_id} was dialled ${row.dial_count} times`),
    ...ghosts.map((row) => `leg ${row.leg_ref} was up ${(row.tm_end ?? 0) - latest} ms too long`),
    ...dials.flatMap((one, place) =>
      dials
        .slice(place + 1)
        .filter((other) => overlap(one, other))
        .map((other) => `rang twice at once: ${one.leg_ref} and ${other.leg_ref}`),
    ),
  ];
}

function overlap(one: SandboxLeg, other: SandboxLeg): boolean {
  const up = ({ tm_ringing, tm_answer }: SandboxLeg): number => tm_ringing ?? tm_answer ?? Infinity;
  const down = ({ tm_end }: SandboxLeg): number => tm_end ?? Infinity;
  return up(one) < down(other) && up(other) < down(one);
}

/** Whatever the network was asked to dial is an attempt of a call that is known. */
function strangers({ dials, legs }: Evidence): Finding[] {
  return [...dials].flatMap(([call_id, rows]) =>
    rows
      .filter((row) => !legs.get(call_id)?.call.attempts.some(({ id }) => id === row.attempt_id))
      .map((row) => ({ call_id, why: `nobody knows of the dial ${row.attempt_id}` })),
  );
}

function failovers(call: Call): string[] {
  const pairs = call.attempts.slice(1).map((after, place): [Attempt, Attempt] => {
    return [call.attempts[place] as Attempt, after];
  });
  return [
    ...(call.attempts.length > call.attempts_max ? ['was tried too often'] : []),
    ...pairs.flatMap(([before, after]) => failover(call, before, after)),
  ];
}

function failover(call: Call, before: Attempt, after: Attempt): string[] {
  const found: string[] = [];
  const cause = before.ending?.cause;
  const reason = cause === undefined ? 'nothing' : REASONS[cause].outgoing;
  if (reason !== 'failed') found.push(`attempt ${after.number} came after ${reason}`);
  if (before.tm_answer !== null) found.push(`attempt ${after.number} came after an answer`);
  if ((before.tm_end ?? Infinity) > after.tm_create)
    found.push(`attempt ${after.number} came before the end of the one before`);
  const step = after.candidate_index - before.candidate_index;
  const last = before.candidate_index === call.candidates.length - 1;
  const retold = step === 0 && last && before.status === 'abandoned';
  if (step !== 1 && !retold) found.push(`attempt ${after.number} went ${step} routes on`);
  return found;
}

type Data = Readonly<Record<string, unknown>>;

/** Another status, or another line or recording while it talks. */
function isNews(before: Data, after: Data): boolean {
  const [was, is] = [before['status'], after['status']] as [CallStatus, CallStatus];
  return RANK[was] < RANK[is] || (was === is && text(before) !== text(after));
}

function text(data: Data): string {
  return JSON.stringify({ ...data, tm_update: null, action: null });
}

function timeline({ call, run, version }: Leg, events: readonly EventRow[]): string[] {
  const notices = events.flatMap((event) => event.notices);
  const own = notices.filter(({ order_key }) => order_key === call.id);
  const flow = notices.filter(({ order_key }) => order_key === run.id);
  const told = own.filter(({ type }) => type !== 'call_hangup').map(({ data }) => data);
  const statuses = told.map((data) => data['status'] as CallStatus);
  const ordered = told.every((data, place) => place === 0 || isNews(told[place - 1] ?? {}, data));
  const times = events.map(({ at }) => at);
  return [
    ...(isCount(
      events.map(({ n }) => n),
      version,
    )
      ? []
      : ['has gaps in its timeline']),
    ...(times.every((at, place) => place === 0 || at >= (times[place - 1] ?? 0))
      ? []
      : ['goes back in time']),
    ...(isCount(
      own.map(({ sequence }) => sequence),
      call.told_count,
    )
      ? []
      : ['tells with gaps']),
    ...(isCount(
      flow.map(({ sequence }) => sequence),
      run.told_count,
    )
      ? []
      : ['its flow tells with gaps']),
    ...(ordered && statuses[0] === 'dialing' && statuses.at(-1) === call.status
      ? []
      : [`tells ${statuses.join(', ')}`]),
    ...(own.at(-1)?.type === 'call_hangup' ? [] : [`its last word is ${own.at(-1)?.type}`]),
    ...(run.status === 'ended' ? [] : [`its flow is ${run.status} for ever`]),
    ...moments(call),
  ];
}

/** Whether the numbers run 1, 2, 3 … up to `most`. */
export function isCount(numbers: readonly number[], most: number): boolean {
  return numbers.length === most && numbers.every((each, place) => each === place + 1);
}

function moments(call: Call): string[] {
  if (call.status !== 'hangup') return [];
  const { tm_create, tm_ringing, tm_progressing, tm_hangup } = call;
  const times = [tm_create, tm_ringing, tm_progressing, tm_hangup].filter((at) => at !== null);
  const sorted = times.toSorted((one, other) => one - other);
  return times.join() === sorted.join() ? [] : [`its moments are out of order: ${times.join(' ')}`];
}

function orphans({ call }: Leg, { legs, world }: Evidence): string[] {
  if (call.status !== 'hangup') return [];
  const latest = call.tm_hangup + ORPHAN_MS + downMs(world);
  return call.chained_call_ids.flatMap((id: CallId) => {
    const child = legs.get(id)?.call;
    // One that was never made was refused: nothing waits for it in the outbox.
    if (child === undefined) return [];
    // One that was set free and ended before it could be chained again is nobody's.
    if (child.master_call_id !== call.id && child.master_call_id !== null)
      return [`its chained call ${id} has another master`];
    const end = child.status === 'hangup' ? child.tm_hangup : Infinity;
    return end <= latest
      ? []
      : [`its chained call ${id} outlived it by ${end - call.tm_hangup} ms`];
  });
}
