import type { Instant } from './brand.ts';

/** Time and chance, as ports: a test clock can run a month in a second. */
export interface Clock {
  /** The clock calls live by. A test clock may run ahead of the wall. Never goes back. */
  now(): Instant;
  /** The time other machines see: for signatures, which they compare with their own clocks. */
  wall(): Instant;
  /** Calls back once, `ms` later. The answer cancels it. Never keeps a process alive. */
  after(ms: number, wake: () => void): () => void;
}

/** Draws ids and jitter. Nothing pure uses it. */
export interface Chance {
  /** A new UUIDv7 (RFC 9562). */
  uuid(): string;
  /** `bytes` random bytes as lower-case hexadecimal. */
  hex(bytes: number): string;
  /** Uniform in [0, 1). */
  fraction(): number;
}
