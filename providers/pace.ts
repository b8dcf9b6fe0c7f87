import type { Clock } from '../kernel/clock.ts';

/** What a turn comes to: after so many ms of waiting, or not at all. */
export type Turn =
  { readonly granted: true } | { readonly granted: false; readonly retry_after_ms: number };

const SLOWED_MS = 60_000;
const SLOWEST = 1 / 16;

/**
 * Spaces out what an account may do only so often a second. Whoever would wait too long is told so
 * at once, so that another route can be tried. A refusal for haste halves the pace for a minute.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #per_s: number;
  readonly #wait_ms_max: number;
  #next_at = 0;
  #share = 1;
  #slowed_until = 0;

  constructor(clock: Clock, limits: { readonly per_s: number; readonly wait_ms_max: number }) {
    this.#clock = clock;
    this.#per_s = limits.per_s;
    this.#wait_ms_max = limits.wait_ms_max;
  }

  async turn(): Promise<Turn> {
    const now = this.#clock.now();
    if (now >= this.#slowed_until) this.#share = 1;
    const at = Math.max(now, this.#next_at);
    const wait_ms = at - now;
    if (wait_ms > this.#wait_ms_max) return { granted: false, retry_after_ms: wait_ms };
    this.#next_at = at + 1_000 / (this.#per_s * this.#share);
    if (wait_ms > 0) await new Promise<void>((go) => void this.#clock.after(wait_ms, go));
    return { granted: true };
  }

  /** The carrier has said that we are too fast. */
  slowDown(): void {
    this.#share = Math.max(SLOWEST, this.#share / 2);
    this.#slowed_until = this.#clock.now() + SLOWED_MS;
  }
}
