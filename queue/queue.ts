import type { Instant } from '../kernel/brand.ts';

/** What a node can be woken for. The key says which one. */
export type Topic = 'delivery' | 'call' | 'endpoint';

/** Hears what went wrong where no caller is left to be told: in a worker, or towards Redis. */
export type Complain = (error: unknown, during: string) => void;

/**
 * Wake-ups, and news between nodes. Everything here may be lost or come twice: the truth is in SQL,
 * and sweepers find what a lost wake-up would have started (DESIGN §1).
 */
export interface Queue {
  /** Wakes one node's worker for (topic, key) at `at` or soon after. Later calls move it. */
  wake(topic: Topic, key: string, at: Instant): void;
  /** The one worker of this node for a topic. A throw is logged; the sweeper tries again. */
  work(topic: Topic, worker: (key: string) => Promise<void>): void;
  /** Tells every node, this one included. */
  publish(channel: string, message: string): void;
  subscribe(channel: string, hear: (message: string) => void): () => void;
  /** Whether it reaches its server; always true on the embedded default. */
  isReady(): boolean;
  close(): Promise<void>;
}
