import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Log } from '../engine/log.ts';
import { clearUnfinished, openDisk } from '../files/disk/disk.ts';
import type { Files } from '../files/files.ts';

/** Where recordings lie. What writers that were killed have left there goes, in good time. */
export function openFiles({ recordings_dir, data_dir }: Config, log: Log): Files {
  const folder = recordings_dir ?? join(data_dir, 'recordings');
  if (existsSync(folder))
    clearUnfinished(folder).catch((error: unknown) =>
      log.warn({ error }, 'unfinished recordings could not be cleared'),
    );
  return openDisk(folder);
}
