import { NO_TIMERS, currentAttempt } from '../../calls/call.ts';
import type { Attempt, Call } from '../../calls/call.ts';
import { publicCall } from '../../calls/public.ts';
import { after } from '../../kernel/instant.ts';
import type { DeliveryRow, EventRow } from '../../store/journal.ts';
import type { Leg, Store, Unit } from '../../store/store.ts';
import {
  attemptOf,
  chargeOf,
  deliveryOf,
  eventOf,
  id,
  moved,
  newLeg,
  orderOf,
  sandboxLeg,
  unitOf,
} from '../../tests/conformance/store_rows.ts';
import type { Owner } from '../../tests/conformance/store_rows.ts';

/** Units a call is committed in, and everything else the store does for it. */
export const UNITS_PER_CALL = 5;

const ENDING = {
  cause: 'normal',
  sip_code: null,
  q850: 16,
  detail: 'far end hung up',
  blames_carrier: false,
} as const;
const DELIVERED = { status: 'delivered', next_at: null } as const;

type Take = (leg: Leg, patch: Partial<Unit>, told?: number) => Promise<void>;

interface Step {
  readonly leg: Leg;
  readonly patch: Partial<Unit>;
  /** How many notices it tells. */
  readonly told: number;
  readonly settled: Promise<void>[];
}

/** One call from its request to its charge, with every write the engine makes for it. */
export async function liveCall(store: Store, whose: Owner): Promise<void> {
  const settled: Promise<void>[] = [];
  const take = (leg: Leg, patch: Partial<Unit>, told = 0): Promise<void> =>
    commit(store, { leg, patch, told, settled });
  const { leg, dial, attempt } = await place(take, whose);
  const wire = await store.sandbox.dial(
    sandboxLeg({ attempt_id: attempt.id, call_id: leg.call.id, customer_id: whose.customer_id }),
  );
  const accepted = withAttempt(leg, { status: 'accepted', leg_ref: wire.leg_ref as never });
  await take(accepted, { done: [dial.id] });
  const tm_ringing = leg.call.tm_create;
  await store.sandbox.save([{ ...wire, tm_ringing }]);
  const ringing = withAttempt(moved(accepted, { status: 'ringing', tm_ringing }), { tm_ringing });
  await take(step(ringing, accepted), {}, 1);
  const tm_progressing = tm_ringing;
  await store.sandbox.save([{ ...wire, tm_ringing, tm_answer: tm_progressing }]);
  const answer = { status: 'progressing', tm_progressing };
  const talking = withAttempt(moved(ringing, answer), { tm_answer: tm_progressing });
  const run = { ...talking.run, status: 'running', executed_count: 1 } as const;
  const say = orderOf(talking);
  await take({ ...step(talking, ringing), run }, { orders: [say] }, 1);
  await store.legs.performed(leg.call.id, [say.id]);
  await store.sandbox.save([{ ...wire, tm_end: tm_ringing, final_code: 200, next_at: null }]);
  await end(take, { ...talking, run, version: 4 });
  await Promise.all(settled);
}

async function place(
  take: Take,
  whose: Owner,
): Promise<{ readonly leg: Leg; readonly dial: ReturnType<typeof orderOf>; attempt: Attempt }> {
  const now = Date.now() - 1_790_000_000_000;
  const fresh = newLeg(whose, now);
  const attempt = attemptOf(fresh.call);
  // plain names: one letter beyond Latin-1 doubles the size of every text it is part of
  const source = { ...fresh.call.source, name: 'Alice' };
  const destination = { ...fresh.call.destination, name: 'Bob' };
  const call = { ...fresh.call, source, destination, attempts: [attempt] };
  const leg: Leg = { ...fresh, call };
  const dial = orderOf(leg, { order: { do: 'leg_dial', attempt_id: attempt.id } });
  const hold = { account_id: whose.account_id, amount: leg.call.hold_micros };
  await take(leg, { orders: [dial], hold }, 2);
  return { leg, dial, attempt };
}

async function end(take: Take, leg: Leg): Promise<void> {
  const tm_hangup = after(leg.call.tm_update, 10);
  const over = { status: 'hangup', hangup_by: 'remote', hangup_reason: 'normal', tm_hangup };
  const call = { ...leg.call, ...over, timers: NO_TIMERS, told_count: 5 } as Call;
  const run = { ...leg.run, status: 'ended', frames: [], ended_because: 'call_ended' } as const;
  const last = withAttempt({ call, run, version: 5 }, { status: 'ended', ending: ENDING });
  await take(last, { charge: chargeOf(last, 4000) }, 2);
}

/** The next leg, under the version after that of `before`. */
function step(leg: Leg, before: Leg): Leg {
  return { ...leg, version: before.version + 1 };
}

function withAttempt(leg: Leg, patch: Partial<Attempt>): Leg {
  const attempts = leg.call.attempts.map((attempt) => ({ ...attempt, ...patch }));
  const version = leg.version === 1 && patch.status === 'accepted' ? 2 : leg.version;
  return { ...leg, version, call: { ...leg.call, attempts, check_count: 0 } };
}

/** Commits a step with the notices it tells, then delivers those. */
async function commit(store: Store, { leg, patch, told, settled }: Step): Promise<void> {
  const data = publicCall(leg.call, { action: null, amount_micros: null });
  const [notice] = eventOf(leg).notices;
  const notices = Array.from({ length: told }, () => ({ ...notice, id: id(), data }));
  const fact = { attempt_id: id(), leg_ref: `SB${leg.call.id}` };
  const event = eventOf(leg, { fact, notices: notices as unknown as EventRow['notices'] });
  const deliveries = notices.map(({ id: notice_id }) =>
    deliveryOf(event, { notice_id, id: id(Date.now() - 1_790_000_000_000) }),
  );
  const current = currentAttempt(leg.call);
  const { id: call_id, customer_id, candidates } = leg.call;
  const provider_id = candidates[0]?.provider_id ?? id();
  const attempts =
    current === null ? [] : [{ call_id, customer_id, provider_id, attempt: current }];
  const result = await store.legs.commit(unitOf(leg, { event, deliveries, attempts, ...patch }));
  if (result !== 'committed') throw new Error(`${result}: version ${leg.version}`);
  settled.push(settle(store, deliveries));
}

async function settle(store: Store, deliveries: readonly DeliveryRow[]): Promise<void> {
  const at = Date.now() as EventRow['at'];
  const tried = { at, trigger: 'first', status_code: 204, duration_ms: 3, error: null } as const;
  for (const row of deliveries)
    await store.deliveries.settle([{ ...row, ...DELIVERED, tries: [{ ...tried, response: '' }] }]);
}
