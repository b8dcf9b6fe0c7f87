import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '../config.ts';

/**
 * Makes the folder for data, and those above it, one by one: asked for all at once, the runtime
 * does not come back from places where nothing can be made.
 */
export function readyDataDir(data_dir: string): void {
  try {
    make(data_dir);
    accessSync(data_dir, constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`DATA_DIR must be a folder that can be written, not ${data_dir}: ${why}`);
  }
}

function make(folder: string): void {
  if (existsSync(folder)) return;
  make(dirname(folder));
  mkdirSync(folder, { mode: 0o750 });
}
