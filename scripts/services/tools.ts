/**
 * Finds the servers that tests run against, or fetches them. Nothing that is fetched is started or
 * configured for the machine: Debian's -core and -tools packages hold programs and no services.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, readdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

export type ToolName = 'mariadb' | 'redis' | 'espeak';

interface Tool {
  /** Any of these programs will do, the first one found is taken. */
  readonly programs: readonly string[];
  /** Sets of packages that bring it, tried in turn: their names differ between releases. */
  readonly packages: readonly (readonly string[])[];
}

const TOOLS: Readonly<Record<ToolName, Tool>> = {
  mariadb: {
    programs: ['mariadbd', 'mysqld'],
    packages: [
      ['mariadb-server-core', 'mariadb-client-core'],
      ['mariadb-server-core-10.6', 'mariadb-client-core-10.6'],
      ['mariadb-server-core-10.3', 'mariadb-client-core-10.3'],
    ],
  },
  redis: {
    // The checking tool of Debian's redis-tools is the server itself, called by another name.
    programs: ['redis-server', 'redis-check-rdb', 'valkey-server'],
    packages: [['redis-tools']],
  },
  espeak: {
    programs: ['espeak-ng', 'speak-ng'],
    packages: [['espeak-ng']],
  },
};

/** One unreachable mirror must not hold a test run for minutes. */
const APT_OPTIONS = [
  '-q',
  '-o',
  'DPkg::Lock::Timeout=120',
  '-o',
  'Acquire::Retries=1',
  '-o',
  'Acquire::http::Timeout=20',
  '-o',
  'Acquire::https::Timeout=20',
];

let cache: string | null = null;

/** Where fetched programs and the empty database are kept between runs. */
export function cacheFolder(): string {
  cache ??= writableCache();
  return cache;
}

function unpacked(): string {
  return join(cacheFolder(), 'root');
}

function writableCache(): string {
  const home = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  for (const parent of [home, join(tmpdir(), `cache-${String(process.getuid?.() ?? 0)}`)]) {
    const folder = process.env['TANDEM_TOOLS'] ?? join(parent, 'tandem-tools');
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch (error) {
      log(`cannot write to ${folder}: ${String(error)}`);
    }
  }
  throw new Error('no folder to keep test servers in; set TANDEM_TOOLS to one');
}

/** Says what happens to the services on stderr, so that stdout stays the report of the tests. */
export function log(line: string): void {
  process.stderr.write(`[services] ${line}\n`);
}

/** The environment fetched programs need to find their libraries. */
export function toolEnv(): NodeJS.ProcessEnv {
  const libraries = ['usr/lib', 'lib'].flatMap((folder) => triplets(join(unpacked(), folder)));
  const own = process.env['LD_LIBRARY_PATH'];
  return {
    ...process.env,
    PATH: searchPath().join(':'),
    LD_LIBRARY_PATH: [...libraries, ...(own === undefined ? [] : [own])].join(':'),
  };
}

/** Lets programs that tests start find a tool that may have been unpacked rather than installed. */
export function showTool(path: string): void {
  const { PATH, LD_LIBRARY_PATH } = toolEnv();
  Object.assign(process.env, { PATH });
  if (!path.startsWith(unpacked())) return;
  const voices = triplets(join(unpacked(), 'usr/lib')).find((folder) =>
    isReadable(join(folder, 'espeak-ng-data')),
  );
  Object.assign(process.env, { LD_LIBRARY_PATH, ESPEAK_DATA_PATH: voices ?? '' });
}

function triplets(folder: string): string[] {
  return isReadable(folder)
    ? [
        folder,
        ...readdirSync(folder)
          .filter((name) => name.includes('-linux-gnu'))
          .map((name) => join(folder, name)),
      ]
    : [];
}

function searchPath(): string[] {
  const own = ['usr/sbin', 'usr/bin'].map((folder) => join(unpacked(), folder));
  const system = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return [...(process.env['PATH'] ?? '').split(':'), ...system, ...own];
}

function isReadable(path: string): boolean {
  return isAccessible(path, constants.R_OK);
}

function isAccessible(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function which(program: string): string | null {
  const places = searchPath().map((folder) => join(folder, program));
  return places.find((path) => isAccessible(path, constants.X_OK)) ?? null;
}

/** Where a tool's program is, without fetching anything; null when it is not on this machine. */
export function findTool(name: ToolName): string | null {
  for (const program of TOOLS[name].programs) {
    const path = which(program);
    if (path !== null) return path;
  }
  return null;
}

/** Where a tool's program is, fetched if need be; null, loudly, when there is no way to get it. */
export function ensureTool(name: ToolName): string | null {
  const found = findTool(name) ?? fetchTool(name);
  if (found === null) {
    const loud = name.toUpperCase();
    log(`MISSING ${name}: EVERY TEST THAT NEEDS ${loud} IS SKIPPED`);
  }
  return found;
}

function fetchTool(name: ToolName): string | null {
  if (process.env['TANDEM_FETCH'] === 'off' || which('apt-get') === null) return null;
  const isRoot = process.getuid?.() === 0;
  for (const packages of TOOLS[name].packages) {
    log(`${name} is not here; ${isRoot ? 'installing' : 'unpacking'} ${packages.join(' ')}`);
    const fetched = isRoot ? install(packages) : unpack(packages);
    const path = fetched ? findTool(name) : null;
    if (path !== null) return path;
  }
  return null;
}

function install(packages: readonly string[]): boolean {
  const wanted = ['install', '-y', '--no-install-recommends', ...packages];
  return apt(wanted) || (apt(['update']) && apt(wanted));
}

function apt(args: readonly string[], cwd?: string): boolean {
  const { status } = spawnSync('apt-get', [...APT_OPTIONS, ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  return status === 0;
}

/** Without root, packages and what they depend on are laid out in a folder of our own. */
function unpack(packages: readonly string[]): boolean {
  const folder = join(cacheFolder(), 'debs');
  mkdirSync(folder, { recursive: true });
  mkdirSync(unpacked(), { recursive: true });
  const missing = notInstalled(packages, []);
  const options = missing.length > 0 ? [] : privateLists();
  const wanted = missing.length > 0 ? missing : notInstalled(packages, options);
  if (wanted.length === 0 || !apt([...options, 'download', ...wanted], folder)) return false;
  const debs = readdirSync(folder).filter((file) => file.endsWith('.deb'));
  return debs.every((deb) => spawnSync('dpkg', ['-x', join(folder, deb), unpacked()]).status === 0);
}

/** What apt would install, in its own words; nothing when it does not know the packages. */
function notInstalled(packages: readonly string[], options: readonly string[]): string[] {
  const args = [...options, '-s', 'install', '--no-install-recommends', ...packages];
  const { stdout } = spawnSync('apt-get', args, { encoding: 'utf8' });
  return [...stdout.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? '');
}

/** A machine whose package lists were deleted, as in most container images, gets private ones. */
function privateLists(): string[] {
  const folder = join(cacheFolder(), 'apt');
  mkdirSync(join(folder, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  const options = [
    ...['-o', `Dir::State::Lists=${join(folder, 'lists')}`],
    ...['-o', `Dir::Cache=${join(folder, 'cache')}`],
  ];
  apt([...options, 'update']);
  return options;
}
