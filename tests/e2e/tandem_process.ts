/** A server of ours as a real process: started, killed, frozen and started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/services/server.ts';

const ROOT = join(import.meta.dirname, '../..');
const LISTENS = /^Tandem listens on (\S+)/m;
const START_WITHIN_MS = 30_000;
const OUTPUT_KEPT = 200_000;

export type Settings = Readonly<Record<string, string>>;

/** How a process ended, and what it had said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What would be left behind if this process ended now. */
const alive = new Set<ChildProcess>();
const folders = new Set<string>();

function reap(): void {
  for (const child of alive) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

process.on('exit', reap);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    reap();
    process.exit(1);
  });

/** A new empty folder, which is gone when the tests are. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-e2e-'));
  folders.add(folder);
  return folder;
}

/** One run of `tandem …`. */
interface Running {
  readonly child: ChildProcess;
  /** The URL that it says it listens on. Rejects when it ends before. */
  readonly listening: Promise<string>;
  readonly ended: Promise<Ended>;
}

function launch(args: readonly string[], settings: Settings): Running {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const env = { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...settings };
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child = spawn(process.execPath, ['main.ts', ...args], {
    cwd: ROOT,
    env,
    stdio: [...stdio],
  });
  alive.add(child);
  const said = { stdout: '', stderr: '' };
  const listening = Promise.withResolvers<string>();
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      said[name] = (said[name] + text).slice(-OUTPUT_KEPT);
      const url = LISTENS.exec(said.stdout)?.[1];
      if (url !== undefined) listening.resolve(url);
    });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      alive.delete(child);
      listening.reject(new Error(`tandem ended (${code ?? signal}): ${said.stdout}${said.stderr}`));
      resolve({ code, signal, ...said });
    });
  });
  // Who only waits for the end does not wait for this.
  listening.promise.catch(() => undefined);
  return { child, listening: listening.promise, ended };
}

/** Runs a command of the `tandem` program to its end. */
export function tandem(args: readonly string[], settings: Settings): Promise<Ended> {
  return launch(args, settings).ended;
}

/** A server that keeps its address through all its lives. */
export class TandemServer {
  readonly url: string;
  readonly settings: Settings;
  #running: Running | null = null;
  #earlier = '';

  constructor(port: number, settings: Settings) {
    this.url = `http://127.0.0.1:${port}`;
    this.settings = { ...settings, PORT: String(port), HOST: '127.0.0.1' };
  }

  /** Starts the process and waits until it listens. */
  async start(): Promise<void> {
    await within(START_WITHIN_MS, this.spawn(), 'the server did not start');
  }

  /** Starts the process. The promise is that it listens; it may be killed before. */
  spawn(): Promise<string> {
    if (this.#running !== null) throw new Error('the server runs already');
    this.#running = launch(['serve'], this.settings);
    return this.#running.listening;
  }

  signal(signal: NodeJS.Signals): void {
    this.#running?.child.kill(signal);
  }

  /** Sends the signal and waits for the end. Null when nothing ran. */
  async end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<Ended | null> {
    const running = this.#running;
    if (running === null) return null;
    running.child.kill(signal);
    const ended = await running.ended;
    this.#earlier = `${this.#earlier}${ended.stdout}${ended.stderr}`.slice(-OUTPUT_KEPT);
    this.#running = null;
    return ended;
  }

  /** What its lives that are over have said, for people who look for the cause of a failure. */
  get said(): string {
    return this.#earlier;
  }
}

/** A server on a free port, not started yet. */
export async function newServer(settings: Settings): Promise<TandemServer> {
  return new TandemServer(await freePort(), settings);
}

/** The promise, or an error when it takes longer. */
export async function within<T>(ms: number, promise: Promise<T>, why: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${why} within ${ms} ms`)), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
