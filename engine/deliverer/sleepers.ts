import type { Instant } from '../../kernel/brand.ts';

const SECOND_MS = 1_000;

/**
 * What sleeps, by the second in which it is due: the net under wake-ups, which may get lost. What
 * was woken otherwise is found here once more; whoever is called must look whether it still sleeps.
 */
export class Sleepers<Item> {
  readonly #seconds = new Map<number, Item[]>();

  add(item: Item, due: Instant): void {
    const second = Math.ceil(due / SECOND_MS);
    const beside = this.#seconds.get(second);
    if (beside === undefined) this.#seconds.set(second, [item]);
    else beside.push(item);
  }

  /** Calls for everything that is due, once. */
  due(now: Instant, call: (item: Item) => void): void {
    const seconds = [...this.#seconds.keys()].filter((second) => second * SECOND_MS <= now);
    for (const second of seconds.sort((one, other) => one - other)) {
      const items = this.#seconds.get(second) ?? [];
      this.#seconds.delete(second);
      for (const item of items) call(item);
    }
  }
}
