/** A private server: a child process of ours, in a temporary folder of its own, on a free port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { toolEnv } from './tools.ts';

const PROBE_EVERY_MS = 20;
const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 8_000;

/** Where to run, handed to whoever writes the command line. */
export interface Place {
  readonly folder: string;
  readonly port: number;
}

export interface Recipe {
  readonly name: string;
  readonly program: (place: Place) => string;
  readonly args: (place: Place) => readonly string[];
  /** Done in the folder before the server is started. */
  readonly prepare?: (place: Place) => Promise<void>;
  /** Sent on connecting, for servers that do not speak first. */
  readonly greeting?: string;
  /** A fixed port, for a server that comes back where it was; any free one otherwise. */
  readonly port?: number;
}

export interface Server {
  readonly port: number;
  readonly pid: number;
  /** Resolves when the process has ended and its folder is gone. Repeated calls are no-ops. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** What would be left behind if this process ended now, and where it lies. */
const alive = new Map<ChildProcess, string>();

function reap(): void {
  for (const [child, folder] of alive) {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  alive.clear();
}

/** Node runs no exit listeners when a signal ends it, so the signals need their own. */
function reapOnSignal(signal: NodeJS.Signals): void {
  const listener = (): void => {
    reap();
    process.off(signal, listener);
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.on(signal, listener);
}

let is_guarded = false;

function guard(): void {
  if (is_guarded) return;
  is_guarded = true;
  process.on('exit', reap);
  (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).forEach(reapOnSignal);
}

/** Starts a server and resolves once it answers. Leaves nothing behind when it does not. */
export async function startServer(recipe: Recipe): Promise<Server> {
  guard();
  const folder = mkdtempSync(join(tmpdir(), `tandem-${recipe.name}-`));
  try {
    const place = { folder, port: recipe.port ?? (await freePort()) };
    await recipe.prepare?.(place);
    const child = spawn(recipe.program(place), recipe.args(place), {
      stdio: 'ignore',
      env: toolEnv(),
    });
    alive.set(child, folder);
    const server = { port: place.port, pid: child.pid ?? 0, stop: stopper(child, folder) };
    await ready(recipe, child, place.port).catch(async (error: unknown) => {
      await server.stop('SIGKILL');
      throw error;
    });
    return server;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** A port nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer().on('error', reject);
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      listener.close(() => {
        resolve(port);
      });
    });
  });
}

async function ready(recipe: Recipe, child: ChildProcess, port: number): Promise<void> {
  let failure: string | null = null;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code, signal) => (failure = `it ended with ${String(code ?? signal)}`));
  const tries_max = READY_WITHIN_MS / PROBE_EVERY_MS;
  for (let tries = 0; tries < tries_max; tries += 1) {
    if (await answers(port, recipe.greeting)) return;
    if (failure !== null) throw new Error(`${recipe.name} did not start: ${String(failure)}`);
    await pause(PROBE_EVERY_MS);
  }
  throw new Error(`${recipe.name} did not answer within ${String(READY_WITHIN_MS)} ms`);
}

/** A port that only accepts is not ready yet; one that says something is. */
function answers(port: number, greeting?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => greeting !== undefined && socket.write(greeting));
    socket.once('data', () => {
      settle(true);
    });
    socket.once('error', () => {
      settle(false);
    });
    socket.once('close', () => {
      settle(false);
    });
  });
}

function stopper(child: ChildProcess, folder: string): Server['stop'] {
  let stopped: Promise<void> | null = null;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  return (signal = 'SIGTERM') => {
    stopped ??= end(child, signal, ended).then(() => {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      alive.delete(child);
    });
    return stopped;
  };
}

async function end(
  child: ChildProcess,
  signal: NodeJS.Signals,
  ended: Promise<void>,
): Promise<void> {
  child.kill(signal);
  const hurry = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(hurry);
}
