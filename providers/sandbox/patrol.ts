import type { Instant } from '../../kernel/brand.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { SandboxLeg, SandboxLog } from '../../store/sandbox_log.ts';

const SWEEP_MS = 1_000;
const SWEEP_MS_MAX = 60_000;
/** A leg that another node plays is written down late; only after this is it taken for orphaned. */
const ORPHANED_MS = 3_000;
const SWEEP_LEGS_MAX = 500;

interface Means {
  readonly log: Pick<SandboxLog, 'overdue'>;
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
}

/** What is done on the rounds. */
interface Rounds {
  /** Takes over a leg on which something was due and nobody did it. */
  found(row: SandboxLeg): void;
  /** Done on every round, whether or not legs are looked for. */
  tick(): void;
}

/** Looks for legs that were left behind, again and again. */
export class Patrol {
  readonly #means: Means;
  readonly #rounds: Rounds;
  #cancel: () => void;
  #swept_wall = 0;
  #sweep_ms = SWEEP_MS;

  constructor(means: Means, rounds: Rounds) {
    this.#means = means;
    this.#rounds = rounds;
    this.#cancel = means.clock.after(SWEEP_MS, () => this.#again());
  }

  /** Looks at once for what an earlier life of ours left. */
  now(): void {
    this.#means.clock.after(0, () => void this.#sweep(0));
  }

  stop(): void {
    this.#cancel();
  }

  /**
   * Sweeps, and again. While a test clock runs ahead of the wall, ever more rarely: nobody can have
   * died in no time, and a month must pass in a second.
   */
  #again(): void {
    const { clock } = this.#means;
    const isHurried = clock.wall() - this.#swept_wall < SWEEP_MS / 2;
    this.#sweep_ms = isHurried ? Math.min(this.#sweep_ms * 2, SWEEP_MS_MAX) : SWEEP_MS;
    this.#cancel = clock.after(this.#sweep_ms, () => this.#again());
    this.#rounds.tick();
    if (isHurried) return;
    this.#swept_wall = clock.wall();
    void this.#sweep(ORPHANED_MS);
  }

  async #sweep(late_ms: number): Promise<void> {
    const { log, clock, report } = this.#means;
    try {
      const rows = await log.overdue((clock.now() - late_ms) as Instant, SWEEP_LEGS_MAX);
      for (const row of rows) this.#rounds.found(row);
    } catch (error) {
      report(error);
    }
  }
}
