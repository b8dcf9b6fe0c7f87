import type { Store } from '../../store/store.ts';

/** A store to be tested, on data of its own. */
export interface StoreBench {
  readonly store: Store;
  /** Closes the store and opens it again on the same data. */
  reopen(): Promise<Store>;
  /** A second store on the same data, as another node has it; null where there can be only one. */
  readonly second: (() => Promise<Store>) | null;
  /** Runs SQL behind the store's back, to plant damage. */
  execute(sql: string): Promise<void>;
  dispose(): Promise<void>;
}

export type MakeStore = () => Promise<StoreBench>;
export type StoreTest = (bench: StoreBench) => Promise<void>;

/** Runs one test on a bench of its own, and clears it away whatever happens. */
export function onBench(make: MakeStore, test: StoreTest): () => Promise<void> {
  return async () => {
    const bench = await make();
    try {
      await test(bench);
    } finally {
      await bench.dispose();
    }
  };
}
