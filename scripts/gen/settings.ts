import { SETTINGS } from '../../config.ts';

/** docs/settings.md: every setting, printed from the list the start reads. */
export function settingsMarkdown(): string {
  const rows = Object.values(SETTINGS).map(
    ({ name, wants, preset, about }) => `| \`${name}\` | ${shown(preset)} | ${wants} | ${about} |`,
  );
  return [
    '# Settings',
    '',
    'Printed from `config.ts` by `npm run gen`. Do not edit. All come from the environment and are',
    'checked at start: one that cannot be used stops the start with one line that names it.',
    '',
    '| name | when not set | may be | what it does |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function shown(preset: string | null): string {
  return preset === null || preset === '' ? '–' : `\`${preset}\``;
}
