import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Instant } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import { TOPICS } from '../limits.ts';
import type { Complain, Queue, Topic } from '../queue.ts';
import { Intake } from './intake.ts';
import { Outlet } from './outlet.ts';
import { connect, Wire } from './wire.ts';

/** How long closing waits for a Redis that does not answer. */
const GOODBYE_MS = 1000;

/**
 * The queue of many nodes, on Redis through BullMQ. While Redis is away wake-ups are kept in memory
 * and sent when it is back, be it empty; what is lost all the same is found by the sweepers in SQL.
 */
export function openBullQueue(
  redis_url: string,
  clock: Clock,
  complain: Complain = console.error,
): Queue {
  return new BullNode(redis_url, clock, complain);
}

/** One node's end of the queue. */
class BullNode implements Queue {
  readonly #redis: Redis;
  readonly #ear: Redis;
  readonly #wire: Wire;
  readonly #outlets: ReadonlyMap<Topic, Outlet>;
  readonly #intakes: Intake[] = [];
  readonly #complain: Complain;

  constructor(redis_url: string, clock: Clock, complain: Complain) {
    this.#complain = complain;
    const redis = connect(redis_url, this.#during('the connection to Redis'));
    this.#redis = redis;
    this.#ear = connect(redis_url, this.#during('the connection to Redis for news'));
    this.#wire = new Wire(redis, this.#ear, complain);
    this.#outlets = new Map(
      TOPICS.map((topic) => {
        const settings = { clock, redis, complain: this.#during(`sending wakes of ${topic}`) };
        return [topic, new Outlet(topic, settings)];
      }),
    );
    redis.on('ready', () => {
      for (const outlet of this.#outlets.values()) void outlet.send();
    });
  }

  wake(topic: Topic, key: string, at: Instant): void {
    this.#outlets.get(topic)?.wake(key, at);
  }

  work(topic: Topic, worker: (key: string) => Promise<void>): void {
    const complain = this.#during(`the worker of ${topic}`);
    this.#intakes.push(new Intake(topic, { redis: this.#redis, work: worker, complain }));
  }

  publish(channel: string, message: string): void {
    this.#wire.publish(channel, message);
  }

  subscribe(channel: string, hear: (message: string) => void): () => void {
    return this.#wire.subscribe(channel, hear);
  }

  isReady(): boolean {
    return this.#redis.status === 'ready';
  }

  async close(): Promise<void> {
    await Promise.all(this.#intakes.map((intake) => intake.finish()));
    const goodbyes = [...this.#intakes, ...this.#outlets.values()].map((part) => part.close());
    await Promise.race([Promise.allSettled(goodbyes), pause(GOODBYE_MS, null, { ref: false })]);
    this.#redis.disconnect();
    this.#ear.disconnect();
  }

  #during(what: string): (error: unknown) => void {
    return (error) => {
      this.#complain(error, what);
    };
  }
}
