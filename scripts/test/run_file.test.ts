/** The runner itself: whatever a test file does to get away unseen, it is counted. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { countLine, report, skipReport } from './report.ts';
import { runFile, type FileResult } from './run_file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-runner-'));
after(() => {
  rmSync(folder, { recursive: true });
});

const HEAD = `import { describe, it } from 'node:test'; it('ok', () => {});`;

/** Inside another test run Node would take run() for a mistake, and do nothing. */
function runText(
  name: string,
  text: string,
  signal = new AbortController().signal,
): Promise<FileResult> {
  delete process.env['NODE_TEST_CONTEXT'];
  const path = join(folder, `${name}.test.mjs`);
  writeFileSync(path, text);
  return runFile(path, signal);
}

function countsOf({ passed, failures, skips }: FileResult): number[] {
  return [passed, failures.length, skips.length];
}

/** Name, text, and how many tests pass, fail and are skipped. */
const FILES: readonly (readonly [string, string, readonly number[]])[] = [
  ['passes', HEAD, [1, 0, 0]],
  ['fails', `${HEAD} describe('a', () => { it('b', () => { throw 1; }); });`, [1, 1, 0]],
  ['skips', `${HEAD} it('s', { skip: 'NO X' }, () => {}); it('t', { todo: true });`, [1, 0, 2]],
  ['skips a suite', `${HEAD} describe('s', { skip: true }, () => {});`, [1, 0, 1]],
  ['throws while loading', `${HEAD} throw new Error('load');`, [0, 1, 0]],
  ['is no JavaScript', `${HEAD} it(`, [0, 1, 0]],
  ['has no tests', `export {};`, [0, 1, 0]],
  ['exits at once', `${HEAD} process.exit(0);`, [0, 1, 0]],
  ['is killed', `${HEAD} it('x', () => process.kill(process.pid, 'SIGKILL'));`, [0, 1, 0]],
];

describe('the test runner', () => {
  for (const [name, text, counts] of FILES)
    it(`counts a file that ${name}`, async () => {
      assert.deepEqual(countsOf(await runText(name.replaceAll(' ', '_'), text)), counts);
    });

  it('counts a file that exits between its tests', async () => {
    const { failures } = await runText('exits', `${HEAD} it('x', () => process.exit(0));`);
    assert.deepEqual(failures, [
      {
        name: 'the file as a whole',
        error: 'the file ended before its tests did, or has no tests',
      },
    ]);
  });

  it('ends a file that spins, and counts it', async () => {
    const stop = new AbortController();
    const ready = join(folder, 'spinning');
    const text = `import { it } from 'node:test'; import { writeFileSync } from 'node:fs';
      it('spins', () => { writeFileSync(${JSON.stringify(ready)}, ''); for (;;); });`;
    const run = runText('spins', text, stop.signal);
    while (!existsSync(ready)) await pause(5);
    stop.abort();
    assert.deepEqual(countsOf(await run), [0, 1, 0]);
  });

  it('says what failed and what was skipped by name, and counts last', async () => {
    const text = `${HEAD} describe('a', () => { it('b', () => { throw new Error('boom'); }); });
      it('later', { skip: 'NO X' }, () => {});`;
    const result = await runText('told', text);
    assert.match(report('x.test.ts', result, false), /^FAILED x\.test\.ts [^]*✖ a > b\n.*boom/);
    const results = new Map([['x.test.ts', result]]);
    assert.deepEqual(skipReport(results), ['SKIPPED x.test.ts > later (NO X)']);
    assert.equal(countLine(results.values()), '1 passed, 1 failed, 1 skipped');
  });
});
