import { FINDINGS } from '../../flows/check/finding.ts';

/** docs/findings.md: everything the check of a flow can say, printed from its registry. */
export function findingsMarkdown(): string {
  const rows = Object.entries(FINDINGS).map(
    ([code, { severity, says, advice }]) =>
      `| <a id="${code}"></a>\`${code}\` | ${severity.join(', ')} | ${says} | ${advice} |`,
  );
  return [
    '# Findings',
    '',
    'What the check of a flow can say. Errors refuse the flow, wherever one is taken. Warnings are',
    'answered beside what was asked for (`warnings`); `POST /v1/flows/validate` also tells what is',
    'merely worth knowing. Printed from flows/check/finding.ts; do not edit.',
    '',
    '| code | severity | what it says | what follows |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
