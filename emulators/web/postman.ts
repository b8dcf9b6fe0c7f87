import type { Clock } from '../../kernel/clock.ts';
import type { Journal } from '../journal.ts';
import type { Courier, Outgoing, Returned } from './courier.ts';
import type { Fault, Faults } from './faults.ts';

/** Something an emulator has to tell an application about a leg. */
export interface Letter {
  /** What it tells: `status.completed`, `answer`, `amd` … Faults are switched on by it. */
  readonly tag: string;
  readonly leg: string;
  /** Numbers and names it is about, so that a fault can be meant for it. */
  readonly about: readonly string[];
  /** The request as it leaves, spoilt as the flaw says. Written anew for every try. */
  write(flaw: Fault | null): Outgoing;
  /** How often it is tried again after an outcome, and how long after. */
  retries(returned: Returned): number;
  readonly retry_ms: number;
}

export interface PostmanMeans {
  readonly clock: Clock;
  readonly courier: Courier;
  readonly faults: Faults;
  readonly journal: Journal;
}

const REPEATS = 3;
const DELAY_MS = 5_000;
/** A letter that waits to be overtaken leaves by itself when nothing comes to overtake it. */
const HELD_MS = 10_000;
const LOST: Returned = { ok: false, failure: 'read', detail: 'lost by a fault' };

/** Takes letters to applications, and loses, repeats, delays and reorders them on demand. */
export class Postman {
  readonly #means: PostmanMeans;
  readonly #held = new Map<string, () => void>();

  constructor(means: PostmanMeans) {
    this.#means = means;
  }

  /** Resolves with the last answer, once the letter was taken or given up. */
  async post(letter: Letter): Promise<Returned> {
    const { faults } = this.#means;
    const fault = faults.strike(letter.tag, [letter.leg, ...letter.about]);
    switch (fault?.do) {
      case 'drop':
        return LOST;
      case 'delay':
        await this.#pause(fault.ms ?? DELAY_MS);
        return this.#take(letter, null);
      case 'repeat': {
        const count = fault.count ?? REPEATS;
        for (let round = 1; round < count; round += 1) await this.#take(letter, null);
        return this.#take(letter, null);
      }
      case 'reverse':
        await this.#overtaken(lineOf(letter));
        return this.#take(letter, null);
      default:
        return this.#take(letter, fault);
    }
  }

  async #take(letter: Letter, flaw: Fault | null): Promise<Returned> {
    for (let tries = 0; ; tries += 1) {
      const returned = await this.#carry(letter, flaw);
      if (tries >= letter.retries(returned)) return returned;
      await this.#pause(letter.retry_ms);
    }
  }

  async #carry(letter: Letter, flaw: Fault | null): Promise<Returned> {
    const { journal, courier } = this.#means;
    const outgoing = letter.write(flaw);
    const { method, url, headers, body } = outgoing;
    const { tag, leg } = letter;
    const entry = journal.sent({ tag, leg, method, url, headers, body });
    const returned = await courier.send(outgoing);
    entry.status = returned.ok ? returned.status : null;
    entry.failure = returned.ok ? null : returned.detail;
    this.#release(lineOf(letter));
    return returned;
  }

  #overtaken(line: string): Promise<void> {
    // A second one to be overtaken overtakes the first.
    if (this.#held.has(line)) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#means.clock.after(HELD_MS, () => this.#release(line));
      this.#held.set(line, () => {
        cancel();
        resolve();
      });
    });
  }

  #release(line: string): void {
    const release = this.#held.get(line);
    this.#held.delete(line);
    release?.();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#means.clock.after(ms, resolve));
  }
}

/** Letters overtake their own kind: `status.ringing` another status of the same leg. */
function lineOf({ leg, tag }: Letter): string {
  return `${leg}/${tag.split('.')[0] ?? ''}`;
}
