import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { RUNNING_MAX } from '../limits.ts';
import type { Topic } from '../queue.ts';
import { PREFIX } from './outlet.ts';

export interface IntakeSettings {
  readonly redis: Redis;
  readonly work: (key: string) => Promise<void>;
  readonly complain: (error: unknown) => void;
}

/** Takes one topic's due jobs from Redis and has them worked on in this process. */
export class Intake {
  readonly #settings: IntakeSettings;
  readonly #worker: Worker;
  readonly #running = new Map<string, Promise<void>>();
  #is_closing = false;

  constructor(topic: Topic, settings: IntakeSettings) {
    this.#settings = settings;
    this.#worker = new Worker(topic, (job) => this.#run(job.name), {
      connection: settings.redis,
      prefix: PREFIX,
      concurrency: RUNNING_MAX[topic],
    });
    this.#worker.on('error', settings.complain);
  }

  /** Starts nothing more; resolves when what runs has ended, whether or not Redis is there. */
  async finish(): Promise<void> {
    this.#is_closing = true;
    await Promise.all(this.#running.values());
  }

  async close(): Promise<void> {
    await this.#worker.close();
  }

  /**
   * Bull keeps two jobs of a key from running at once, but a Redis that came back empty has
   * forgotten the first.
   */
  #run(key: string): Promise<void> {
    if (this.#is_closing) return Promise.resolve();
    const before = this.#running.get(key) ?? Promise.resolve();
    const run = before
      .then(() => this.#settings.work(key))
      .catch(this.#settings.complain)
      .finally(() => {
        if (this.#running.get(key) === run) this.#running.delete(key);
      });
    this.#running.set(key, run);
    return run;
  }
}
