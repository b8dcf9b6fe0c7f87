import type { LegRef } from '../../kernel/brand.ts';
import type { LegState } from '../carrier.ts';
import { endingOf } from './endings.ts';

/** What we read of a Call resource. */
export interface CallView {
  readonly sid: string;
  readonly status: string;
  /** Seconds, as text; empty while the call is up. */
  readonly duration: string | null;
}

/** A call as Twilio shows it, in our words. Its resource does not tell the SIP code of its end. */
export function stateOf({ sid, status, duration }: CallView): LegState {
  const leg_ref = sid as LegRef;
  switch (status) {
    case 'queued':
    case 'initiated':
      return { state: 'dialing', leg_ref };
    case 'ringing':
      return { state: 'ringing', leg_ref };
    case 'in-progress':
      return { state: 'answered', leg_ref };
    default: {
      const talk_s = Number(duration ?? 0) || 0;
      const answered = status === 'completed';
      const ending = endingOf({ status, sip_code: null, talk_s, limit_s: null });
      return { state: 'ended', leg_ref, ending, answered, talk_ms: answered ? talk_s * 1_000 : 0 };
    }
  }
}

/** The legs of a list that were made at the moment or later, oldest first. */
export function candidatesIn(
  calls: readonly {
    readonly sid: string;
    readonly dateCreated: Date;
    readonly direction: string;
  }[],
  since_ms: number,
): LegRef[] {
  return calls
    .filter(({ dateCreated, direction }) => {
      return direction === 'outbound-api' && dateCreated.getTime() >= since_ms;
    })
    .toSorted((a, b) => a.dateCreated.getTime() - b.dateCreated.getTime())
    .map(({ sid }) => sid as LegRef);
}
