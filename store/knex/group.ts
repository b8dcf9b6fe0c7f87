import type { Statement } from './statement.ts';

/** A unit of work waiting to be committed with others. */
export interface Item {
  readonly statements: readonly Statement[];
  readonly settle: (refusal: string | null) => void;
  readonly fail: (error: unknown) => void;
}

export interface Group {
  add(statements: readonly Statement[]): Promise<string | null>;
  /** Resolves when nothing is waiting or under way. */
  idle(): Promise<void>;
}

export interface GroupLimits {
  /** How many flushes may run at once. */
  readonly lanes: number;
  /** How many items must wait before another flush is begun beside those that run. */
  readonly worth: number;
  /** Items in one flush. */
  readonly most: number;
}

/**
 * Group commit without a timer: whatever arrived while the last commit ran shares the next one.
 * `flush` answers every item it is given.
 */
export function openGroup(
  flush: (items: readonly Item[]) => Promise<void> | void,
  limits: GroupLimits,
): Group {
  return new GroupCommit(flush, limits);
}

class GroupCommit implements Group {
  readonly #flush: (items: readonly Item[]) => Promise<void> | void;
  readonly #limits: GroupLimits;
  #waiting: Item[] = [];
  #armed = false;
  #running = 0;
  #watchers: (() => void)[] = [];

  constructor(flush: (items: readonly Item[]) => Promise<void> | void, limits: GroupLimits) {
    this.#flush = flush;
    this.#limits = limits;
  }

  add(statements: readonly Statement[]): Promise<string | null> {
    return new Promise((settle, fail) => {
      this.#waiting.push({ statements, settle, fail });
      this.#arm();
    });
  }

  idle(): Promise<void> {
    return this.#isIdle() ? Promise.resolve() : new Promise((tell) => this.#watchers.push(tell));
  }

  #isIdle(): boolean {
    return this.#running === 0 && this.#waiting.length === 0;
  }

  #arm(): void {
    const { lanes, worth } = this.#limits;
    const waiting = this.#waiting.length;
    if (this.#armed || waiting === 0 || this.#running >= lanes) return;
    if (this.#running > 0 && waiting < worth) return;
    this.#armed = true;
    setImmediate(() => this.#go());
  }

  #go(): void {
    this.#armed = false;
    const { most } = this.#limits;
    const items = this.#waiting.slice(0, most);
    this.#waiting = this.#waiting.slice(most);
    this.#running += 1;
    const under_way = this.#flush(items);
    if (under_way === undefined) this.#ended();
    else void under_way.then(() => this.#ended());
    this.#arm();
  }

  #ended(): void {
    this.#running -= 1;
    if (this.#isIdle()) for (const tell of this.#watchers.splice(0)) tell();
    this.#arm();
  }
}
