import type { LegRef } from '../../kernel/brand.ts';
import type { LegState } from '../carrier.ts';
import { endingOf, OVER } from './endings.ts';

/** What we read of a Call resource. */
export interface CallView {
  readonly uuid?: string;
  readonly status?: string;
  /** Seconds, as text; empty while the call is up. */
  readonly duration?: unknown;
}

/** A call as Vonage shows it, in our words. Its resource tells no code and no detail of its end. */
export function stateOf({ uuid = '', status = '', duration }: CallView): LegState {
  const leg_ref = uuid as LegRef;
  if (OVER.includes(status)) {
    const talk_s = Number(duration ?? 0) || 0;
    const answered = status === 'completed';
    const ending = endingOf({ status, detail: null, sip_code: null, talk_s, limit_s: null });
    return { state: 'ended', leg_ref, ending, answered, talk_ms: answered ? talk_s * 1_000 : 0 };
  }
  if (status === 'started') return { state: 'dialing', leg_ref };
  return { state: status === 'ringing' ? 'ringing' : 'answered', leg_ref };
}
