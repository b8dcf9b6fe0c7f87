/**
 * Prints the files that follow from others: registries, types, the contract's folded parts, pages.
 * With --check it changes nothing and fails when one of them is stale.
 */
import { readFileSync } from 'node:fs';
import { type Artefact, formatted, isStale, write } from './gen/artefact.ts';
import { causesMarkdown } from './gen/causes.ts';
import { derived, errorsPage, folded } from './gen/contract.ts';
import { findingsMarkdown } from './gen/findings.ts';
import { incomingMarkdown } from './gen/incoming.ts';
import { sandboxMarkdown } from './gen/sandbox.ts';
import { settingsMarkdown } from './gen/settings.ts';
import { statesMarkdown } from './gen/states.ts';
import { registry, verbPages, verbs } from './gen/verbs.ts';

const CONTRACT = 'openapi.yaml';

/** All generated files as they should be. The contract comes first: others follow from it. */
async function artefacts(): Promise<Artefact[]> {
  const found = verbs();
  const contract = await formatted({
    path: CONTRACT,
    text: folded(readFileSync(CONTRACT, 'utf8'), found),
  });
  const others = [
    registry(found),
    ...(await derived(contract.text)),
    errorsPage(),
    ...verbPages(found),
    { path: 'docs/causes.md', text: causesMarkdown() },
    { path: 'docs/findings.md', text: findingsMarkdown() },
    { path: 'docs/incoming.md', text: incomingMarkdown() },
    { path: 'docs/states.md', text: statesMarkdown() },
    { path: 'docs/sandbox.md', text: sandboxMarkdown() },
    { path: 'docs/settings.md', text: settingsMarkdown() },
  ];
  return [contract, ...(await Promise.all(others.map(formatted)))];
}

const stale = (await artefacts()).filter(isStale);
if (process.argv.includes('--check')) {
  for (const { path } of stale) console.error(`${path} is stale: run npm run gen`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  stale.forEach(write);
  console.log(stale.length === 0 ? 'nothing to do' : stale.map(({ path }) => path).join('\n'));
}
