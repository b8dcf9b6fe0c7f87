import { execFileSync } from 'node:child_process';
import { constants, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startServer, type Place, type Server } from './server.ts';
import { cacheFolder, log, toolEnv } from './tools.ts';

/** A small database is made and copied several times faster than one of the default size. */
const SMALL = ['--innodb-data-file-path=ibdata1:5M:autoextend', '--innodb-undo-tablespaces=0'];

const SMALL_LOG = '--innodb-log-file-size=8M';

export interface MariadbOptions {
  /** Whether every commit waits for the disk. Tests gain from false, benches must say true. */
  readonly durable: boolean;
  /** A folder of the caller's for the data: a server started there again finds what it had. */
  readonly data?: string;
  /** A fixed port, for a server that comes back where it was. */
  readonly port?: number;
}

/** Starts a private MariaDB, empty unless its data are there, with a root without password. */
export async function startMariadb(program: string, options: MariadbOptions): Promise<Server> {
  const dataIn = ({ folder }: Place): string => options.data ?? join(folder, 'data');
  return startServer({
    name: 'mariadb',
    program: () => program,
    ...(options.port === undefined ? {} : { port: options.port }),
    prepare: (place) => layOut(program, dataIn(place)),
    args: (place) => [...commandLine(program, place, dataIn(place)), ...durability(options)],
  });
}

function commandLine(program: string, { folder, port }: Place, data: string): string[] {
  return [
    '--no-defaults',
    `--basedir=${baseOf(program)}`,
    `--datadir=${data}`,
    `--port=${String(port)}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(folder, 's.sock')}`,
    `--pid-file=${join(folder, 'pid')}`,
    `--log-error=${join(folder, 'error.log')}`,
    '--skip-name-resolve',
    '--skip-log-bin',
    ...SMALL,
    ...user(),
  ];
}

/** With a small log a server under load writes checkpoints all the time; benches measured that. */
function durability({ durable }: MariadbOptions): string[] {
  return durable
    ? [
        '--innodb-flush-log-at-trx-commit=1',
        '--innodb-log-file-size=512M',
        '--innodb-buffer-pool-size=512M',
      ]
    : ['--innodb-flush-log-at-trx-commit=0', SMALL_LOG, '--innodb-buffer-pool-size=64M'];
}

/** The server refuses to run as root unless told so. */
function user(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

function baseOf(program: string): string {
  return dirname(dirname(program));
}

/** Making an empty database takes seconds, so it is made once per version and then copied. */
async function layOut(program: string, data: string): Promise<void> {
  if (existsSync(join(data, 'mysql'))) return;
  const template = join(cacheFolder(), `mariadb-${versionOf(program)}`);
  if (!existsSync(join(template, 'mysql'))) makeTemplate(program, template);
  await cp(template, data, { recursive: true, mode: constants.COPYFILE_FICLONE });
}

function versionOf(program: string): string {
  const line = execFileSync(program, ['--version'], { encoding: 'utf8', env: toolEnv() });
  return /\d+\.\d+\.\d+/.exec(line)?.[0] ?? 'unknown';
}

function makeTemplate(program: string, template: string): void {
  log('making an empty MariaDB database, once');
  const draft = `${template}.${String(process.pid)}`;
  mkdirSync(draft, { recursive: true });
  execFileSync(
    join(baseOf(program), 'bin', 'mariadb-install-db'),
    [
      '--no-defaults',
      `--basedir=${baseOf(program)}`,
      `--datadir=${draft}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-name-resolve',
      ...SMALL,
      SMALL_LOG,
      ...user(),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], env: toolEnv() },
  );
  // Another run may have been quicker; its template is as good as ours.
  if (existsSync(template)) rmSync(draft, { recursive: true, force: true });
  else renameSync(draft, template);
}
