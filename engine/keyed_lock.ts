/** Runs work on one key strictly one after another, in the order asked; other keys go on. */
export interface KeyedLock {
  run<Result>(key: string, work: () => Promise<Result>): Promise<Result>;
  /** Keys with work under way or waiting. */
  size(): number;
}

export function makeKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<unknown>>();
  return {
    size: () => tails.size,
    run: (key, work) => {
      const before = tails.get(key);
      // A failure of the work before is its asker's business, not ours.
      const mine = before === undefined ? work() : before.then(work, work);
      tails.set(key, mine);
      const leave = (): void => {
        if (tails.get(key) === mine) tails.delete(key);
      };
      mine.then(leave, leave);
      return mine;
    },
  };
}
