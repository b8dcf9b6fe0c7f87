import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import type { Clock } from '../../kernel/clock.ts';
import { T0 } from '../../tests/conformance/store_rows.ts';
import { openStore } from './open.ts';

const clock: Clock = { now: () => T0, wall: () => T0, after: () => () => undefined };

it('what is kept in files is for its owner alone, whatever the umask', async () => {
  const umask = process.umask(0);
  const data_dir = await mkdtemp(join(tmpdir(), 'tandem-files-'));
  try {
    const store = await openStore({ database_url: null, data_dir, clock });
    const files = await readdir(data_dir);
    assert.ok(files.includes('tandem.db') && files.includes('tandem.db-wal'));
    for (const file of files)
      assert.equal((await stat(join(data_dir, file))).mode & 0o777, 0o600, file);
    await store.close();
  } finally {
    process.umask(umask);
    await rm(data_dir, { recursive: true });
  }
});
