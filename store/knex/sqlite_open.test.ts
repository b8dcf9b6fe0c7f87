import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Clock } from '../../kernel/clock.ts';
import { StoreError } from '../store.ts';
import { T0, newLeg, owner, unitOf } from '../../tests/conformance/store_rows.ts';
import { migrate, openStore } from './open.ts';

const clock: Clock = { now: () => T0, wall: () => T0, after: () => () => undefined };
const HOLDER = `
  import { openStore } from ${JSON.stringify(import.meta.resolve('./open.ts'))};
  const clock = { now: () => 0, wall: () => 0, after: () => () => undefined };
  await openStore({ database_url: null, data_dir: process.argv[1], clock });
  process.stdout.write('open');
  setInterval(() => undefined, 1000);
`;

async function inFolder(test: (data_dir: string) => Promise<void>): Promise<void> {
  const data_dir = await mkdtemp(join(tmpdir(), 'tandem-files-'));
  try {
    await test(data_dir);
  } finally {
    await rm(data_dir, { recursive: true });
  }
}

const isHeld = (error: unknown): boolean =>
  error instanceof StoreError && /already serving/.test(error.message);

describe('a data folder', () => {
  it('is held by one process, until that dies', () =>
    inFolder(async (data_dir) => {
      const options = { database_url: null, data_dir, clock };
      const holder = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, data_dir]);
      await once(holder.stdout, 'data');
      await assert.rejects(openStore(options), isHeld);
      // a tool may look, and migrate, beside the server
      assert.deepEqual(await migrate(options), []);
      const beside = await openStore({ ...options, exclusive: false });
      assert.deepEqual(await beside.ledger.proof(), []);
      await beside.close();
      holder.kill('SIGKILL');
      await once(holder, 'exit');
      const store = await openStore(options);
      await assert.rejects(openStore(options), isHeld);
      await store.close();
      await (await openStore(options)).close();
    }));

  it('is migrated once', () =>
    inFolder(async (data_dir) => {
      const options = { database_url: null, data_dir: join(data_dir, 'new') };
      const made = await Promise.all([migrate(options), migrate(options)]);
      assert.deepEqual(made[1], []);
      assert.equal(made[0]?.[0], '0001_create_calls');
    }));
});

describe('a store in memory', () => {
  it('keeps what it is given while it is open', async () => {
    const store = await openStore({ database_url: 'sqlite::memory:', data_dir: '', clock });
    const leg = newLeg(owner());
    assert.equal(await store.legs.commit(unitOf(leg)), 'committed');
    assert.deepEqual(await store.calls.get('all', leg.call.id), leg);
    await store.close();
  });

  it('says which URLs it takes', async () => {
    const bad = openStore({ database_url: 'postgres://x/y', data_dir: '', clock });
    await assert.rejects(bad, /must begin with mysql/);
  });
});
