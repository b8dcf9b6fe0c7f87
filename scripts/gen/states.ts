import { REASONS } from '../../calls/hangup.ts';
import { TABLE } from '../../calls/transition.ts';

const STATUSES = Object.keys(TABLE) as (keyof typeof TABLE)[];

/** docs/states.md: what every status does with every event, printed from the table that does it. */
export function statesMarkdown(): string {
  return [
    '# Statuses of a call',
    '',
    'Printed from `calls/transition.ts` and `calls/hangup.ts` by `npm run gen`. Do not edit.',
    '',
    '```text',
    'dialing ──▶ ringing ──▶ progressing ──▶ terminating ──▶ hangup',
    '   │           │             └──────────────────────────▶ hangup   (the far end hung up)',
    '   ├───────────┴──▶ canceling ──▶ hangup   (we gave up an unanswered outgoing call)',
    '   └──▶ hangup   (busy, no answer, failed on every route …)',
    '```',
    '',
    'A status only ever moves forward, and `hangup` never changes. Each change is told by exactly',
    'one `call_updated`; the last is followed by `call_hangup`.',
    '',
    ...STATUSES.flatMap(statusLines),
    ...reasonLines(),
    '',
  ].join('\n');
}

function statusLines(status: keyof typeof TABLE): string[] {
  const rows = Object.entries(TABLE[status]).map(([event, cell]) => {
    const text = typeof cell === 'function' ? 'acted on' : `ignored: ${cell.ignored_because}`;
    return `| \`${event}\` | ${text} |`;
  });
  return [`## ${status}`, '', '| event | what happens |', '| --- | --- |', ...rows, ''];
}

function reasonLines(): string[] {
  const rows = Object.entries(REASONS).map(
    ([cause, { outgoing, incoming, answered }]) =>
      `| ${cause} | ${outgoing} | ${incoming} | ${answered} |`,
  );
  return [
    '## Hangup reasons',
    '',
    'What the far end’s cause becomes. Where our side asked for the end, the reason is the one it',
    'asked with: `cancel` before the answer, `timeout` at the longest talk, `dialout` at the',
    'longest ring, `amd` for a machine. Only `failed` tries another route, and only before the',
    'answer.',
    '',
    '| cause | outgoing, unanswered | incoming, unanswered | answered |',
    '| --- | --- | --- | --- |',
    ...rows,
  ];
}
