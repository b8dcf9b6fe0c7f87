import Database from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import { randomBytes } from 'node:crypto';
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

/** A database of its own on the server that the test runner started. */
async function onMariadb(): Promise<StoreBench> {
  const url = `${SERVER}tandem_${randomBytes(6).toString('hex')}`;
  const open = () => openStore({ database_url: url, data_dir: '', clock });
  let store = await open();
  const outside = await createConnection({ uri: url, multipleStatements: true });
  return {
    store,
    second: open,
    reopen: async () => {
      await store.close();
      store = await open();
      return store;
    },
    execute: async (sql) => void (await outside.query(sql)),
    dispose: async () => {
      await store.close();
      await outside.query(`drop database ${new URL(url).pathname.slice(1)}`);
      await outside.end();
    },
  };
}

const SERVER = process.env['TEST_MYSQL'] || undefined;
describeStore('SQLite', onSqlite);
describeStore('MariaDB', onMariadb, SERVER === undefined && 'TEST_MYSQL names no MariaDB server');
