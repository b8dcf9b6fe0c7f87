/** Taking from the front of an array moves all of it; this moves on, and tidies up at times. */
const SPENT_MAX = 1_024;

/** A queue: first in, first out. */
export class Fifo<Item> {
  #items: (Item | undefined)[] = [];
  #front = 0;

  get size(): number {
    return this.#items.length - this.#front;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#front];
    this.#items[this.#front] = undefined;
    this.#front += 1;
    if (this.#front === this.#items.length) this.#reset([]);
    else if (this.#front > SPENT_MAX && 2 * this.#front > this.#items.length)
      this.#reset(this.#items.slice(this.#front));
    return item;
  }

  #reset(items: (Item | undefined)[]): void {
    this.#items = items;
    this.#front = 0;
  }
}
