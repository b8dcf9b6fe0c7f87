import type { Instant } from '../kernel/brand.ts';

/** mine: run it · running: someone else is · done: the stored answer · mismatch: other content. */
export type IdempotencyClaim =
  | { readonly state: 'mine'; readonly tm_create: Instant }
  | { readonly state: 'running' }
  | { readonly state: 'mismatch' }
  | { readonly state: 'done'; readonly status: number; readonly body: string };

export interface IdempotencyStore {
  /** `key` holds tenant, method and path too. A claim of a node that has died is taken over. */
  claim(key: string, fingerprint: string, node: string): Promise<IdempotencyClaim>;
  complete(key: string, status: number, body: string): Promise<void>;
  /** Forgets a claim that did nothing, so that a corrected request may use the key. */
  release(key: string): Promise<void>;
  expire(before: Instant): Promise<void>;
}

/** Which nodes are alive, and what the dead ones left behind. */
export interface NodeStore {
  beat(node: string, at: Instant): Promise<void>;
  /** Takes over outbox and deliveries of nodes whose last beat is before `at`. Their ids. */
  adopt(node: string, before: Instant): Promise<string[]>;
  leave(node: string): Promise<void>;
}
