import { resolve } from 'node:path';
import { flag, keyText, ranges, schedule, url, whole } from './config_values.ts';
import type { LogLevel } from './engine/log.ts';

/** Everything the operator can set, checked once at start and never changed after. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Null: the embedded SQLite file in data_dir. */
  readonly database_url: string | null;
  /** Null: work stays inside this process. */
  readonly redis_url: string | null;
  readonly data_dir: string;
  readonly public_url: string;
  /** 32 bytes, hexadecimal or base64; null: made and kept in data_dir (one node only). */
  readonly master_key: string | null;
  readonly bootstrap_key: string | null;
  readonly webhook_schedule_s: readonly number[];
  readonly webhook_timeout_ms: number;
  readonly webhook_allow: readonly string[];
  readonly webhook_disable_after_s: number;
  readonly recordings_dir: string | null;
  readonly recordings_days: number;
  readonly speech_cache_mb: number;
  readonly reconcile_interval_ms: number;
  readonly dial_timeout_ms: number;
  readonly carrier_timeout_ms: number;
  readonly attempts_max: number;
  readonly rate_limit_per_s: number;
  readonly test_clock: boolean;
  readonly metrics_public: boolean;
  readonly log_level: LogLevel;
  readonly shutdown_ms: number;
}
const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** A setting that cannot be used: one clear line, naming it and what it may be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

interface Setting<T> {
  readonly name: string;
  /** What it may be, in words: printed in the error and in docs/settings.md. */
  readonly wants: string;
  /** As written in the environment; null = not set. */
  readonly preset: string | null;
  readonly about: string;
  /** Whether its value must never be shown. */
  readonly secret?: boolean;
  /** Undefined when the text will not do. */
  readonly read: (text: string) => T | undefined;
}

const DAY_S = 86_400;
const setting = <T>(each: Setting<T>): Setting<T> => each;
/** Retry delays after the first try: eleven tries over three and a half days. */
const SCHEDULE = '5,30,120,600,1800,7200,18000,36000,50400,72000,86400';

/** The one list of settings: the start reads it, `tandem doctor` and docs/settings.md print it. */
export const SETTINGS = {
  port: setting({
    name: 'PORT',
    wants: 'a whole number from 0 to 65535 (0: any free port)',
    preset: '8080',
    about: 'Port the API listens on.',
    read: whole(0, 65_535),
  }),
  host: setting({
    name: 'HOST',
    wants: 'an address or host name',
    preset: '0.0.0.0',
    about: 'Address the API listens on.',
    read: (text) => (/^[\w.:-]{1,255}$/.test(text) ? text : undefined),
  }),
  database_url: setting({
    name: 'DATABASE_URL',
    secret: true,
    wants: 'mysql://user:password@host:port/database',
    preset: null,
    about: 'MySQL or MariaDB. Not set: SQLite in DATA_DIR.',
    read: url('mysql:', 'mariadb:'),
  }),
  redis_url: setting({
    name: 'REDIS_URL',
    secret: true,
    wants: 'redis://host:port or rediss://…',
    preset: null,
    about: 'Redis for work between several nodes. Needs DATABASE_URL.',
    read: url('redis:', 'rediss:'),
  }),
  data_dir: setting({
    name: 'DATA_DIR',
    wants: 'a folder',
    preset: './data',
    about: 'Where the embedded database, the master key and recordings are kept.',
    read: (text) => (text === '' ? undefined : resolve(text)),
  }),
  public_url: setting({
    name: 'PUBLIC_URL',
    wants: 'an http(s) address without a path, query or trailing slash',
    preset: null,
    about: 'How carriers and people reach this server. Not set: http://localhost:PORT.',
    read: (text) => (/^https?:\/\/[^/?#\s]+$/.test(text) && URL.canParse(text) ? text : undefined),
  }),
  master_key: setting({
    name: 'TANDEM_MASTER_KEY',
    secret: true,
    wants: '32 bytes as 64 hexadecimal digits or as base64',
    preset: null,
    about:
      'Encrypts carrier credentials and webhook secrets at rest. Not set: made at first start ' +
      'and kept in DATA_DIR; required with REDIS_URL, the same on every node.',
    read: keyText,
  }),
  bootstrap_key: setting({
    name: 'TANDEM_BOOTSTRAP_KEY',
    secret: true,
    wants: '16 to 255 visible ASCII characters',
    preset: null,
    about: 'The admin key of the first start. Not set: one is made and printed once.',
    read: (text) => (/^[\x21-\x7e]{16,255}$/.test(text) ? text : undefined),
  }),
  webhook_schedule_s: setting({
    name: 'TANDEM_WEBHOOK_SCHEDULE',
    wants: '1 to 50 whole numbers of seconds, comma separated',
    preset: SCHEDULE,
    about: 'Delays between tries of a webhook delivery, in seconds.',
    read: schedule,
  }),
  webhook_timeout_ms: setting({
    name: 'TANDEM_WEBHOOK_TIMEOUT_MS',
    wants: 'a whole number from 100 to 120000',
    preset: '15000',
    about: 'Longest a webhook or flow request may take, from connecting to the last byte.',
    read: whole(100, 120_000),
  }),
  webhook_allow: setting({
    name: 'TANDEM_WEBHOOK_ALLOW',
    wants: 'address ranges such as 10.0.0.0/8,::1/128, comma separated',
    preset: '',
    about: 'Private ranges that webhooks and flow requests may reach. All are closed by default.',
    read: ranges,
  }),
  webhook_disable_after_s: setting({
    name: 'TANDEM_WEBHOOK_DISABLE_AFTER_S',
    wants: 'a whole number of seconds from 1 to 2592000',
    preset: String(5 * DAY_S),
    about: 'How long an endpoint may fail every time before it is switched off.',
    read: whole(1, 30 * DAY_S),
  }),
  recordings_dir: setting({
    name: 'TANDEM_RECORDINGS_DIR',
    wants: 'a folder',
    preset: null,
    about:
      'Where recordings lie; with several nodes a folder that all of them share. Not set: ' +
      'DATA_DIR/recordings.',
    read: (text) => (text === '' ? undefined : resolve(text)),
  }),
  recordings_days: setting({
    name: 'TANDEM_RECORDINGS_DAYS',
    wants: 'a whole number from 0 to 36500 (0: for ever)',
    preset: '30',
    about: 'Days after which a recording is deleted.',
    read: whole(0, 36_500),
  }),
  speech_cache_mb: setting({
    name: 'TANDEM_SPEECH_CACHE_MB',
    wants: 'a whole number from 0 to 1000000',
    preset: '200',
    about: 'Most megabytes of speech kept in DATA_DIR; as much again of files that were played.',
    read: whole(0, 1_000_000),
  }),
  reconcile_interval_ms: setting({
    name: 'TANDEM_RECONCILE_INTERVAL_MS',
    wants: 'a whole number from 100 to 3600000',
    preset: '30000',
    about: 'How long a carrier may be silent about a live leg before it is asked.',
    read: whole(100, 3_600_000),
  }),
  dial_timeout_ms: setting({
    name: 'TANDEM_DIAL_TIMEOUT_MS',
    wants: 'a whole number from 1000 to 600000',
    preset: '60000',
    about: 'How long each route may ring when a call does not say (its dial_timeout).',
    read: whole(1_000, 600_000),
  }),
  carrier_timeout_ms: setting({
    name: 'TANDEM_CARRIER_TIMEOUT_MS',
    wants: 'a whole number from 100 to 15000',
    preset: '10000',
    about: "How long a carrier may take to answer a request before its outcome is 'unknown'.",
    read: whole(100, 15_000),
  }),
  attempts_max: setting({
    name: 'TANDEM_ATTEMPTS_MAX',
    wants: 'a whole number from 1 to 10',
    preset: '5',
    about: 'Most routes tried for one call.',
    read: whole(1, 10),
  }),
  rate_limit_per_s: setting({
    name: 'TANDEM_RATE_LIMIT_PER_S',
    wants: 'a whole number from 0 to 100000 (0: no limit)',
    preset: '100',
    about: 'Requests a second per access key; twice as many in a burst.',
    read: whole(0, 100_000),
  }),
  test_clock: setting({
    name: 'TANDEM_TEST_CLOCK',
    wants: 'on or off',
    preset: 'on',
    about:
      'Whether POST /v1/test/clock/advance works. It is locked anyway once a provider other ' +
      'than the sandbox exists.',
    read: flag,
  }),
  metrics_public: setting({
    name: 'TANDEM_METRICS_PUBLIC',
    wants: 'on or off',
    preset: 'off',
    about: 'Whether /metrics answers without an admin key.',
    read: flag,
  }),
  log_level: setting({
    name: 'TANDEM_LOG_LEVEL',
    wants: LOG_LEVELS.join(', '),
    preset: 'info',
    about: 'Least severe level that is logged.',
    read: (text) => LOG_LEVELS.find((level) => level === text),
  }),
  shutdown_ms: setting({
    name: 'TANDEM_SHUTDOWN_MS',
    wants: 'a whole number from 100 to 60000',
    preset: '10000',
    about: 'How long a stop waits for requests and deliveries under way.',
    read: whole(100, 60_000),
  }),
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads and checks the environment. Throws ConfigError with one line. */
export function readConfig(env: Environment): Config {
  const values = Object.fromEntries(
    Object.entries(SETTINGS).map(([field, each]) => [field, valueOf(each, env)]),
  ) as unknown as Config & { public_url: string | null };
  if (values.redis_url !== null && values.database_url === null)
    throw new ConfigError('REDIS_URL is for several nodes: set DATABASE_URL too');
  if (values.redis_url !== null && values.master_key === null)
    throw new ConfigError(
      'TANDEM_MASTER_KEY must be set with REDIS_URL, the same on every node: 32 random bytes',
    );
  const public_url = values.public_url ?? `http://localhost:${values.port}`;
  return Object.freeze({ ...values, public_url });
}

function valueOf(each: Setting<unknown>, env: Environment): unknown {
  const text = env[each.name] ?? each.preset;
  if (text === null || (text === '' && each.preset === null)) return null;
  const value = each.read(text);
  if (value === undefined) {
    const given = each.secret === true ? '' : `, not ${JSON.stringify(text)}`;
    throw new ConfigError(`${each.name} must be ${each.wants}${given}`);
  }
  return value;
}

/** Names that look like settings but are none: told at start, so that a slip does not go unseen. */
export function unknownSettings(env: Environment): string[] {
  const names = new Set(Object.values(SETTINGS).map((each): string => each.name));
  return Object.keys(env).filter((name) => name.startsWith('TANDEM_') && !names.has(name));
}
