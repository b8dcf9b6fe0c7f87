import { SpeechError } from '../speech.ts';

/** Lets so many at a time, and keeps so many waiting; whoever comes beyond that is turned away. */
export interface Turns {
  /** Throws SpeechError when too many wait already. */
  take<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function makeTurns(at_once: number, waiting_max: number): Turns {
  const waiting: (() => void)[] = [];
  let free = at_once;
  return {
    take: async (work) => {
      if (free > 0) free -= 1;
      else if (waiting.length >= waiting_max)
        throw new SpeechError('busy', 'too much is waiting to be said');
      else await new Promise<void>((next) => waiting.push(next));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
