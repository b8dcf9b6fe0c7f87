import { Queue as BullQueue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Instant } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Topic } from '../queue.ts';

export const PREFIX = 'tandem';
/** What is kept for a Redis that is away. SQL's sweepers find what is dropped beyond it. */
const PENDING_MAX = 100_000;
/** Bull notes every job's life in a stream that nobody here reads. */
const EVENTS_MAX = 100;

export interface OutletSettings {
  readonly clock: Clock;
  readonly redis: Redis;
  readonly complain: (error: unknown) => void;
}

/**
 * Takes the wake-ups of one topic to Redis. What is asked for while one request is under way shares
 * the next, by key, so that a key moved ten times costs one job.
 */
export class Outlet {
  readonly #settings: OutletSettings;
  readonly #jobs: BullQueue;
  readonly #pending = new Map<string, Instant>();
  #is_sending = false;

  constructor(topic: Topic, settings: OutletSettings) {
    const { redis, complain } = settings;
    this.#settings = settings;
    this.#jobs = new BullQueue(topic, {
      connection: redis,
      prefix: PREFIX,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
      streams: { events: { maxLen: EVENTS_MAX } },
    });
    this.#jobs.on('error', complain);
  }

  wake(key: string, at: Instant): void {
    if (this.#pending.size >= PENDING_MAX && !this.#pending.has(key)) return;
    this.#pending.set(key, at);
    void this.send();
  }

  /** Sends what is pending, unless that is being done. What could not be sent stays pending. */
  async send(): Promise<void> {
    if (this.#is_sending) return;
    this.#is_sending = true;
    try {
      while (this.#pending.size > 0) await this.#sendBatch();
    } catch (error) {
      this.#settings.complain(error);
    } finally {
      this.#is_sending = false;
    }
  }

  async close(): Promise<void> {
    await this.#jobs.close();
  }

  async #sendBatch(): Promise<void> {
    const batch = [...this.#pending];
    this.#pending.clear();
    try {
      await this.#jobs.addBulk(batch.map(([key, at]) => this.#jobOf(key, at)));
    } catch (error) {
      for (const [key, at] of batch) if (!this.#pending.has(key)) this.#pending.set(key, at);
      throw error;
    }
  }

  /**
   * Bull finds the key's earlier job by the deduplication id: one that still waits for its time is
   * replaced, and one that is being worked on is followed by this one.
   */
  #jobOf(key: string, at: Instant): Parameters<BullQueue['addBulk']>[0][number] {
    const delay = Math.max(0, at - this.#settings.clock.now());
    const deduplication = { id: key, replace: true, keepLastIfActive: true };
    return { name: key, data: {}, opts: { delay, deduplication } };
  }
}
