import Database from 'better-sqlite3';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { describeStore } from '../../tests/conformance/store.ts';
import type { StoreBench } from '../../tests/conformance/store_bench.ts';
import { T0 } from '../../tests/conformance/store_rows.ts';
import { openStore } from './open.ts';

const clock: Clock = { now: () => T0, wall: () => T0, after: () => () => undefined };

async function onSqlite(): Promise<StoreBench> {
  const data_dir = await mkdtemp(join(tmpdir(), 'tandem-store-'));
  const open = () => openStore({ database_url: null, data_dir, clock });
  let store = await open();
  return {
    store,
    second: null,
    reopen: async () => {
      await store.close();
      store = await open();
      return store;
    },
    execute: async (sql) => {
      const db = new Database(join(data_dir, 'tandem.db'));
      db.exec(sql);
      db.close();
    },
    dispose: async () => {
      await store.close();
      await rm(data_dir, { recursive: true });
    },
  };
}

describeStore('SQLite', onSqlite);
