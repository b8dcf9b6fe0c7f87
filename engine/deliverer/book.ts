import type { DeliveryRow } from '../../store/journal.ts';
import type { DeliveryStore } from '../../store/store.ts';
import type { Log } from '../log.ts';
import type { Line } from './lanes.ts';

interface Entry {
  readonly row: DeliveryRow;
  readonly line: Line;
}

/**
 * Writes down what became of tries. Whatever ends in one turn of the event loop is written
 * together; what the database does not take is kept and written again.
 */
export class Book {
  readonly #deliveries: Pick<DeliveryStore, 'settle'>;
  readonly #log: Log;
  readonly #settled: (line: Line) => void;
  #open: Entry[] = [];
  #writing = 0;
  #armed = false;
  #refused = false;
  #whenClear: (() => void)[] = [];

  /** `settled` is told of a line each time nothing of it is left to be written. */
  constructor(
    deliveries: Pick<DeliveryStore, 'settle'>,
    { log, settled }: { readonly log: Log; readonly settled: (line: Line) => void },
  ) {
    this.#deliveries = deliveries;
    this.#log = log;
    this.#settled = settled;
  }

  /** How many results are not durable yet. */
  get size(): number {
    return this.#open.length + this.#writing;
  }

  add(row: DeliveryRow, line: Line): void {
    line.unsettled += 1;
    this.#open.push({ row, line });
    // After a refusal the next tick tries: a database that is away is not asked in a loop.
    if (this.#armed || this.#refused) return;
    this.#armed = true;
    setImmediate(() => this.write());
  }

  /** Writes what is open. Called again at every tick, for what was refused. */
  write(): void {
    this.#armed = false;
    this.#refused = false;
    const entries = this.#open;
    if (entries.length === 0) return;
    this.#open = [];
    this.#writing += entries.length;
    this.#deliveries.settle(entries.map((each) => each.row)).then(
      () => this.#wrote(entries),
      (error: unknown) => this.#refuse(entries, error),
    );
  }

  /** Resolves once everything is written, or when a write has failed and nobody will try again. */
  clear(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenClear.push(resolve));
  }

  #wrote(entries: readonly Entry[]): void {
    this.#writing -= entries.length;
    for (const { line } of entries) {
      line.unsettled -= 1;
      if (line.unsettled === 0) this.#settled(line);
    }
    if (this.size === 0) this.#tellClear();
  }

  #refuse(entries: readonly Entry[], error: unknown): void {
    this.#log.error({ error, rows: entries.length }, 'results of deliveries could not be stored');
    this.#writing -= entries.length;
    this.#open = [...entries, ...this.#open];
    this.#refused = true;
    this.#tellClear();
  }

  #tellClear(): void {
    const waiting = this.#whenClear;
    this.#whenClear = [];
    for (const resolve of waiting) resolve();
  }
}
