/** Lets things happen to one leg one after the other, in the order asked; other legs go on. */
export interface Turns {
  run(name: string, work: () => Promise<void>): Promise<void>;
}

export function makeTurns(): Turns {
  const tails = new Map<string, Promise<void>>();
  return {
    run: (name, work) => {
      const before = tails.get(name);
      // A failure of what came before is its asker's business.
      const mine = before === undefined ? work() : before.then(work, work);
      tails.set(name, mine);
      const leave = (): void => {
        if (tails.get(name) === mine) tails.delete(name);
      };
      mine.then(leave, leave);
      return mine;
    },
  };
}
