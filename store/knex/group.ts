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
  flush: (items: Item[]) => Promise<void> | void,
  { lanes, worth, most }: GroupLimits,
): Group {
  let waiting: Item[] = [];
  let armed = false;
  let running = 0;
  let watchers: (() => void)[] = [];

  const arm = (): void => {
    if (armed || running >= lanes || waiting.length === 0) return;
    if (running > 0 && waiting.length < worth) return;
    armed = true;
    setImmediate(go);
  };
  const go = (): void => {
    armed = false;
    const items = waiting.length > most ? waiting.splice(0, most) : waiting;
    if (items === waiting) waiting = [];
    running += 1;
    const under_way = flush(items);
    if (under_way === undefined) ended();
    else void under_way.then(ended);
    arm();
  };
  const ended = (): void => {
    running -= 1;
    if (running === 0 && waiting.length === 0) {
      for (const tell of watchers) tell();
      watchers = [];
    }
    arm();
  };
  return {
    add: (statements) =>
      new Promise((settle, fail) => {
        waiting.push({ statements, settle, fail });
        arm();
      }),
    idle: () =>
      running === 0 && waiting.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => watchers.push(resolve)),
  };
}
