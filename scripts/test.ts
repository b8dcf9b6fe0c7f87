/**
 * `npm test [-- FILTER…]` runs every test, `npm run test:unit` those that need no servers. The last
 * line of stdout is always `N passed, N failed, N skipped`.
 */
import { constants } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startServices, type Services } from './services.ts';
import { collect } from './test/collect.ts';
import { countLine, report, skipReport } from './test/report.ts';
import { runFile, type FileResult } from './test/run_file.ts';

/** Test files mostly wait for their own servers, so two share even a small machine well. */
const LANES = 2;
/** Far more than the slowest file needs: whatever runs longer is stuck. */
const FILE_TIMEOUT_MS = 10 * 60_000;
const ROOT = join(import.meta.dirname, '..');

interface Options {
  readonly unit: boolean;
  readonly timeout_ms: number;
  readonly filters: readonly string[];
}

const results = new Map<string, FileResult>();
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stopping.abort();
    process.exitCode = 128 + constants.signals[signal];
  });
}
// Inside another test run, Node would take run() for a mistake and do nothing.
delete process.env['NODE_TEST_CONTEXT'];

const options = optionsFrom(process.argv.slice(2));
const files = collect(ROOT, options);
let services: Services | null = null;
try {
  if (!options.unit && files.length > 0) services = await missingServices();
  await runAll(files, options);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await services?.stop();
}
conclude();

function optionsFrom(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { unit: { type: 'boolean' }, timeout: { type: 'string' } },
  });
  const timeout_ms = values.timeout === undefined ? FILE_TIMEOUT_MS : Number(values.timeout) * 1000;
  return { unit: values.unit ?? false, timeout_ms, filters: positionals };
}

/** Whoever sets TEST_MYSQL or TEST_REDIS brings that server along. */
function missingServices(): Promise<Services> {
  return startServices({
    mariadb: process.env['TEST_MYSQL'] === undefined,
    redis: process.env['TEST_REDIS'] === undefined,
    espeak: true,
  });
}

async function runAll(paths: readonly string[], { timeout_ms, filters }: Options): Promise<void> {
  const waiting = [...paths];
  const lane = async (): Promise<void> => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      if (stopping.signal.aborted) return;
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(timeout_ms)]);
      const result = await runFile(join(ROOT, path), signal);
      results.set(path, result);
      console.log(report(path, result, filters.length > 0));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

function conclude(): void {
  for (const line of skipReport(results)) console.log(line);
  const failed = [...results.values()].some(({ failures }) => failures.length > 0);
  const ran = [...results.values()].some(({ passed }) => passed > 0);
  if (!ran) console.log('no test ran');
  if (failed || !ran) process.exitCode ||= 1;
  // Something a test run left open must not keep it from ending.
  process.stdout.write(`${countLine(results.values())}\n`, () => process.exit());
}
