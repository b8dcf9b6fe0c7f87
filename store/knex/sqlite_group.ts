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
  close(): Promise<void>;
}

interface Flight {
  readonly items: readonly Item[];
  readonly landed: () => void;
}

/** Opens a file a second time, in a thread that does nothing but write to it. */
export function groupInThread(path: string, durability: Durability): WriterThread {
  const own = import.meta.url;
  const file = `./sqlite_worker${own.slice(own.lastIndexOf('.'))}`;
  const thread = new Worker(new URL(file, own), { workerData: { path, durability } });
  const flights: Flight[] = [];
  let broken: unknown = null;
  const pack = packer();
  const lose = (error: unknown): void => {
    broken = error;
    for (const { items, landed } of flights.splice(0)) {
      fail(items, error);
      landed();
    }
  };
  thread.on('message', (answers: readonly Answer[] | null) => {
    const flight = flights.shift();
    if (flight === undefined) return;
    answer(flight.items, answers);
    flight.landed();
  });
  thread.on('error', lose);
  thread.on('exit', (code) => lose(new Error(`the writing thread has ended with ${code}`)));
  const flush = (items: readonly Item[]): Promise<void> =>
    new Promise((landed) => {
      if (broken !== null) {
        fail(items, broken);
        return landed();
      }
      flights.push({ items, landed });
      thread.postMessage(pack(items.map(({ statements }) => statements)));
    });
  const limits = { lanes: BATCHES_UNDER_WAY, worth: WORTH_A_BATCH, most: UNITS_PER_COMMIT_MAX };
  const group = openGroup(flush, limits);
  return {
    group,
    close: async () => {
      await group.idle();
      const ended = broken === null ? once(thread, 'exit') : null;
      thread.postMessage('close');
      await ended;
    },
  };
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
  for (const item of items) item.fail(new StoreError('later', 'the database is closed', error));
}
