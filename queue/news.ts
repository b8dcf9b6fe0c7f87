import type { Complain } from './queue.ts';

/** Who listens to which channel within this process. */
export class News {
  readonly #complain: Complain;
  readonly #hearers = new Map<string, Set<(message: string) => void>>();

  constructor(complain: Complain) {
    this.#complain = complain;
  }

  /** Tells all hearers, later than the caller's own work, as news over a network would be. */
  tell(channel: string, message: string): void {
    for (const hear of this.#hearers.get(channel) ?? []) {
      void Promise.resolve(message)
        .then(hear)
        .catch((error: unknown) => {
          this.#complain(error, `news on ${channel}`);
        });
    }
  }

  /** The answer ends it. The same function may listen twice, and then has to stop twice. */
  subscribe(channel: string, hear: (message: string) => void): () => void {
    const hearers = this.#hearers.get(channel) ?? new Set();
    this.#hearers.set(channel, hearers);
    const hearer = (message: string): void => {
      hear(message);
    };
    hearers.add(hearer);
    return () => hearers.delete(hearer);
  }
}
