/**
 * Counts what is under way, so that a test clock knows when everything has settled: what is worked
 * on, and what is kept waiting on purpose, which will not move before the clock does.
 */
export class Activity {
  #busy = 0;
  #stalled = 0;

  get busy(): number {
    return this.#busy;
  }

  get stalled(): number {
    return this.#stalled;
  }

  /** Notes that something is worked on; the answer notes that it is done. */
  work(): () => void {
    this.#busy += 1;
    return once(() => (this.#busy -= 1));
  }

  /** Notes that something is kept waiting; the answer notes that it goes on. */
  stall(): () => void {
    this.#stalled += 1;
    return once(() => (this.#stalled -= 1));
  }
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
