import type { Config } from '../config.ts';
import { readConfig } from '../config.ts';

/** The settings of this process's environment. Throws ConfigError. */
export function settings(): Config {
  return readConfig(process.env);
}
