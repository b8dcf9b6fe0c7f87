import type { CallId, CustomerId, EventId } from '../kernel/brand.ts';
import type { Chance } from '../kernel/clock.ts';
import type { Refusal } from '../kernel/refusal.ts';
import type { CallStatus } from '../calls/call.ts';
import type { FactOf } from '../calls/events.ts';
import type { Scope } from '../store/page.ts';
import type { CallReader, Leg } from '../store/store.ts';
import { decide, type Wish } from './control.ts';
import type { Asking } from './engine.ts';
import type { Loop } from './loop.ts';
import type { Carriers } from './step.ts';

/** What is asked of calls that live, by people: each ask is an event of its own. */
export interface Wishes {
  hangUp(scope: Scope, call_id: CallId): Promise<Leg | null>;
  hangUpAll(customer_id: CustomerId): Promise<number>;
  stopFlow(scope: Scope, activeflow_id: string): Promise<Leg | null>;
  control(asking: Asking, wish: Wish): Promise<Leg | Refusal | null>;
}

export interface WishParts {
  readonly loop: Loop;
  readonly calls: CallReader;
  readonly chance: Chance;
  readonly carriers: Carriers;
}

const LIVE: readonly CallStatus[] = ['dialing', 'ringing', 'progressing'];
const HANG_UP: FactOf = { type: 'hangup_asked', reason: 'normal' };
const PAGE = 100;

export function makeWishes(parts: WishParts): Wishes {
  const { loop, calls, chance } = parts;
  const tell = async (call_id: CallId, fact: FactOf): Promise<Leg | null> => {
    await loop.handle({ call_id, id: `api:${chance.uuid()}` as EventId, fact });
    return loop.leg(call_id);
  };
  const hangUpIn = async (customer_id: CustomerId, status: CallStatus): Promise<number> => {
    let asked = 0;
    let before = null;
    do {
      const page: Awaited<ReturnType<CallReader['list']>> = await calls.list(
        customer_id,
        { status },
        { size: PAGE, before },
      );
      await Promise.all(page.rows.map(({ call }) => tell(call.id, HANG_UP)));
      asked += page.rows.length;
      before = page.next;
    } while (before !== null);
    return asked;
  };
  return {
    control: (asking, wish) => control(parts, asking, wish),
    hangUp: async (scope, call_id) => {
      const leg = await calls.get(scope, call_id);
      return leg === null ? null : tell(call_id, HANG_UP);
    },
    hangUpAll: async (customer_id) => {
      let asked = 0;
      for (const status of LIVE) asked += await hangUpIn(customer_id, status);
      return asked;
    },
    stopFlow: async (scope, activeflow_id) => {
      const leg = await calls.byRun(scope, activeflow_id);
      return leg === null ? null : tell(leg.call.id, { type: 'flow_stop_asked' });
    },
  };
}

async function control(
  { loop, calls, carriers }: WishParts,
  { scope, subject, name }: Asking,
  wish: Wish,
): Promise<Leg | Refusal | null> {
  const leg = await ('call_id' in subject
    ? calls.get(scope, subject.call_id)
    : calls.byRun(scope, subject.activeflow_id));
  if (leg === null) return null;
  const call_id = leg.call.id;
  const id = `api:${name}` as EventId;
  const result = await loop.ask(call_id, id, (now) => decide(now, wish, carriers));
  if (typeof result === 'string') return loop.leg(call_id);
  // Sent again after its answer was lost, a request meets what it did itself.
  const done = (await calls.timeline(call_id)).some((event) => event.id === id);
  return done ? loop.leg(call_id) : result;
}
