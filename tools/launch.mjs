/**
 * Starts a TypeScript program on a Node that can run it. Plain JavaScript that any Node from 18 on
 * can read, because finding out that this Node is too old is its whole purpose.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** better-sqlite3 13 crashes the process, rather than failing, below this Node-API version. */
const NODE_API_MIN = 10;
const QUIET = '--disable-warning=ExperimentalWarning';
const FORWARDED = ['SIGTERM', 'SIGINT', 'SIGHUP'];

const PARENT_CHECK_MS = 500;

/** Runs `program` (a path) with `args`, in this process where its Node is new enough. */
export async function launch(program, args) {
  if (process.env.npm_lifecycle_event !== undefined) endWithParent();
  if (isNewEnough()) return runHere(program, args);
  const bundled = bundledNode();
  if (bundled === null) {
    console.error(
      `Node ${process.version} is too old: Tandem needs 22.18 or newer, and no bundled Node is ` +
        `installed for ${process.platform}-${process.arch}. Install a newer Node, then try again.`,
    );
    process.exit(1);
  }
  runOn(bundled, [QUIET, resolve(program), ...args]);
}

/**
 * npm passes signals on to its shell, and most shells do not pass them on to us: what stays to be
 * seen of a stopped `npm start` is that the parent is gone.
 */
function endWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECK_MS);
  watch.unref();
}

function isNewEnough() {
  return Number(process.versions.napi) >= NODE_API_MIN && Boolean(process.features.typescript);
}

function bundledNode() {
  const name = `node-${process.platform}-${process.arch}/bin/node`;
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return null;
  }
}

/** Importing costs no second process, and signals and exit codes need no passing on. */
async function runHere(program, args) {
  const path = resolve(program);
  const emit = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    if (rest[0] !== 'ExperimentalWarning') emit.call(process, warning, ...rest);
  };
  process.argv = [process.execPath, path, ...args];
  await import(pathToFileURL(path).href);
}

function runOn(node, argv) {
  const child = spawn(node, argv, { stdio: 'inherit' });
  for (const signal of FORWARDED) process.on(signal, () => forward(child, signal));
  process.on('exit', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    console.error(`The bundled Node could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
  });
}

/** A terminal tells the whole process group of Ctrl-C; telling the child twice would hurry it. */
function forward(child, signal) {
  if (signal === 'SIGINT' && process.stdin.isTTY) return;
  child.kill(signal);
}
