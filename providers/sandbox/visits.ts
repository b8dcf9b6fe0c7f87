import type { AttemptId, CallId, Instant, LegRef } from '../../kernel/brand.ts';
import { NULL_ID } from '../../kernel/brand.ts';
import { attemptOfLeg } from '../../calls/attempts.ts';
import type { SandboxFault } from '../../calls/call.ts';
import type { Cause } from '../../calls/cause.ts';
import type { SandboxLeg } from '../../store/sandbox_log.ts';
import type { ProviderAccount } from '../carrier.ts';
import type { Verdict } from './door.ts';
import { type NetworkLeg, NO_SOUND, type Peer, plan, type Stash, unplan } from './leg.ts';
import type { Visitor } from './leg.ts';
import { blankRow } from './legs.ts';
import { digitSteps, drawnFault } from './script.ts';
import type { Voice } from './voice.ts';

/** Somebody calls a number of an account. */
export interface Visit {
  /** The network's name for the leg. The same name is the same call. */
  readonly leg_ref: LegRef;
  readonly visitor: Visitor;
  /** How long they let it ring, in ms. */
  readonly patience_ms: number;
  readonly voice: Voice;
  /** How its notices get lost; null: as the account's configuration says. */
  readonly fault: SandboxFault | null;
  readonly mos: number | null;
  readonly peer: Peer | null;
}

/** No call talks for longer on this network. */
const TALK_MS_MAX = 4 * 3_600_000;
const GAVE_UP = { sip_code: 487, q850: null, by: 'far_end' } as const;
/** What callers hear when they are turned down before the answer. */
const CODES: Partial<Record<Cause, number>> = { busy: 486, noanswer: 480, failed: 503 };
const DECLINED = 603;

/** The row of a leg that comes in now. */
export function visitRow(account: ProviderAccount, visit: Visit, now: Instant): SandboxLeg {
  const { leg_ref, visitor, patience_ms, voice, mos, peer } = visit;
  const attempt_id = attemptOfLeg(account.provider_id, leg_ref);
  const stash: Stash = {
    fault: visit.fault ?? drawnFault(attempt_id, account.config),
    items: [
      { at: now, what: 'incoming' },
      { at: (now + patience_ms) as Instant, what: 'ended', ...GAVE_UP },
    ],
    room_id: null,
    ended_by: null,
    q850: null,
    ...{ visitor, peer, mos },
    ...NO_SOUND,
    voice,
  };
  return {
    ...blankRow(account, stash, now),
    ...{ leg_ref, attempt_id },
    call_id: NULL_ID as CallId,
    customer_id: null,
    source: visitor.told.from === '' ? 'anonymous' : visitor.told.from,
    destination: visitor.told.to,
  };
}

/** We take the call: its caller hears it ring, unless it was answered before we said so. */
export function admit(leg: NetworkLeg, now: Instant): void {
  if (leg.row.tm_answer === null) plan(leg, { at: now, what: 'ringing' });
}

/** We do not: nothing more happens on it, and nobody tells us of its end. */
export function turnDown(
  leg: NetworkLeg,
  { sip_code, q850 }: Extract<Verdict, { taken: false }>,
  now: Instant,
): void {
  unplan(leg, () => true);
  leg.row.tm_end ??= now;
  leg.row.final_code ??= sip_code;
  leg.ended_by ??= 'caller';
  leg.q850 ??= q850;
}

/** Our side answers: the caller talks, presses keys, and hangs up when it has talked enough. */
export function pickUp(leg: NetworkLeg, now: Instant): void {
  const { visitor } = leg;
  if (visitor === null || leg.row.tm_answer !== null) return;
  const { talk_ms, dtmf } = visitor;
  unplan(leg, ({ what }) => what === 'ended' || what === 'ringing');
  plan(leg, { at: now, what: 'answered', party: 'human' });
  const end = (now + Math.min(talk_ms ?? Infinity, TALK_MS_MAX)) as Instant;
  for (const { at_ms, ...step } of digitSteps(dtmf, 0))
    if (now + at_ms < end) plan(leg, { ...step, at: (now + at_ms) as Instant });
  const by = talk_ms === null || talk_ms > TALK_MS_MAX ? 'talk_timer' : 'far_end';
  plan(leg, { at: end, what: 'ended', sip_code: 200, q850: null, by });
}

/** The code a leg ends with when our side hangs it up. */
export function codeOfHangUp({ row, visitor }: NetworkLeg, cause: Cause | undefined): number {
  if (row.tm_answer !== null) return 200;
  if (visitor === null) return 487;
  return CODES[cause ?? 'rejected'] ?? DECLINED;
}

/** The network's name for the far side of a call that stays on it. */
export function farSideOf(attempt_id: AttemptId): LegRef {
  return `sbx-in-${attempt_id}` as LegRef;
}
