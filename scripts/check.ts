/**
 * `npm run check`: everything that needs no servers, before every commit. Exit code 1 when any part
 * fails; what a part says is shown once it has ended.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
/** The parts compute and hardly wait: more at once than two would only slow each other down. */
const AT_ONCE = 2;

/** What a part learned of files that have not changed since. */
const CACHE = 'node_modules/.cache/tandem-check';

interface Part {
  readonly name: string;
  /** A program of ours or of a package, run on this Node. */
  readonly script: string;
  readonly args: readonly string[];
}

interface Outcome {
  readonly part: Part;
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/** The longest first, so that the short ones fill the gaps. */
const PARTS: readonly Part[] = [
  { name: 'lint', script: 'node_modules/eslint/bin/eslint.js', args: ['.'] },
  { name: 'unit tests and tidy', script: 'scripts/test.ts', args: ['--unit'] },
  {
    name: 'types',
    script: 'node_modules/typescript/bin/tsc',
    args: ['-p', '.', '--incremental', '--tsBuildInfoFile', `${CACHE}/tsc.json`],
  },
  {
    name: 'format',
    script: 'node_modules/prettier/bin/prettier.cjs',
    args: [
      '--check',
      '--log-level',
      'warn',
      '--cache',
      '--cache-location',
      `${CACHE}/prettier`,
      '.',
    ],
  },
  { name: 'generated files', script: 'scripts/gen.ts', args: ['--check'] },
];

const begun = performance.now();
const waiting = PARTS.filter(({ script }) => existsSync(join(ROOT, script)));
const failed: string[] = [];
await Promise.all(Array.from({ length: AT_ONCE }, lane));
console.log(`\n${verdict()} after ${secondsSince(begun).toFixed(1)} s`);
process.exit(failed.length > 0 ? 1 : 0);

async function lane(): Promise<void> {
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    const outcome = await run(part);
    if (outcome.code !== 0) failed.push(part.name);
    show(outcome);
  }
}

function run(part: Part): Promise<Outcome> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(ROOT, part.script), ...part.args], { cwd: ROOT });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ part, code: code ?? 1, output, seconds: secondsSince(started) });
    });
  });
}

function show({ part, code, output, seconds }: Outcome): void {
  const word = code === 0 ? 'ok' : 'FAILED';
  console.log(`\n== ${part.name}: ${word} (${seconds.toFixed(1)} s)`);
  if (output.trim() !== '') console.log(output.trimEnd());
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}

function verdict(): string {
  return failed.length === 0 ? 'check passed' : `check FAILED (${failed.join(', ')})`;
}
