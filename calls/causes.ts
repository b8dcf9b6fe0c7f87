import type { Ending } from './cause.ts';
import { Q850_ROWS, type Q850Row } from './causes_q850.ts';
import { SIP_ROWS, type SipRow, type SipWhen } from './causes_sip.ts';

/** What had happened on a leg when it ended, as far as its carrier can tell. */
export interface Seen {
  readonly rang: boolean;
  readonly answered?: boolean;
  /** Our own part in it: we hung up a leg not yet answered, or our dial timer ran out. */
  readonly asked?: 'cancel' | 'dialout' | null;
  /** The Q.850 cause of a Reason header (RFC 6432). */
  readonly reason_q850?: number | null;
}

type Verdict = Pick<Ending, 'cause' | 'blames_carrier'>;

const WHEN_OF = { cancel: 'we_cancelled', dialout: 'dial_timer' } as const;
const REJECTED_Q850 = 21;

const sipRows = new Map(SIP_ROWS.map((row) => [sipKey(row.code, row.when), row]));
const q850Rows = new Map(Q850_ROWS.map((row) => [q850Key(row.q850, row.after_ringing), row]));

function sipKey(code: number, when: SipWhen | null): string {
  return `${code}/${when ?? ''}`;
}

function q850Key(q850: number, after_ringing: boolean): string {
  return `${q850}/${after_ringing}`;
}

/** The row of a code in its circumstances; an unknown code counts as x00 (RFC 3261 §8.1.3.2). */
export function sipRow(code: number, seen: Seen): SipRow | null {
  const when = seen.asked ? WHEN_OF[seen.asked] : seen.rang ? 'rang' : null;
  const exact = sipRows.get(sipKey(code, when)) ?? sipRows.get(sipKey(code, null));
  return exact ?? sipRows.get(sipKey(Math.floor(code / 100) * 100, null)) ?? null;
}

/** The row of a cause; an unknown cause is the carrier's failure, like every "unspecified" one. */
export function q850Row(q850: number, rang: boolean): Q850Row | null {
  return (
    (rang ? q850Rows.get(q850Key(q850, true)) : null) ?? q850Rows.get(q850Key(q850, false)) ?? null
  );
}

/**
 * How a leg ended by its final SIP code. In this order: what had been answered ended normally; what
 * we asked for is ours; a Q.850 cause from the network wins over the SIP code, but for cause 21,
 * which the codes that stand for it split into refusals by people and by networks; the SIP code.
 */
export function endingOfSip(code: number, seen: Seen): Ending {
  const row = sipRow(code, seen);
  const { cause, blames_carrier } = verdictOfSip(row, code, seen);
  const detail = row?.code === code ? `${code} ${row.name}` : String(code);
  return { cause, blames_carrier, sip_code: code, q850: seen.reason_q850 ?? null, detail };
}

function verdictOfSip(row: SipRow | null, code: number, seen: Seen): Verdict {
  const ours = verdictOfOurs(seen);
  if (ours !== null) return ours;
  if (code >= 200 && code < 300) return { cause: 'normal', blames_carrier: false };
  const reason = seen.reason_q850 ?? null;
  const splits = reason === REJECTED_Q850 && row?.q850 === REJECTED_Q850;
  const told = reason === null || splits ? null : q850Row(reason, seen.rang);
  return told ?? row ?? { cause: 'failed', blames_carrier: true };
}

/** How a leg ended by a Q.850 cause alone, in the same order. */
export function endingOfQ850(q850: number, seen: Seen): Ending {
  const row = q850Row(q850, seen.rang);
  const { cause, blames_carrier } = verdictOfOurs(seen) ??
    row ?? { cause: 'failed', blames_carrier: true };
  const detail = row === null ? `Q.850 ${q850}` : `Q.850 ${q850} ${row.name}`;
  return { cause, blames_carrier, sip_code: null, q850, detail };
}

function verdictOfOurs(seen: Seen): Verdict | null {
  if (seen.answered) return { cause: 'normal', blames_carrier: false };
  return seen.asked ? { cause: seen.asked, blames_carrier: false } : null;
}
