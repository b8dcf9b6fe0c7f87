import type { Clock } from '../../kernel/clock.ts';
import { Remembered } from '../remembered.ts';
import { cutDocument, type Item, itemDocument, type Leg } from './scenes.ts';

/** The orders of one leg that were not all carried out yet, in their order. */
interface Playlist {
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
 * What waits its turn on legs: Twilio does one thing at a time, and forgets it when told another.
 * Kept in memory. Where the end of an item is heard by another node, or never, the next one begins
 * when the item at work is certainly over.
 */
export class Playlists {
  readonly #clock: Clock;
  readonly #notice_url: string;
  readonly #lists = new Remembered<string, Playlist>(LEGS_MAX);
  readonly #push: (attempt_id: string, twiml: string) => void;

  /** `push` has a leg do what a document says; what becomes of it is not waited for. */
  constructor(means: {
    readonly clock: Clock;
    readonly notice_url: string;
    readonly push: (attempt_id: string, twiml: string) => void;
  }) {
    this.#clock = means.clock;
    this.#notice_url = means.notice_url;
    this.#push = means.push;
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
    const is_idle = list.current < 0 || this.#clock.now() >= list.until;
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
    if (at + 1 < list.items.length) return this.#begin(attempt_id, list, at + 1);
    list.until = this.#clock.now();
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
  legOf(attempt_id: string): Leg {
    const { room_id } = this.#listOf(attempt_id);
    return { notice_url: this.#notice_url, attempt_id, room_id };
  }

  #empty(list: Playlist): void {
    list.items.length = 0;
    list.current = -1;
    list.until = 0;
    list.cancel();
  }

  #begin(attempt_id: string, list: Playlist, at: number): string | null {
    const item = list.items[at];
    if (item === undefined) return null;
    if (list.current !== at) {
      list.current = at;
      list.until = this.#clock.now() + item.ms_max;
      this.#watch(attempt_id, list);
      this.#limit(attempt_id, list);
    }
    return itemDocument(this.legOf(attempt_id), item);
  }

  /** Goes on by itself when nobody says that the item at work is done. */
  #watch(attempt_id: string, list: Playlist): void {
    list.cancel();
    const at = list.current;
    if (at + 1 >= list.items.length) return;
    list.cancel = this.#clock.after(list.until - this.#clock.now(), () => {
      if (list.current !== at) return;
      const twiml = this.#begin(attempt_id, list, at + 1);
      if (twiml !== null) this.#push(attempt_id, twiml);
    });
  }

  /** Ends the item at work when its time is up, where it does not end by itself. */
  #limit(attempt_id: string, list: Playlist): void {
    const item = list.items[list.current];
    if (item === undefined || item.cut_after_ms === null) return;
    this.#clock.after(item.cut_after_ms, () => {
      if (list.items[list.current] !== item) return;
      this.#push(attempt_id, cutDocument(this.legOf(attempt_id), item));
    });
  }

  #listOf(attempt_id: string): Playlist {
    const known = this.#lists.get(attempt_id);
    if (known !== undefined) return known;
    const list: Playlist = {
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
