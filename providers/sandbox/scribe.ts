import type { Clock } from '../../kernel/clock.ts';
import type { SandboxLog } from '../../store/sandbox_log.ts';
import type { NetworkLeg } from './leg.ts';
import { savedOf } from './legs.ts';

const FLUSH_MS = 500;

interface Means {
  readonly log: Pick<SandboxLog, 'save'>;
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
}

/** Writes down what has become of legs: at once where somebody goes by it, else soon, together. */
export class Scribe {
  readonly #means: Means;
  /** Told of legs that are over, once that is written down. */
  readonly #closed: (leg: NetworkLeg) => void;
  readonly #unsaved = new Set<NetworkLeg>();
  #cancel: (() => void) | null = null;

  constructor(means: Means, closed: (leg: NetworkLeg) => void) {
    this.#means = means;
    this.#closed = closed;
  }

  /** Throws StoreError; then it is written down later. */
  now(leg: NetworkLeg): Promise<void> {
    return this.#save([leg]);
  }

  later(leg: NetworkLeg): void {
    this.#unsaved.add(leg);
    this.#cancel ??= this.#means.clock.after(FLUSH_MS, () => {
      this.#cancel = null;
      void this.#save([...this.#unsaved]).catch(this.#means.report);
    });
  }

  /** Writes down what is left. Throws StoreError. */
  async close(): Promise<void> {
    this.#cancel?.();
    await this.#save([...this.#unsaved]);
  }

  async #save(legs: readonly NetworkLeg[]): Promise<void> {
    if (legs.length === 0) return;
    for (const leg of legs) this.#unsaved.delete(leg);
    try {
      await this.#means.log.save(legs.map(savedOf));
    } catch (error) {
      for (const leg of legs) this.later(leg);
      throw error;
    }
    for (const leg of legs)
      if (leg.row.tm_end !== null && leg.items.length === 0) this.#closed(leg);
  }
}
