/**
 * `npm run vectors -- FILE.json…` holds every claim of vector files against the product's own
 * functions. Each mismatch is shown; the last line is `N passed, M failed`, the exit code 1 when
 * anything failed or could not be read.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseJson } from '../kernel/foreign.ts';
import type { Failure, Outcome } from './vectors/run.ts';
import { runVectors } from './vectors/run.ts';

const paths = process.argv.slice(2);
const outcomes = await Promise.all(paths.map(runFile));
for (const { failures } of outcomes) for (const failure of failures) console.log(linesOf(failure));
if (paths.length === 0) console.log('usage: npm run vectors -- FILE.json…');
const failed = outcomes.reduce((sum, { failures }) => sum + failures.length, 0);
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || paths.length === 0) process.exitCode = 1;

/** npm runs us in the folder of the project, and says where it was called. */
async function runFile(path: string): Promise<Outcome> {
  const from = process.env['INIT_CWD'] ?? process.cwd();
  const text = await readFile(resolve(from, path), 'utf8').catch((error: unknown) => String(error));
  const parsed = parseJson(text.replace(/^\uFEFF/, ''));
  if (parsed.ok) return runVectors(parsed.value);
  const got = text.startsWith('Error:') ? text : 'not JSON';
  const differences = [{ path: '', expected: 'a JSON file', got }];
  return { passed: 0, failures: [{ group: path, id: '-', differences }] };
}

function linesOf({ group, id, differences }: Failure): string {
  const rows = differences.map(
    ({ path, expected, got }) => `  ${path || '(all)'}: expected ${expected}, got ${got}`,
  );
  return [`${group} ${id}`, ...rows].join('\n');
}
