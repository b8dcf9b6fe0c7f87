import { Worker } from 'node:worker_threads';
import type { Outgoing, SendResult, Sender } from '../delivery.ts';
import { makeGuard } from './guard.ts';
import type { Guard } from './guard.ts';
import type { FromThread, ToThread } from './sender_thread.ts';
import { refusalIn } from './sender.ts';
import type { SenderConfig } from './sender.ts';

/** The worker lies beside this file and has its ending, be it .ts or, once built, .js. */
const THREAD = new URL(import.meta.url.replace(/threaded(\.\w+)$/, 'sender_thread$1'));

export type ThreadedConfig = Omit<SenderConfig, 'resolve'>;

/**
 * The door over undici in a thread of its own: the caller's thread pays a fifth, at the price of a
 * second thread that is as busy as the first would have been. Worth it when a core is free.
 */
export function openThreadedSender(config: ThreadedConfig): Sender {
  return new ThreadedSender(config);
}

class ThreadedSender implements Sender {
  readonly #config: ThreadedConfig;
  readonly #guard: Guard;
  readonly #waiting = new Map<number, (result: SendResult) => void>();
  #worker: Worker | null = null;
  #batch: [number, Outgoing][] = [];
  #count = 0;
  #closed = false;

  constructor(config: ThreadedConfig) {
    this.#config = config;
    this.#guard = makeGuard(config.allow);
    this.#worker = this.#start();
  }

  send(request: Outgoing): Promise<SendResult> {
    if (this.#closed) return Promise.resolve(failed('the sender is closed'));
    return new Promise((settle) => {
      this.#count += 1;
      this.#waiting.set(this.#count, settle);
      if (this.#batch.push([this.#count, request]) === 1) setImmediate(() => this.#post());
    });
  }

  refusal(url: string): string | null {
    return refusalIn(url, this.#guard);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (this.#closed || worker === null) return;
    this.#closed = true;
    this.#post();
    const closed = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage('close' satisfies ToThread);
    await closed;
  }

  #post(): void {
    const batch: ToThread = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#worker ??= this.#start();
    this.#worker.postMessage(batch);
  }

  #start(): Worker {
    const worker = new Worker(THREAD, { workerData: this.#config });
    worker.on('message', (results: FromThread) => {
      for (const [number, result] of results) this.#settle(number, result);
    });
    worker.on('error', (error: Error) => this.#lose(`the sender broke: ${error.message}`));
    worker.on('exit', () => this.#lose('the sender is closing'));
    return worker;
  }

  #settle(number: number, result: SendResult): void {
    this.#waiting.get(number)?.(result);
    this.#waiting.delete(number);
  }

  /** The thread is gone: whether its requests arrived is not known. The next starts another. */
  #lose(error: string): void {
    this.#worker = null;
    for (const number of this.#waiting.keys())
      if (!this.#batch.some(([unsent]) => unsent === number)) this.#settle(number, failed(error));
  }
}

function failed(error: string): SendResult {
  return { result: 'failed', error, duration_ms: 0 };
}
