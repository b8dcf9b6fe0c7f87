import type { Clock } from '../kernel/clock.ts';
import { Remembered } from './remembered.ts';

/** A piece of an order that a carrier carries out in one go, and then tells of. */
export interface Piece {
  readonly effect_id: string;
  readonly part: number;
  readonly is_last: boolean;
  /** How long it takes at the most, as far as anybody can tell. */
  readonly ms_max: number;
  /** What never ends by itself is ended after so long; null for everything else. */
  readonly cut_after_ms: number | null;
  /** Whether it takes more than a document: then it cannot stand in an answer to the carrier. */
  readonly is_pushed: boolean;
}

/** Where a leg is when it has nothing else to do. */
export interface Place {
  readonly attempt_id: string;
  /** Empty for none. */
  readonly room_id: string;
}

/** How a carrier is told of pieces, and told them. */
export interface Ways<Item extends Piece> {
  readonly clock: Clock;
  /** The document that carries an item out, or ends one that is at work. */
  render(place: Place, item: Item, is_over: boolean): string;
  /** Has a leg do what a document says; what becomes of it is not waited for. */
  push(attempt_id: string, document: string, item: Item): void;
}

/** The orders of one leg that were not all carried out yet, in their order. */
interface Playlist<Item> {
  readonly items: Item[];
  /** The item at work, and when it is certainly over; -1: none. */
  current: number;
  until: number;
  room_id: string;
  readonly effects: Set<string>;
  cancel: () => void;
}

const LEGS_MAX = 50_000;
const EFFECTS_MAX = 64;

/**
 * What waits its turn on legs: a carrier does one thing at a time, and forgets it when told
 * another. Kept in memory. Where the end of an item is heard by another node, or never, the next
 * one begins when the item at work is certainly over.
 */
export class Playlists<Item extends Piece> {
  readonly #ways: Ways<Item>;
  readonly #lists = new Remembered<string, Playlist<Item>>(LEGS_MAX);

  constructor(ways: Ways<Item>) {
    this.#ways = ways;
  }

  /** False when this very order was given before. */
  isNew(attempt_id: string, effect_id: string): boolean {
    const { effects } = this.#listOf(attempt_id);
    if (effects.has(effect_id)) return false;
    effects.add(effect_id);
    const [oldest] = effects;
    if (effects.size > EFFECTS_MAX && oldest !== undefined) effects.delete(oldest);
    return true;
  }

  /** The order could not be given after all: it may be given again. */
  forget(attempt_id: string, effect_id: string): void {
    this.#listOf(attempt_id).effects.delete(effect_id);
  }

  /** Adds items. The document to begin with, when nothing is at work; else null. */
  add(attempt_id: string, items: readonly Item[]): string | null {
    const list = this.#listOf(attempt_id);
    const is_idle = list.current < 0 || this.#ways.clock.now() >= list.until;
    if (is_idle) this.#empty(list);
    list.items.push(...items);
    if (!is_idle) {
      this.#watch(attempt_id, list);
      return null;
    }
    return this.#begin(attempt_id, list, 0);
  }

  /**
   * The document that follows an item that is done; null where nothing was ordered to. Asked again,
   * it says the same.
   */
  next(
    attempt_id: string,
    { effect_id, part }: { readonly effect_id: string; readonly part: number },
  ): string | null {
    const list = this.#lists.get(attempt_id);
    const at = list?.items.findLastIndex(
      (item) => item.effect_id === effect_id && item.part <= part,
    );
    if (list === undefined || at === undefined || at < 0) return null;
    const following = list.items[at + 1];
    if (following !== undefined) {
      const is_new = list.current !== at + 1;
      const document = this.#begin(attempt_id, list, at + 1);
      if (!following.is_pushed || document === null) return document;
      if (is_new) this.#ways.push(attempt_id, document, following);
      return null;
    }
    list.until = this.#ways.clock.now();
    list.cancel();
    return null;
  }

  /** Drops whatever waits; the leg rests in the room given, or in none. */
  clear(attempt_id: string, room_id: string | null = null): void {
    const list = this.#listOf(attempt_id);
    this.#empty(list);
    if (room_id !== null) list.room_id = room_id;
  }

  /** Where a leg rests. */
  placeOf(attempt_id: string): Place {
    return { attempt_id, room_id: this.#listOf(attempt_id).room_id };
  }

  #empty(list: Playlist<Item>): void {
    list.items.length = 0;
    list.current = -1;
    list.until = 0;
    list.cancel();
  }

  #begin(attempt_id: string, list: Playlist<Item>, at: number): string | null {
    const item = list.items[at];
    if (item === undefined) return null;
    if (list.current !== at) {
      list.current = at;
      list.until = this.#ways.clock.now() + item.ms_max;
      this.#watch(attempt_id, list);
      this.#limit(attempt_id, list);
    }
    return this.#ways.render(this.placeOf(attempt_id), item, false);
  }

  /** Goes on by itself when nobody says that the item at work is done. */
  #watch(attempt_id: string, list: Playlist<Item>): void {
    list.cancel();
    const at = list.current;
    if (at + 1 >= list.items.length) return;
    list.cancel = this.#ways.clock.after(list.until - this.#ways.clock.now(), () => {
      if (list.current !== at) return;
      const document = this.#begin(attempt_id, list, at + 1);
      const item = list.items[at + 1];
      if (document !== null && item !== undefined) this.#ways.push(attempt_id, document, item);
    });
  }

  /** Ends the item at work when its time is up, where it does not end by itself. */
  #limit(attempt_id: string, list: Playlist<Item>): void {
    const item = list.items[list.current];
    if (item === undefined || item.cut_after_ms === null) return;
    this.#ways.clock.after(item.cut_after_ms, () => {
      if (list.items[list.current] !== item) return;
      const document = this.#ways.render(this.placeOf(attempt_id), item, true);
      this.#ways.push(attempt_id, document, item);
    });
  }

  #listOf(attempt_id: string): Playlist<Item> {
    const known = this.#lists.get(attempt_id);
    if (known !== undefined) return known;
    const list: Playlist<Item> = {
      items: [],
      current: -1,
      until: 0,
      room_id: '',
      effects: new Set(),
      cancel: () => undefined,
    };
    this.#lists.set(attempt_id, list);
    return list;
  }
}
