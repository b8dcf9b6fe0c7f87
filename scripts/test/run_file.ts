import { run } from 'node:test';
import type { EventData } from 'node:test';

export interface Failure {
  readonly name: string;
  readonly error: unknown;
}

export interface Skip {
  readonly name: string;
  readonly reason: string;
}

/** What one file did. Counts tests, not suites or files. */
export interface FileResult {
  readonly passed: number;
  readonly failures: readonly Failure[];
  readonly skips: readonly Skip[];
  /** Everything the file printed. */
  readonly output: string;
  readonly duration_ms: number;
}

const WHOLE_FILE = 'the file as a whole';

type Verdict = EventData.TestPass | EventData.TestFail;

/** Builds a result from the events of one file, in the order Node reports them. */
class Tally {
  passed = 0;
  readonly failures: Failure[] = [];
  readonly skips: Skip[] = [];
  output = '';
  /** The child reports its own summary only when it lived to the end of its tests. */
  has_ended = false;
  readonly #file: string;
  readonly #trail: string[] = [];
  /** What the child was doing when it was last heard of; reports come later than that. */
  readonly #doing: string[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  begin({ name, nesting }: EventData.TestDequeue): void {
    this.#doing.splice(nesting, Infinity, name);
  }

  enter({ name, nesting }: EventData.TestStart): void {
    this.#trail.splice(nesting, Infinity, name);
  }

  pass(verdict: EventData.TestPass): void {
    if (this.#isFile(verdict)) return;
    if (this.#noteSkip(verdict)) return;
    if (verdict.details.type !== 'suite') this.passed += 1;
  }

  fail(verdict: EventData.TestFail): void {
    if (this.#noteSkip(verdict)) return;
    const { error, type } = verdict.details;
    // A suite that fails through its tests is told by them; one whose hook failed is not.
    if (type === 'suite' && 'failureType' in error && error.failureType === 'subtestsFailed')
      return;
    const told = this.#isFile(verdict) ? this.#endingOf(error) : (error.cause ?? error);
    this.failures.push({ name: this.#nameOf(verdict), error: told });
  }

  /** Node lets a file pass that ends before its tests do, or that has none. */
  close(): void {
    if (this.has_ended || this.failures.length > 0) return;
    const error = 'the file ended before its tests did, or has no tests';
    this.failures.push({ name: WHOLE_FILE, error });
  }

  /** How the process of a file ended, from what Node notes on its error. */
  #endingOf(error: object): string {
    if ('failureType' in error && error.failureType === 'testAborted') {
      const doing = this.#doing.filter((name) => name !== this.#file).join(' > ');
      return `it was still running when its time was up, or the run was stopped; last at: ${doing}`;
    }
    const code = 'exitCode' in error ? String(error.exitCode) : 'unknown';
    const signal = 'signal' in error ? String(error.signal) : 'none';
    return `it ended with exit code ${code}, signal ${signal}`;
  }

  #noteSkip(verdict: Verdict): boolean {
    const { skip, todo } = verdict;
    if (skip === undefined && todo === undefined) return false;
    const reason = typeof skip === 'string' ? skip : typeof todo === 'string' ? todo : '';
    this.skips.push({ name: this.#nameOf(verdict), reason });
    return true;
  }

  #isFile({ name, nesting }: Verdict): boolean {
    return nesting === 0 && name === this.#file;
  }

  #nameOf(verdict: Verdict): string {
    if (this.#isFile(verdict)) return WHOLE_FILE;
    return [...this.#trail.slice(0, verdict.nesting), verdict.name].join(' > ');
  }
}

/** Runs one test file in a process of its own, which `signal` ends, however busy it is. */
export function runFile(path: string, signal: AbortSignal): Promise<FileResult> {
  const begun = performance.now();
  const tally = new Tally(path);
  return new Promise((resolve, reject) => {
    run({ files: [path], isolation: 'process', concurrency: false, signal })
      .on('test:dequeue', (event) => {
        tally.begin(event);
      })
      .on('test:start', (event) => {
        tally.enter(event);
      })
      .on('test:pass', (event) => {
        tally.pass(event);
      })
      .on('test:fail', (event) => {
        tally.fail(event);
      })
      .on('test:stdout', ({ message }) => (tally.output += message))
      .on('test:stderr', ({ message }) => (tally.output += message))
      .on('test:summary', ({ file }) => (tally.has_ended ||= file !== undefined))
      .on('error', reject)
      .on('end', () => {
        tally.close();
        resolve(resultOf(tally, performance.now() - begun));
      })
      .resume();
  });
}

function resultOf(tally: Tally, duration_ms: number): FileResult {
  const { passed, failures, skips, output } = tally;
  return { passed, failures, skips, output, duration_ms };
}
