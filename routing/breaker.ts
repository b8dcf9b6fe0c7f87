import type { Instant } from '../kernel/brand.ts';
import { after } from '../kernel/instant.ts';

/** So many blamed tries of a ten-second slot. */
interface Slot {
  readonly from: Instant;
  readonly tries: number;
  readonly blamed: number;
}

/**
 * Whether a carrier is worth trying. closed: yes · open: not before `until`, if anything else is
 * left · probing: one call at a time, until some were delivered.
 */
export type Breaker =
  | {
      readonly state: 'closed';
      readonly blamed_in_a_row: number;
      /** The last minute, oldest first. */
      readonly slots: readonly Slot[];
      /** How often it opened since it last proved itself; each time for longer. */
      readonly openings: number;
      readonly tm_closed: Instant;
    }
  | {
      readonly state: 'open';
      readonly until: Instant;
      readonly openings: number;
      /** Our account there is at fault: a call more cannot help. */
      readonly barred: boolean;
    }
  | {
      readonly state: 'probing';
      readonly openings: number;
      readonly delivered: number;
      /** When the probe under way is given up; null: none is. */
      readonly probe_until: Instant | null;
    };

/** What a breaker is told. */
export type BreakerEvent =
  | { readonly type: 'tried' | 'delivered' | 'passed'; readonly at: Instant }
  | {
      readonly type: 'blamed';
      readonly at: Instant;
      /** The carrier asked to be left alone for so long. */
      readonly retry_after_ms?: number;
      /** It refused us, not the call: 401, 402 or 407. */
      readonly account?: boolean;
    };

const ROW_MAX = 5;
const TRIES_MIN = 10;
const BLAMED_MAX = 0.5;
const SHED_FROM = 0.2;
const SLOT_MS = 10_000;
const WINDOW_MS = 60_000;
const OPEN_MS = 30_000;
const OPEN_MS_MAX = 600_000;
const DELIVERIES_TO_CLOSE = 3;
/** A probe whose end nobody told is no longer waited for. */
const PROBE_MS = 120_000;
/** After so long without opening it begins with a short break again. */
const PROVEN_MS = 1_800_000;

export function newBreaker(at: Instant): Breaker {
  return closedAt(at, 0);
}

function closedAt(at: Instant, openings: number): Closed {
  return { state: 'closed', blamed_in_a_row: 0, slots: [], openings, tm_closed: at };
}

/** A break ends by itself. */
function breakerAt(breaker: Breaker, at: Instant): Breaker {
  if (breaker.state !== 'open' || at < breaker.until) return breaker;
  return { state: 'probing', openings: breaker.openings, delivered: 0, probe_until: null };
}

/** A breaker as routing sees it at an instant: all that the place of its carrier depends on. */
export type Circuit =
  /** `shed`: the share of calls to keep from it. */
  | { readonly state: 'closed'; readonly shed: number }
  | { readonly state: 'open'; readonly barred: boolean }
  /** `ready`: a call may be risked on it just now. */
  | { readonly state: 'probing'; readonly ready: boolean };

export function circuitAt(breaker: Breaker, at: Instant): Circuit {
  const now = breakerAt(breaker, at);
  switch (now.state) {
    case 'closed':
      return { state: 'closed', shed: shedShare(now, at) };
    case 'open':
      return { state: 'open', barred: now.barred };
    case 'probing':
      return { state: 'probing', ready: now.probe_until === null || at >= now.probe_until };
  }
}

/** The next breaker. `passed` is a try that says nothing of the carrier. */
export function withEvent(breaker: Breaker, event: BreakerEvent): Breaker {
  const now = breakerAt(breaker, event.at);
  switch (now.state) {
    case 'closed':
      return whileClosed(now, event);
    case 'open':
      // A last resort that delivers shows that the break was too long.
      return event.type === 'delivered'
        ? { ...PROBING, openings: now.openings, delivered: 1 }
        : now;
    case 'probing':
      return whileProbing(now, event);
  }
}

const PROBING = { state: 'probing', delivered: 0, probe_until: null } as const;

type Closed = Extract<Breaker, { state: 'closed' }>;
type Probing = Extract<Breaker, { state: 'probing' }>;

function whileClosed(now: Closed, event: BreakerEvent): Breaker {
  if (event.type === 'tried' || event.type === 'passed') return now;
  const blamed = event.type === 'blamed';
  const slots = slotted(now.slots, blamed, event.at);
  const blamed_in_a_row = blamed ? now.blamed_in_a_row + 1 : 0;
  const openings = event.at - now.tm_closed >= PROVEN_MS ? 0 : now.openings;
  const { tries, share } = blameOf(slots, event.at);
  const bad = blamed_in_a_row >= ROW_MAX || (tries >= TRIES_MIN && share >= BLAMED_MAX);
  if (event.type === 'blamed' && (bad || event.account === true)) return opened(openings, event);
  return { ...now, slots, blamed_in_a_row };
}

function whileProbing(now: Probing, event: BreakerEvent): Breaker {
  switch (event.type) {
    case 'tried':
      return { ...now, probe_until: after(event.at, PROBE_MS) };
    case 'passed':
      return { ...now, probe_until: null };
    case 'blamed':
      return opened(now.openings, event);
    case 'delivered': {
      const delivered = now.delivered + 1;
      if (delivered < DELIVERIES_TO_CLOSE) return { ...now, delivered, probe_until: null };
      return closedAt(event.at, now.openings);
    }
  }
}

/** Twice as long each time, at most ten minutes; longer only where the carrier asks for it. */
function opened(openings: number, event: Extract<BreakerEvent, { type: 'blamed' }>): Breaker {
  const own_ms = Math.min(OPEN_MS * 2 ** openings, OPEN_MS_MAX);
  const asked_ms = Math.min(event.retry_after_ms ?? 0, OPEN_MS_MAX * 6);
  return {
    state: 'open',
    until: after(event.at, Math.max(own_ms, asked_ms)),
    openings: openings + 1,
    barred: event.account === true,
  };
}

function slotted(slots: readonly Slot[], blamed: boolean, at: Instant): readonly Slot[] {
  const kept = slots.filter(({ from }) => from > at - WINDOW_MS);
  const last = kept.at(-1);
  if (last === undefined || at >= last.from + SLOT_MS)
    return [...kept, { from: at, tries: 1, blamed: Number(blamed) }];
  const more = { ...last, tries: last.tries + 1, blamed: last.blamed + Number(blamed) };
  return [...kept.slice(0, -1), more];
}

function blameOf(slots: readonly Slot[], at: Instant): { tries: number; share: number } {
  let [tries, blamed] = [0, 0];
  for (const slot of slots) {
    if (slot.from <= at - WINDOW_MS) continue;
    tries += slot.tries;
    blamed += slot.blamed;
  }
  return { tries, share: tries === 0 ? 0 : blamed / tries };
}

/**
 * The share of calls to keep from a carrier that fails some of them: none below 20 %, and all but a
 * few as its failures come near the half at which it is left alone.
 */
function shedShare({ slots }: Closed, at: Instant): number {
  const { tries, share } = blameOf(slots, at);
  if (tries < TRIES_MIN) return 0;
  return Math.min(1, Math.max(0, (share - SHED_FROM) / (BLAMED_MAX - SHED_FROM)));
}
