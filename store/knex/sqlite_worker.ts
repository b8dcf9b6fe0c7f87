import { parentPort, workerData } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { assert } from '../../kernel/assert.ts';
import { batchRunner } from './sqlite_batch.ts';
import { openFile } from './sqlite_file.ts';
import type { Durability } from './sqlite_file.ts';
import { unpack } from './sqlite_wire.ts';
import type { WireBatch } from './sqlite_wire.ts';

/**
 * The thread that writes: it runs batches and waits for the disk, while the other thread goes on
 * with the network. Started by sqlite_thread.ts; answers one message per batch.
 */
const { path, durability } = workerData as {
  readonly path: string;
  readonly durability: Durability;
};
const db = openFile(path, durability);
const run = batchRunner(db);
const prepared: Database.Statement[] = [];
const port = parentPort;
assert(port !== null, 'the writing thread is started as a worker');

port.on('message', (batch: WireBatch | 'close') => {
  if (batch === 'close') {
    db.close();
    port.close();
    return;
  }
  for (const text of batch.texts) prepared.push(db.prepare(text));
  const units = unpack(batch.flat, (number) => {
    const statement = prepared[number];
    assert(statement !== undefined, `statement ${number} has no text`);
    return statement;
  });
  const answers = run(units);
  // most batches are committed whole, which one word says
  port.postMessage(answers.every((answer) => answer === null) ? null : answers);
});
