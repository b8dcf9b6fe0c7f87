import { inspect } from 'node:util';
import type { FileResult } from './run_file.ts';

/** One line for a file that passed; for one that did not, every failure in full. */
export function report(path: string, result: FileResult, verbose: boolean): string {
  const { passed, failures, skips, output, duration_ms } = result;
  const word = failures.length > 0 ? 'FAILED' : 'ok    ';
  const counts = [
    `${String(passed)} passed`,
    ...(failures.length > 0 ? [`${String(failures.length)} failed`] : []),
    ...(skips.length > 0 ? [`${String(skips.length)} skipped`] : []),
  ];
  const head = `${word} ${path} (${counts.join(', ')}, ${String(Math.round(duration_ms))} ms)`;
  const shown = output !== '' && (verbose || failures.length > 0) ? [indent(output)] : [];
  const told = failures.map(({ name, error }) => `\n  ✖ ${name}\n${indent(describe(error))}\n`);
  return [head, ...told, ...shown].join('\n');
}

/** What did not run, by name, so that nobody takes a skip for a pass. */
export function skipReport(results: ReadonlyMap<string, FileResult>): string[] {
  return [...results].flatMap(([path, { skips }]) =>
    skips.map(({ name, reason }) => {
      const because = reason === '' ? '' : ` (${reason})`;
      return `SKIPPED ${path} > ${name}${because}`;
    }),
  );
}

/** `N passed, N failed, N skipped`: the last line of a test run, and all that a machine reads. */
export function countLine(results: Iterable<FileResult>): string {
  let [passed, failed, skipped] = [0, 0, 0];
  for (const result of results) {
    passed += result.passed;
    failed += result.failures.length;
    skipped += result.skips.length;
  }
  return `${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped`;
}

function describe(error: unknown): string {
  const text = typeof error === 'string' ? error : inspect(error);
  return text.replace(/\n\s+at [^\n]*\(?node:internal[^\n]*/g, '');
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '    ');
}
