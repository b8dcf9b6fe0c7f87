import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Complain } from '../queue.ts';
import { News } from '../news.ts';

const RETRY_MS_MAX = 1000;

/** Connects now and for ever again. Complains once per outage, not once per try. */
export function connect(redis_url: string, complain: (error: unknown) => void): Redis {
  const redis = new Redis(redis_url, {
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(50 * times, RETRY_MS_MAX),
  });
  let is_down = false;
  redis.on('ready', () => (is_down = false));
  redis.on('error', (error) => {
    if (!is_down) complain(error);
    is_down = true;
  });
  return redis;
}

/**
 * News between nodes. This node hears its own directly, so that it is told even while Redis is
 * away; what comes back from Redis under its own name is dropped.
 */
export class Wire {
  readonly #redis: Redis;
  readonly #ear: Redis;
  readonly #news: News;
  readonly #complain: Complain;
  readonly #name = randomUUID();

  constructor(redis: Redis, ear: Redis, complain: Complain) {
    this.#redis = redis;
    this.#ear = ear;
    this.#complain = complain;
    this.#news = new News(complain);
    ear.on('message', (channel: string, text: string) => {
      this.#hear(channel, text);
    });
  }

  publish(channel: string, message: string): void {
    this.#news.tell(channel, message);
    this.#redis
      .publish(this.#wired(channel), `${this.#name} ${message}`)
      .catch((error: unknown) => {
        this.#complain(error, `publishing on ${channel}`);
      });
  }

  subscribe(channel: string, hear: (message: string) => void): () => void {
    this.#ear.subscribe(this.#wired(channel)).catch((error: unknown) => {
      this.#complain(error, `subscribing to ${channel}`);
    });
    return this.#news.subscribe(channel, hear);
  }

  /** Redis keeps databases apart, but not their channels. */
  #wired(channel: string): string {
    return `tandem:${String(this.#redis.options.db ?? 0)}:${channel}`;
  }

  #hear(wired: string, text: string): void {
    const gap = text.indexOf(' ');
    if (text.slice(0, gap) === this.#name) return;
    const channel = wired.slice(this.#wired('').length);
    this.#news.tell(channel, text.slice(gap + 1));
  }
}
