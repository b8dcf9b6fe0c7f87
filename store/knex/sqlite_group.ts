import type Database from 'better-sqlite3';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { StoreError } from '../store.ts';
import { SQLITE } from './dialects.ts';
import { openGroup } from './group.ts';
import type { Group, Item } from './group.ts';
import { batchRunner } from './sqlite_batch.ts';
import type { Answer } from './sqlite_batch.ts';
import type { Durability } from './sqlite_file.ts';
import { packer } from './sqlite_wire.ts';
import { sqlOf } from './statement.ts';
import type { Shape } from './statement.ts';

const UNITS_PER_COMMIT_MAX = 2000;
/** One batch is committed while the next is already on its way. */
const BATCHES_UNDER_WAY = 2;
const WORTH_A_BATCH = 16;

/** A group whose units are committed in this very thread. */
export function groupHere(db: Database.Database): Group {
  const statements = new Map<Shape, Database.Statement>();
  const run = batchRunner(db);
  const prepared = (shape: Shape): Database.Statement => {
    const known = statements.get(shape);
    if (known !== undefined) return known;
    const statement = db.prepare(sqlOf(shape, SQLITE));
    statements.set(shape, statement);
    return statement;
  };
  const flush = (items: readonly Item[]): void => {
    const units = items.map((item) =>
      item.statements.map(({ shape, args, otherwise }) => ({
        statement: prepared(shape),
        args,
        otherwise,
      })),
    );
    answer(items, run(units));
  };
  return openGroup(flush, { lanes: 1, worth: 1, most: UNITS_PER_COMMIT_MAX });
}

/** A group whose units are committed by a thread of their own, and how to end that. */
export interface WriterThread {
  readonly group: Group;
  /** Throws StoreError when the thread is gone: nothing can be written any more. */
  check(): void;
  close(): Promise<void>;
}

/** Opens a file a second time, in a thread that does nothing but write to it. */
export function groupInThread(path: string, durability: Durability): WriterThread {
  const wire = new Wire(path, durability);
  const limits = { lanes: BATCHES_UNDER_WAY, worth: WORTH_A_BATCH, most: UNITS_PER_COMMIT_MAX };
  const group = openGroup((items) => wire.send(items), limits);
  return {
    group,
    check: () => wire.check(),
    close: async () => {
      await group.idle();
      await wire.close();
    },
  };
}

interface Flight {
  readonly items: readonly Item[];
  readonly landed: () => void;
}

/** The line to a writing thread: batches out, their answers back in the same order. */
class Wire {
  readonly #thread: Worker;
  readonly #pack = packer();
  readonly #flights: Flight[] = [];
  /** Why the thread is gone; null while it lives. */
  #broken: unknown = null;

  constructor(path: string, durability: Durability) {
    const own = import.meta.url;
    const file = `./sqlite_worker${own.slice(own.lastIndexOf('.'))}`;
    this.#thread = new Worker(new URL(file, own), { workerData: { path, durability } });
    // idle, it keeps no process alive; a batch under way does
    this.#thread.unref();
    this.#thread.on('message', (answers: readonly Answer[] | null) => this.#land(answers));
    this.#thread.on('error', (error) => this.#lose(error));
    this.#thread.on('exit', (code) => this.#lose(new Error(`the writing thread left: ${code}`)));
  }

  send(items: readonly Item[]): Promise<void> {
    return new Promise((landed) => {
      this.#flights.push({ items, landed });
      if (this.#broken !== null) this.#lose(this.#broken);
      else {
        this.#thread.ref();
        this.#thread.postMessage(this.#pack(items.map(({ statements }) => statements)));
      }
    });
  }

  check(): void {
    if (this.#broken !== null) throw closed(this.#broken);
  }

  async close(): Promise<void> {
    if (this.#broken !== null) return;
    this.#thread.ref();
    const ended = once(this.#thread, 'exit');
    this.#thread.postMessage('close');
    await ended;
  }

  #land(answers: readonly Answer[] | null): void {
    const flight = this.#flights.shift();
    if (this.#flights.length === 0) this.#thread.unref();
    if (flight === undefined) return;
    answer(flight.items, answers);
    flight.landed();
  }

  #lose(error: unknown): void {
    this.#broken = error;
    for (const { items, landed } of this.#flights.splice(0)) {
      fail(items, error);
      landed();
    }
  }
}

/** Null answers all: every unit is committed. */
function answer(items: readonly Item[], answers: readonly Answer[] | null): void {
  for (const [place, item] of items.entries()) {
    const said = answers === null ? null : (answers[place] ?? null);
    if (said === null || typeof said === 'string') item.settle(said);
    else item.fail(new StoreError(said.retry, said.why));
  }
}

function fail(items: readonly Item[], error: unknown): void {
  for (const item of items) item.fail(closed(error));
}

function closed(cause: unknown): StoreError {
  return new StoreError('later', 'the database is closed', cause);
}
