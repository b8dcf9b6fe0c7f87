/** Something that has a place in a heap. The heap writes `place`; nobody else does. */
export interface Timed {
  at: number;
  place: number;
}

/**
 * The earliest of many moments, at hand. Each item knows its place, so that one can be moved or
 * taken out without a search: wake-ups are moved far more often than they come due.
 */
export class Heap<Item extends Timed> {
  readonly #items: Item[] = [];

  first(): Item | undefined {
    return this.#items[0];
  }

  add(item: Item): void {
    this.#put(item, this.#items.length);
    this.#rise(item);
  }

  remove(item: Item): void {
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#put(last, item.place);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(item: Item): void {
    while (item.place > 0) {
      const parent = this.#items[(item.place - 1) >> 1];
      if (parent === undefined || parent.at <= item.at) return;
      this.#swap(item, parent);
    }
  }

  #sink(item: Item): void {
    for (;;) {
      const left = this.#items[2 * item.place + 1];
      const right = this.#items[2 * item.place + 2];
      const least = left !== undefined && right !== undefined && right.at < left.at ? right : left;
      if (least === undefined || item.at <= least.at) return;
      this.#swap(item, least);
    }
  }

  #swap(one: Item, other: Item): void {
    const place = one.place;
    this.#put(one, other.place);
    this.#put(other, place);
  }

  #put(item: Item, place: number): void {
    this.#items[place] = item;
    item.place = place;
  }
}
