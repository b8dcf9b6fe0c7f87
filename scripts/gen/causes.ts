import { Q850_ROWS } from '../../calls/causes_q850.ts';
import { SIP_ROWS, type SipRow } from '../../calls/causes_sip.ts';
import { REASONS } from '../../calls/hangup.ts';
import type { Cause } from '../../calls/cause.ts';

const CIRCUMSTANCE: Record<NonNullable<SipRow['when']>, string> = {
  rang: ' once it rang',
  we_cancelled: ' after we cancelled',
  dial_timer: ' after our dial timer',
};

const INTRODUCTION = `# Why calls end

Carriers say why a leg ended in SIP codes, Q.850 causes or words of their own. Tandem translates all
of them into one set of causes, and from the cause follows the \`hangup_reason\` the customer sees and
whether another route is tried. What counts, in this order:

1. A leg that had been answered ended normally, whatever the code.
2. A leg we cancelled is \`cancel\`; a leg our dial timer ended is \`dialout\`.
3. A Q.850 cause given by the network (a Reason header, RFC 6432) wins over the SIP code. Cause 21 is
   the exception: the SIP codes that stand for it tell a person's refusal from a network's.
4. The SIP code. One that is not listed counts as the x00 of its class (RFC 3261 §8.1.3.2).
5. An error of the carrier's API is a failure only if the leg was certainly not placed; otherwise the
   carrier is asked first.

"Blames the carrier" says whether the end counts against the carrier's health. Only \`failed\` is
tried on another route.`;

/** docs/causes.md, printed from the very tables that decide. */
export function causesMarkdown(): string {
  return [INTRODUCTION, '## SIP codes', sipTable(), '## Q.850 causes', q850Table(), ''].join(
    '\n\n',
  );
}

function sipTable(): string {
  const head = ['SIP', 'Q.850', 'cause', 'hangup_reason', 'other route', 'blames carrier', 'note'];
  return table(
    head,
    SIP_ROWS.map((row) => [
      `${row.code} ${row.name}${row.when === null ? '' : CIRCUMSTANCE[row.when]}`,
      row.q850 === null ? '–' : String(row.q850),
      ...consequences(row.cause, row.blames_carrier),
      row.note,
    ]),
  );
}

function q850Table(): string {
  const head = ['Q.850', 'cause', 'hangup_reason', 'other route', 'blames carrier'];
  return table(
    head,
    Q850_ROWS.map((row) => [
      `${row.q850} ${row.name}${row.after_ringing ? CIRCUMSTANCE.rang : ''}`,
      ...consequences(row.cause, row.blames_carrier),
    ]),
  );
}

function consequences(cause: Cause, blames_carrier: boolean): string[] {
  const reason = REASONS[cause].outgoing;
  const yesNo = (yes: boolean) => (yes ? 'yes' : 'no');
  return [cause, reason, yesNo(reason === 'failed'), yesNo(blames_carrier)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
