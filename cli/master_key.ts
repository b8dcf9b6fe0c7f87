import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';

/**
 * The key that seals secrets at rest: from the environment, or (embedded default) made once and
 * kept in DATA_DIR, readable by its owner only.
 */
export function masterKey({ master_key, data_dir }: Config): Buffer {
  if (master_key !== null) return bytesOf(master_key);
  const path = join(data_dir, 'master.key');
  mkdirSync(data_dir, { recursive: true });
  try {
    // 'wx' fails where the file stands already: a key is never overwritten.
    writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return bytesOf(readFileSync(path, 'utf8').trim());
}

function bytesOf(text: string): Buffer {
  return /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
}
