/**
 * Private MariaDB and Redis servers for tests and benches: found or fetched, started on free ports
 * in temporary folders, and stopped again. Nothing of the machine's own is touched.
 */
import { startMariadb } from './services/mariadb.ts';
import { startRedis } from './services/redis.ts';
import type { Server } from './services/server.ts';
import { ensureTool, log, showTool, type ToolName } from './services/tools.ts';

export interface Wanted {
  readonly mariadb?: boolean;
  readonly redis?: boolean;
  /** A program and no server: what speaks where the texts are not English. */
  readonly espeak?: boolean;
  /** Whether MariaDB's commits wait for the disk; benches that claim durability say true. */
  readonly durable?: boolean;
}

export interface Services {
  /** `mysql://root@127.0.0.1:PORT/`, without a database name; null where there is no MariaDB. */
  readonly mysql_url: string | null;
  readonly redis_url: string | null;
  /** Ends what was started here and removes its folders. */
  stop(): Promise<void>;
}

/**
 * Starts the wanted servers and sets TEST_MYSQL and TEST_REDIS. A server that cannot be had is
 * null, or an error where REQUIRE_SERVICES=1. Ends them on SIGINT and SIGTERM too.
 */
export async function startServices(wanted: Wanted): Promise<Services> {
  const mariadb = wanted.mariadb === true ? programOf('mariadb') : null;
  const redis = wanted.redis === true ? programOf('redis') : null;
  const espeak = wanted.espeak === true ? programOf('espeak') : null;
  if (espeak !== null) showTool(espeak);
  const durable = wanted.durable ?? false;
  const [sql, cache] = await allOrNone([
    mariadb === null ? Promise.resolve(null) : startMariadb(mariadb, { durable }),
    redis === null ? Promise.resolve(null) : startRedis(redis),
  ]);
  const mysql_url = urlOf('mysql://root@127.0.0.1:', sql, 'TEST_MYSQL');
  const redis_url = urlOf('redis://127.0.0.1:', cache, 'TEST_REDIS');
  return {
    mysql_url,
    redis_url,
    stop: () => stopAll([sql, cache]),
  };
}

function programOf(name: ToolName): string | null {
  const program = ensureTool(name);
  if (program === null && process.env['REQUIRE_SERVICES'] === '1')
    throw new Error(`REQUIRE_SERVICES=1, but ${name} is missing and could not be fetched`);
  return program;
}

/** If one does not start, the others are stopped before the error goes on. */
async function allOrNone(starts: readonly Promise<Server | null>[]): Promise<(Server | null)[]> {
  const settled = await Promise.allSettled(starts);
  const failed = settled.find((start) => start.status === 'rejected');
  const servers = settled.map((start) => (start.status === 'fulfilled' ? start.value : null));
  if (failed === undefined) return servers;
  await stopAll(servers);
  throw failed.reason;
}

async function stopAll(servers: readonly (Server | null | undefined)[]): Promise<void> {
  await Promise.all(servers.filter((server) => server != null).map((server) => server.stop()));
}

function urlOf(prefix: string, server: Server | null | undefined, name: string): string | null {
  if (server == null) return null;
  const url = `${prefix}${String(server.port)}/`;
  process.env[name] = url;
  log(`${name}=${url} (pid ${String(server.pid)})`);
  return url;
}
