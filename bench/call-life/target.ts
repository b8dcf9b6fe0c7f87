import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Figures, Load } from './load.ts';

/** Something that can be put under load: the limit, or the product. */
export interface Target {
  readonly name: string;
  readonly load: Omit<Load, 'in_flight' | 'warm_ms' | 'measure_ms'>;
  /** What is wrong with the books after a run; empty when all adds up. */
  prove(figures: Figures): Promise<string[]>;
  stop(): Promise<void>;
}

/** Where a target keeps what it stores: a folder of its own, and perhaps servers. */
export interface Place {
  readonly folder: string;
  /** A URL of an empty database; null for SQLite in the folder. */
  readonly mysql_url: string | null;
  readonly redis_url: string | null;
  readonly sink_port: number;
}

/** Runs a file of this folder as a process of its own, with a channel to talk by. */
export function forkOwn(file: string, env: Readonly<Record<string, string>>): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return fork(path, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** The next message of a process. Rejects when the process ends instead of speaking. */
export async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const listening = new AbortController();
  const { signal } = listening;
  const message = once(child, 'message', { signal }).then(([told]) => told as Message);
  const exit = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${child.spawnfile} ended with code ${String(code)}`);
  });
  exit.catch(() => undefined);
  message.catch(() => undefined);
  return Promise.race([message, exit]).finally(() => listening.abort());
}

/** Ends a process this bench has started, and waits until it is gone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
